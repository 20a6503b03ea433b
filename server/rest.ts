import type { IncomingMessage, ServerResponse } from 'node:http';
import { runtime } from '@/app/api/_lib/runtime';
import { Download } from '@/app/api/rest/endpoint';
import { handleRest, REST_PATH } from '@/app/api/rest/handle';
import type { Origin } from '@/lib/origin/origin';
import { sendResponse, toRequest } from './direct';
import { sendDownload } from './downloads';

/** Apps that run in a browser come from pages of other servers. No cookie counts here, so none of them acts for somebody who is signed in. */
const ALLOW_ANY_PAGE = {
  'access-control-allow-origin': '*',
  'access-control-allow-methods': 'GET, HEAD, POST',
  'access-control-allow-headers': '*',
  'access-control-expose-headers': 'content-length, content-range, accept-ranges, retry-after, x-request-id',
};
const PREFLIGHT_LIFE_S = 86_400;

/**
 * The OpenSubsonic API, ahead of Next: an app asks for a hundred covers at a time, and files are sent by the origin.
 * @returns whether the request is answered here
 */
export function answerRest(
  request: IncomingMessage,
  response: ServerResponse,
  origin: Pick<Origin, 'sendTrack' | 'sendFiles'>,
): boolean {
  if (!request.url?.startsWith(REST_PATH)) return false;
  for (const [name, value] of Object.entries(ALLOW_ANY_PAGE)) response.setHeader(name, value);
  if (request.method === 'OPTIONS') {
    response.writeHead(204, { 'access-control-max-age': String(PREFLIGHT_LIFE_S) }).end();
    return true;
  }
  answer(request, response, origin).catch(() => response.destroy());
  return true;
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  origin: Pick<Origin, 'sendTrack' | 'sendFiles'>,
): Promise<void> {
  if (!['GET', 'HEAD', 'POST'].includes(request.method ?? '')) {
    response.writeHead(405, { allow: 'GET, HEAD, POST, OPTIONS', 'content-length': 0 }).end();
    return;
  }
  const answered = await handleRest(toRequest(request));
  if (answered instanceof Response) return sendResponse(answered, request, response);
  const { file, accountId, fail } = answered;
  try {
    if (file instanceof Download) {
      const { planned, peerId } = file;
      await sendDownload(request, response, origin, planned, { accountId, peerId });
      return;
    }
    const { trackId, peerId, conversion } = file;
    const wanted = { trackId, peerId, accountId };
    if (conversion === null) await origin.sendTrack(request, response, wanted);
    else {
      const { conversions } = runtime();
      await origin.sendTrack(request, response, wanted, (source) =>
        conversions.send(request, response, source, conversion),
      );
    }
  } catch (error) {
    // Once something was sent the only honest end is none: a short body is seen by its length.
    if (response.headersSent) response.destroy();
    else await sendResponse(fail(error), request, response);
  }
}
