import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, it } from 'vitest';
import { EnxameError } from '@/lib/contracts/errors';
import { sendBody } from '@/lib/origin/reply';
import { systemClock } from '@/lib/util/clock';
import { sendDownload } from './downloads';

const FILES = new Map([
  ['one', Buffer.from('the first file')],
  ['two', Buffer.alloc(200_000, 7)],
]);
const ENTRIES = [
  { trackId: 'one', path: 'Água/01 日.mp3', size: 14 },
  { trackId: 'two', path: 'Água/02.mp3', size: 200_000 },
];

let server: Server | undefined;
const opened: string[] = [];
afterEach(() => new Promise((resolve) => server?.close(resolve)));

/** Serves an archive of these files. @param refuse the track that may not be had */
async function serve(refuse: string | null = null): Promise<string> {
  opened.length = 0;
  async function* read(trackId: string) {
    opened.push(trackId);
    if (trackId === refuse) throw new EnxameError('too_many_requests', 'busy');
    const bytes = FILES.get(trackId) ?? Buffer.alloc(0);
    for (let at = 0; at < bytes.length; at += 65_536) yield bytes.subarray(at, at + 65_536);
  }
  server = createServer((request, response) => {
    const pace = { onSent: () => {}, takesWithinMs: () => 60_000, clock: systemClock };
    const origin = {
      sendTrack: () => Promise.reject(new Error('no file')),
      sendFiles: (_: unknown, __: unknown, ___: unknown, send: (files: never) => Promise<void>) =>
        send({
          read,
          sendPieces: (headers: object, pieces: never) => sendBody(response, 200, { ...headers }, pieces, pace),
        } as never),
    };
    const planned = { kind: 'archive', name: 'Água.zip', entries: ENTRIES } as const;
    sendDownload(
      request,
      response,
      origin as never,
      { ...planned, entries: [...ENTRIES] },
      { accountId: 'a', peerId: 'p' },
    ).catch(() => (response.headersSent ? response.destroy() : response.writeHead(429).end()));
  });
  await new Promise<void>((resolve) => server?.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
}

it('an archive has every file as it is, under its name, and the length that was promised', async () => {
  const response = await fetch(await serve());
  const zip = Buffer.from(await response.arrayBuffer());
  expect(response.headers.get('content-length')).toBe(String(zip.length));
  expect(response.headers.get('content-disposition')).toContain("filename*=UTF-8''%C3%81gua.zip");
  expect(zip.readUInt32LE(0)).toBe(0x04034b50);
  for (const { trackId, path } of ENTRIES) {
    expect([zip.includes(path), zip.includes(FILES.get(trackId) ?? '?')]).toEqual([true, true]);
  }
  expect(opened).toEqual(['one', 'two']);
});

it('a refusal of the first file is an answer and no archive', async () => {
  expect((await fetch(await serve('one'))).status).toBe(429);
});

it('a refusal later breaks the archive off', async () => {
  const url = await serve('two');
  // Before its head or after it: what cannot be is a whole archive.
  await expect(fetch(url).then((response) => response.arrayBuffer())).rejects.toThrow();
});

it('HEAD reads no file', async () => {
  const response = await fetch(await serve(), { method: 'HEAD' });
  expect([response.status, Number(response.headers.get('content-length')) > 200_000, opened]).toEqual([200, true, []]);
});
