import type { IncomingMessage, ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { ReadableStream } from 'node:stream/web';
import { constants, createGzip } from 'node:zlib';
import type { Route } from '@/app/api/_lib/route';
import { POST as playback } from '@/app/api/playback/route';
import { POST as plays } from '@/app/api/plays/route';
import { GET as search } from '@/app/api/search/route';

/**
 * Routes of the gateway that are answered here and not by Next, which would find them too but takes 6 ms for it (measured; the route itself
 * is the same). Only what a press of play waits for, every letter typed, and reports of plays, which come while others press, are worth it.
 */
const DIRECT = new Map<string, Route>(
  [playback, plays, search].map((route) => [`${route.endpoint.method} ${route.endpoint.path}`, route]),
);

/** @returns whether the request is answered here */
export function answerDirectly(request: IncomingMessage, response: ServerResponse): boolean {
  const [path] = (request.url ?? '').split('?');
  const route = DIRECT.get(`${request.method} ${path}`);
  if (route === undefined) return false;
  answer(route, request, response).catch(() => response.destroy());
  return true;
}

async function answer(route: Route, request: IncomingMessage, response: ServerResponse): Promise<void> {
  await sendResponse(await route(toRequest(request)), request, response);
}

/** Sends what a route replied, as Next would. */
export async function sendResponse(
  replied: Response,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  replied.headers.forEach((value, name) => {
    if (name !== 'set-cookie') response.setHeader(name, value);
  });
  const cookies = replied.headers.getSetCookie();
  if (cookies.length > 0) response.setHeader('set-cookie', cookies);
  const zips = isText(replied) && /\bgzip\b/.test(String(request.headers['accept-encoding'] ?? ''));
  if (zips) {
    response.setHeader('content-encoding', 'gzip');
    response.setHeader('vary', 'accept-encoding');
  }
  response.writeHead(replied.status);
  if (replied.body === null) {
    response.end();
    return;
  }
  const body = Readable.fromWeb(replied.body as ReadableStream);
  // As Next would: an uplink may be thin. Fast rather than small, since it is asked at every letter.
  if (zips) await pipeline(body, createGzip({ level: constants.Z_BEST_SPEED }), response);
  else await pipeline(body, response);
}

function isText(replied: Response): boolean {
  return replied.body !== null && /\b(?:json|xml|javascript)\b/.test(replied.headers.get('content-type') ?? '');
}

/** The request as routes take it. */
export function toRequest(request: IncomingMessage): Request {
  const headers = new Headers();
  for (const [name, value] of Object.entries(request.headers)) {
    for (const one of Array.isArray(value) ? value : [value ?? '']) headers.append(name, one);
  }
  const address = `http://${request.headers.host ?? 'localhost'}${request.url}`;
  if (request.method === 'GET' || request.method === 'HEAD')
    return new Request(address, { method: request.method, headers });
  const init: RequestInit & { duplex: 'half' } = {
    method: request.method ?? 'POST',
    headers,
    body: bodyOf(request),
    duplex: 'half',
  };
  return new Request(address, init);
}

/**
 * Nothing is read before the route asks for it. What a refusal leaves unread Node then throws away by itself, and the connection is free for
 * its next request; a body that `Readable.toWeb` has begun would block it for good.
 */
function bodyOf(request: IncomingMessage): globalThis.ReadableStream<Uint8Array> {
  let chunks: AsyncIterator<Uint8Array> | null = null;
  return new globalThis.ReadableStream(
    {
      async pull(controller) {
        chunks ??= request[Symbol.asyncIterator]();
        const { done, value } = await chunks.next();
        if (done) controller.close();
        else controller.enqueue(value);
      },
      async cancel() {
        await chunks?.return?.();
      },
    },
    { highWaterMark: 0 },
  );
}
