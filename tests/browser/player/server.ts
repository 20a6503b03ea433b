/** Serves the harness page, its bundle, the music by Range and what the manifests say of it. */
import { createReadStream } from 'node:fs';
import { open, readFile, stat } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { build } from 'esbuild';
import { buildSeekIndex } from '@/lib/assets/seek/build';
import { idOf, nameOf } from './names';

export interface HarnessServer {
  url: string;
  close(): Promise<void>;
}

/** @param folder where the music is; the bundle goes there too */
export async function serveHarness(folder: string): Promise<HarnessServer> {
  await build({
    entryPoints: [join(import.meta.dirname, 'page.ts')],
    outdir: join(folder, 'bundle'),
    bundle: true,
    splitting: true,
    format: 'esm',
    target: 'es2022',
    // As Next's bundler does, so that what a page must fetch is as large as it will be.
    minify: true,
    logLevel: 'error',
  });
  const server = createServer((request, response) => {
    answer(request.url ?? '/', request.headers.range, response).catch((error: unknown) => {
      response.writeHead(500).end(String(error));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://localhost:${port}/`,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };

  async function answer(url: string, range: string | undefined, response: import('node:http').ServerResponse) {
    const { pathname } = new URL(url, 'http://localhost');
    const [, kind = '', ...rest] = pathname.split('/').map(decodeURIComponent);
    const name = rest.join('/');
    if (kind === '') {
      response.setHeader('content-type', 'text/html');
      response.end('<!doctype html><title>Player</title><script type="module" src="/bundle/page.js"></script>');
    } else if (kind === 'bundle') {
      response.setHeader('content-type', 'text/javascript');
      response.end(await readFile(join(folder, 'bundle', name)));
    } else if (kind === 'manifest') {
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify({ version: idOf(name), ...(await manifestOf(join(folder, name))) }));
    } else if (kind === 'music' || (kind === 'api' && rest[0] === 'stream')) {
      await sendFile(join(folder, kind === 'music' ? name : nameOf(rest[1] ?? '')), range, response);
    } else {
      response.writeHead(404).end();
    }
  }
}

async function manifestOf(path: string) {
  const file = await open(path);
  try {
    const { size } = await file.stat();
    return await buildSeekIndex({
      size,
      async read(start, end) {
        const bytes = new Uint8Array(end - start);
        await file.read(bytes, 0, bytes.length, start);
        return bytes;
      },
    });
  } finally {
    await file.close();
  }
}

async function sendFile(path: string, range: string | undefined, response: import('node:http').ServerResponse) {
  const { size } = await stat(path);
  const [, from = '0', to = ''] = /bytes=(\d+)-(\d*)/.exec(range ?? '') ?? [];
  const start = Number(from);
  const end = to === '' ? size - 1 : Math.min(Number(to), size - 1);
  response.writeHead(range ? 206 : 200, {
    'accept-ranges': 'bytes',
    'content-length': end - start + 1,
    'content-type': path.endsWith('.wav') ? 'audio/wav' : 'application/octet-stream',
    ...(range ? { 'content-range': `bytes ${start}-${end}/${size}` } : {}),
  });
  createReadStream(path, { start, end }).pipe(response);
}
