/** HTTP's side of the origin: problems, ranges, and bodies that go no faster than their reader. */
import type { IncomingMessage, OutgoingHttpHeaders, ServerResponse } from 'node:http';
import type { ByteRange } from '@/lib/assets/geometry';
import { type EnxameError, errorStatus, type Problem } from '@/lib/contracts/errors';
import type { Clock } from '@/lib/util/clock';

/** RFC 9457. Never cached. */
export function sendProblem(response: ServerResponse, error: EnxameError, requestId: string): void {
  const status = errorStatus[error.code];
  const body: Problem = {
    type: `urn:enxame:error:${error.code}`,
    title: error.code.replaceAll('_', ' '),
    status,
    detail: error.message,
    code: error.code,
    requestId,
  };
  const json = Buffer.from(JSON.stringify(body));
  response.writeHead(status, {
    'content-type': 'application/problem+json',
    'content-length': json.length,
    'cache-control': 'no-store',
    ...(status === 401 ? { 'www-authenticate': 'Bearer' } : {}),
    ...(error.retryAfterS === undefined ? {} : { 'retry-after': String(Math.ceil(error.retryAfterS)) }),
  });
  response.end(json);
}

export interface Content {
  size: number;
  etag: string;
  headers: OutgoingHttpHeaders;
  /** Makes sure that the content can be given; for HEAD, where nothing is read. */
  check: () => Promise<void>;
  read: (range: ByteRange) => AsyncGenerator<Buffer, void, undefined>;
  /** Told of body bytes handed to the socket. */
  onSent: (bytes: number) => void;
  /** A reader that takes longer (ms) over a piece of so many bytes is cut off. */
  takesWithinMs: (bytes: number) => number;
  clock: Clock;
}

/**
 * Answers GET and HEAD with 200, 206, 304 or 416. The first piece is read before the status is sent, so that what is wrong from the
 * start becomes an error and not a broken connection.
 * @throws what `content.read` throws; whether anything was sent, `response.headersSent` tells
 */
export async function sendContent(request: IncomingMessage, response: ServerResponse, content: Content): Promise<void> {
  const { size, etag } = content;
  const common = { ...content.headers, etag, 'accept-ranges': 'bytes' };
  if (request.headers['if-none-match'] === etag) {
    response.writeHead(304, common).end();
    return;
  }
  // A range of something that is no longer the same would be glued to a wrong rest: then all of it is sent (RFC 9110, 13.1.5).
  const ifRange = request.headers['if-range'];
  const asked = ifRange === undefined || ifRange === etag ? parseRange(request.headers.range, size) : ('all' as const);
  if (asked === 'unsatisfiable') {
    response
      .writeHead(416, {
        ...common,
        'cache-control': 'no-store',
        'content-range': `bytes */${size}`,
        'content-length': 0,
      })
      .end();
    return;
  }
  const range = asked === 'all' ? { start: 0, end: size } : asked;
  const headers = {
    ...common,
    'content-length': range.end - range.start,
    ...(asked === 'all' ? {} : { 'content-range': `bytes ${range.start}-${range.end - 1}/${size}` }),
  };
  const status = asked === 'all' ? 200 : 206;
  if (request.method === 'HEAD') {
    await content.check();
    response.writeHead(status, headers).end();
    return;
  }
  await sendBody(response, status, headers, content.read(range), content);
}

/** Sends pieces as they come and are taken; the first before the status, as {@link sendContent}. */
export async function sendBody(
  response: ServerResponse,
  status: number,
  headers: OutgoingHttpHeaders,
  pieces: AsyncGenerator<Buffer, void, undefined>,
  { onSent, takesWithinMs, clock }: Pick<Content, 'onSent' | 'takesWithinMs' | 'clock'>,
): Promise<void> {
  try {
    let length = 0;
    for (let next = await pieces.next(); next.done !== true; next = await pieces.next()) {
      if (response.destroyed) return;
      if (!response.headersSent) response.writeHead(status, headers);
      length = next.value.length;
      onSent(length);
      if (!response.write(next.value) && !(await taken(response, 'drain', takesWithinMs(length), clock))) return;
    }
    response.end();
    await taken(response, 'finish', takesWithinMs(length), clock);
  } finally {
    // Closes the file also when the reader went away in the middle.
    await pieces.return();
  }
}

/**
 * Waits until the socket took what was written, and cuts off a reader that is too slow for it. What the system's buffers hold counts as
 * taken: it costs this process nothing.
 * @returns false when the reader went away or was cut off
 */
function taken(response: ServerResponse, event: 'drain' | 'finish', withinMs: number, clock: Clock): Promise<boolean> {
  return new Promise((resolve) => {
    const settle = () => {
      cancel();
      response.off(event, settle);
      response.off('close', settle);
      resolve(!response.destroyed);
    };
    const cancel = clock.after(withinMs, () => {
      response.destroy();
      settle();
    });
    response.on(event, settle);
    response.on('close', settle);
    if (response.destroyed || (event === 'finish' && response.writableFinished)) settle();
  });
}

/**
 * What a `Range` header asks of `size` bytes (RFC 9110, section 14): one range, half-open; `'all'` when there is none to heed (no
 * header, another unit, several ranges, bad syntax: a server may answer those with the whole); `'unsatisfiable'` when it lies outside.
 */
export function parseRange(header: string | undefined, size: number): ByteRange | 'all' | 'unsatisfiable' {
  const match = /^bytes=(\d{0,15})-(\d{0,15})$/.exec(header?.replaceAll(' ', '') ?? '');
  if (match === null) return 'all';
  const [, first = '', last = ''] = match;
  if (first === '') {
    if (last === '') return 'all';
    const length = Number(last);
    return length === 0 || size === 0 ? 'unsatisfiable' : { start: Math.max(0, size - length), end: size };
  }
  const start = Number(first);
  const end = last === '' ? size : Math.min(Number(last) + 1, size);
  if (last !== '' && Number(last) < start) return 'all';
  return start >= size ? 'unsatisfiable' : { start, end };
}

const PREFLIGHT_LIFE_S = 86_400;

/** Lets pages of the named origins read answers (CORS). The answer differs by origin, which caches must know. */
export function allowPages(request: IncomingMessage, response: ServerResponse, allowed: readonly string[]): void {
  response.setHeader('vary', 'origin');
  const page = request.headers.origin;
  if (page === undefined || !allowed.includes(page)) return;
  response.setHeader('access-control-allow-origin', page);
  response.setHeader('access-control-expose-headers', 'content-range, accept-ranges, etag, x-request-id');
}

/** What a browser asks before it asks across origins. */
export function answerPreflight(response: ServerResponse): void {
  response
    .writeHead(204, {
      'access-control-allow-methods': 'GET, HEAD',
      'access-control-allow-headers': 'authorization, range, if-range',
      'access-control-max-age': String(PREFLIGHT_LIFE_S),
    })
    .end();
}

const REQUEST_ID = /^[\w-]{1,100}$/;

/** What the request is called in the log: as whoever sent it says, or a new name. */
export function requestIdOf(request: IncomingMessage): string {
  const given = request.headers['x-request-id'];
  return typeof given === 'string' && REQUEST_ID.test(given) ? given : crypto.randomUUID();
}
