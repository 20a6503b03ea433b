import type { IncomingMessage, ServerResponse } from 'node:http';
import { makeZip, predictLength } from 'client-zip';
import { toProblem } from '@/app/api/_lib/problem';
import { runtime } from '@/app/api/_lib/runtime';
import { type DownloadKind, planDownload } from '@/app/api/download/plan';
import { EnxameError } from '@/lib/contracts/errors';
import { id as idSchema, newId } from '@/lib/contracts/ids';
import { attachment } from '@/lib/downloads/file-names';
import type { Archive, Entry, PlannedDownload } from '@/lib/downloads/plan';
import type { Origin, PlainFiles } from '@/lib/origin/origin';
import { sendResponse } from './direct';

type Sender = Pick<Origin, 'sendTrack' | 'sendFiles'>;

const KINDS: Record<string, DownloadKind> = { tracks: 'track', albums: 'album', playlists: 'playlist' };

/**
 * Downloads for pages, ahead of Next: a browser gets a file or an archive as it is read, with its length.
 * @returns whether the request is answered here
 */
export function answerDownload(request: IncomingMessage, response: ServerResponse, origin: Sender): boolean {
  const [path = ''] = (request.url ?? '').split('?');
  const [, kind = '', id = ''] = /^\/api\/download\/([a-z]+)\/([^/]+)$/.exec(path) ?? [];
  const wanted = Object.hasOwn(KINDS, kind) ? KINDS[kind] : undefined;
  if (wanted === undefined) return false;
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    response.writeHead(405, { allow: 'GET, HEAD', 'content-length': 0 }).end();
    return true;
  }
  answer(request, response, origin, { kind: wanted, id }).catch(() => response.destroy());
  return true;
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  origin: Sender,
  wanted: { kind: DownloadKind; id: string },
): Promise<void> {
  const requestId = crypto.randomUUID();
  response.setHeader('x-request-id', requestId);
  const { accounts, config, questions, log } = runtime();
  try {
    const { account, disabled } = await accounts.session(new Headers({ cookie: request.headers.cookie ?? '' }));
    if (disabled) throw new EnxameError('account_disabled', 'This account was disabled by an administrator.');
    if (account === null) throw new EnxameError('not_signed_in', 'Sign in first.');
    if (!idSchema.safeParse(wanted.id).success) throw new EnxameError('not_found', 'This address does not exist.');
    const planned = await planDownload(
      { account, config, ask: (name, params) => questions.ask(account.id, name, params, { requestId }) },
      wanted,
    );
    // A listener who plays meanwhile does so in another tab.
    const who = { accountId: account.id, peerId: newId() };
    try {
      await sendDownload(request, response, origin, planned, who);
    } finally {
      // It counted as one of the account's streams.
      await questions.ask(account.id, 'catalog.release', who, { requestId }).catch(() => {});
    }
  } catch (error) {
    // Once something was sent the only honest end is none: a short body is seen by its length.
    if (response.headersSent) response.destroy();
    else {
      const problem = toProblem(error, requestId, () => log.error({ error, requestId }, 'a download failed'));
      await sendResponse(problem, request, response);
    }
  }
}

/**
 * Sends a file by Range, or an archive.
 * @throws {EnxameError} why it may not be had; `response.headersSent` tells whether sending had begun
 */
export async function sendDownload(
  request: IncomingMessage,
  response: ServerResponse,
  origin: Sender,
  planned: PlannedDownload,
  who: { accountId: string; peerId: string },
): Promise<void> {
  if (planned.kind === 'archive') {
    await origin.sendFiles(request, response, who, (files) => sendArchive(request, response, files, planned));
    return;
  }
  response.setHeader('content-disposition', attachment(planned.name));
  try {
    await origin.sendTrack(request, response, { trackId: planned.trackId, ...who });
  } catch (error) {
    // A refusal is no file.
    if (!response.headersSent) response.removeHeader('content-disposition');
    throw error;
  }
}

/** Files are stored as they are, since music does not get smaller, and read one after the other: an archive of any length takes the memory of one block. */
async function sendArchive(
  request: IncomingMessage,
  response: ServerResponse,
  files: PlainFiles,
  { name, entries }: Archive,
): Promise<void> {
  const headers = {
    'content-type': 'application/zip',
    'content-disposition': attachment(name),
    'content-length': String(predictLength(entries.map(({ path, size }) => ({ name: path, size })))),
    'cache-control': 'private, no-store',
    'x-content-type-options': 'nosniff',
  };
  if (request.method === 'HEAD') {
    response.writeHead(200, headers).end();
    return;
  }
  await files.sendPieces(headers, piecesOf(makeZip(inputs(files, entries))));
}

/** Each file is opened before its name is given out: what is refused at the first of them becomes an answer and no broken archive. */
async function* inputs(files: PlainFiles, entries: readonly Entry[]) {
  const lastModified = new Date();
  for (const { trackId, path, size } of entries) {
    const pieces = files.read(trackId, size);
    try {
      const first = await pieces.next();
      yield { name: path, size, lastModified, input: from(first, pieces) };
    } finally {
      await pieces.return();
    }
  }
}

async function* from(first: IteratorResult<Buffer, void>, rest: AsyncGenerator<Buffer, void, undefined>) {
  if (first.done === true) return;
  yield first.value;
  yield* rest;
}

async function* piecesOf(stream: ReadableStream<Uint8Array>): AsyncGenerator<Buffer, void, undefined> {
  const reader = stream.getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      yield Buffer.from(value.buffer, value.byteOffset, value.byteLength);
    }
  } finally {
    // Closes the file that was being read also when the listener went away.
    await reader.cancel().catch(() => {});
  }
}
