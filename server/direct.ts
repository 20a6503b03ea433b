import type { IncomingMessage, ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { ReadableStream } from 'node:stream/web';
import { POST as playback } from '@/app/api/playback/route';
import { GET as search } from '@/app/api/search/route';

/**
 * Routes of the gateway that are answered here and not by Next, which would find them too but takes 6 ms for it (measured; the route itself
 * is the same). Only what a press of play waits for, or every letter typed, is worth a line.
 */
const DIRECT = new Map<string, (request: Request) => Promise<Response>>([
  ['POST /api/playback', playback],
  ['GET /api/search', search],
]);

/** @returns whether the request is answered here */
export function answerDirectly(request: IncomingMessage, response: ServerResponse): boolean {
  const [path] = (request.url ?? '').split('?');
  const route = DIRECT.get(`${request.method} ${path}`);
  if (route === undefined) return false;
  answer(route, request, response).catch(() => response.destroy());
  return true;
}

async function answer(
  route: (request: Request) => Promise<Response>,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const replied = await route(toRequest(request));
  replied.headers.forEach((value, name) => {
    if (name !== 'set-cookie') response.setHeader(name, value);
  });
  const cookies = replied.headers.getSetCookie();
  if (cookies.length > 0) response.setHeader('set-cookie', cookies);
  response.writeHead(replied.status);
  if (replied.body === null) response.end();
  else await pipeline(Readable.fromWeb(replied.body as ReadableStream), response);
}

function toRequest(request: IncomingMessage): Request {
  const headers = new Headers();
  for (const [name, value] of Object.entries(request.headers)) {
    for (const one of Array.isArray(value) ? value : [value ?? '']) headers.append(name, one);
  }
  const address = `http://${request.headers.host ?? 'localhost'}${request.url}`;
  if (request.method === 'GET') return new Request(address, { headers });
  const init: RequestInit & { duplex: 'half' } = {
    method: request.method ?? 'POST',
    headers,
    body: Readable.toWeb(request) as unknown as NonNullable<RequestInit['body']>,
    duplex: 'half',
  };
  return new Request(address, init);
}
