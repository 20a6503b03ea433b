import { randomBytes } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { MediaStore } from '@/lib/media-store/media-store';
import { type PlainFile, readPlain } from '@/lib/origin/read-plain';
import { sendContent } from '@/lib/origin/reply';
import { steadyClock } from '@/lib/util/clock';

/** The converter reads on as it needs; longer than any pause of its own. */
const TAKEN_WITHIN_MS = 60_000;

/**
 * Gives ffmpeg files of the media store, which alone opens them: by HTTP on loopback with Range, since several formats have their index at the
 * end. An address is known to nobody else and lives as long as its conversion.
 */
export async function openMediaServer(media: Pick<MediaStore, 'open'>): Promise<{
  /** @returns the address, and what ends it */
  lend(file: PlainFile): { url: string; end(): void };
  close(): Promise<void>;
}> {
  const lent = new Map<string, PlainFile>();
  const server = createServer((request, response) => {
    const file = lent.get(request.url ?? '');
    if (file === undefined) {
      response.writeHead(404).end();
      return;
    }
    sendContent(request, response, {
      size: file.size,
      etag: '"file"',
      headers: { 'content-type': 'application/octet-stream' },
      check: async () => undefined,
      read: (range) => readPlain(media, file, range),
      onSent: () => undefined,
      takesWithinMs: () => TAKEN_WITHIN_MS,
      clock: steadyClock,
    }).catch(() => response.destroy());
  });
  server.unref();
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    lend(file) {
      const path = `/${randomBytes(24).toString('base64url')}`;
      lent.set(path, file);
      return { url: `http://127.0.0.1:${port}${path}`, end: () => lent.delete(path) };
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
