import { chmod, mkdir, mkdtemp, readdir, rm, utimes, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { MemoryStore } from '@/lib/media-store/testing/memory-store';
import { type Conversion, type Conversions, openConversions } from '@/lib/transcode/conversions';
import { until } from '@/testing/wait';

/** Stands in for ffmpeg: writes what it reads, a hundred times; of a source that says "slow" it does not end. */
const FAKE = `#!${process.execPath}
const args = process.argv;
if (args.includes('-encoders')) { console.log(' A..... libmp3lame x\\n A..... libopus x'); process.exit(0); }
const url = args[args.indexOf('-i') + 1];
const text = await (await fetch(url)).text();
if (text === 'broken') { console.error('no sound'); process.exit(1); }
for (let n = 0; n < 100; n++) process.stdout.write(text);
if (text === 'slow') setInterval(() => {}, 1000);
`;
const WANTED: Conversion = {
  target: { format: 'mp3', bitRate: 128 },
  durationS: 1,
  offsetS: 0,
  withLength: false,
  accountId: 'ana',
};

let dataDir: string;
let program: string;
const media = new MemoryStore();
const open: { conversions: Conversions; server: Server }[] = [];

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'enxame-converted-'));
  program = join(dataDir, 'fake.mjs');
  await writeFile(program, FAKE);
  await chmod(program, 0o755);
});
afterEach(async () => {
  for (const { conversions, server } of open.splice(0)) {
    await conversions.close();
    server.closeAllConnections();
    server.close();
  }
  await rm(join(dataDir, 'converted'), { recursive: true, force: true });
});
afterAll(() => rm(dataDir, { recursive: true, force: true }));

async function start(options: { maxCacheBytes?: number; program?: string; mode?: 'auto' | 'off' } = {}) {
  const log = pino({ level: 'silent' });
  const conversions = await openConversions({ mode: 'auto', dataDir, media, log, program, ...options });
  const server = createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '', 'http://x');
    const versionId = pathname.slice(1);
    const source = async () => ({
      mediaKey: versionId,
      versionId,
      mime: 'audio/flac',
      ...(await media.stat(versionId)),
    });
    const wanted = {
      ...WANTED,
      offsetS: Number(searchParams.get('offset') ?? 0),
      withLength: searchParams.has('length'),
    };
    source()
      .then((found) => conversions.send(request, response, found, wanted))
      .catch((error: { code: string }) => {
        if (!response.headersSent) response.writeHead(500).end(error.code);
        else response.destroy();
      });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  open.push({ conversions, server });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { conversions, ask: (path: string, init: RequestInit = {}) => fetch(`${url}/${path}`, init) };
}
const kept = async () => (await readdir(join(dataDir, 'converted'))).sort();

it('a file is converted once, and from then on sent by Range', async () => {
  media.put('one', Buffer.from('music'));
  const { ask } = await start();
  const first = await ask('one');
  expect([first.headers.get('content-length'), first.headers.get('content-type')]).toEqual([null, 'audio/mpeg']);
  expect(await first.text()).toBe('music'.repeat(100));
  await until('the file', async () => (await kept()).join() === 'one-128.mp3');
  media.remove('one');
  media.put('one', Buffer.from('noise'));
  const part = await ask('one', { headers: { range: 'bytes=5-9' } });
  expect([part.status, await part.text()]).toEqual([206, 'music']);
});

it('with a length the body is filled up to it, and from an offset nothing is kept', async () => {
  media.put('two', Buffer.from('music'));
  const { ask } = await start();
  const whole = Buffer.from(await (await ask('two?length&offset=0.5')).arrayBuffer());
  expect(whole.toString('utf8', 0, 500)).toBe('music'.repeat(100));
  expect(whole.subarray(500).every((byte) => byte === 0)).toBe(true);
  expect(whole.length).toBeGreaterThan(8_000);
  await until('nothing', async () => (await kept()).length === 0);
});

it('ends with its last listener', async () => {
  media.put('slow', Buffer.from('slow'));
  const { conversions, ask } = await start();
  const [one, two] = [new AbortController(), new AbortController()];
  const begin = async (leave: AbortController) => {
    const response = await ask('slow', { signal: leave.signal });
    await response.body?.getReader().read();
  };
  await Promise.all([begin(one), begin(two)]);
  expect(conversions.running).toBe(1);
  one.abort();
  two.abort();
  await until('the end', async () => conversions.running === 0);
  expect(await kept()).toEqual([]);
});

it('who asks again at once gets a conversion of their own, not the one that is being ended', async () => {
  media.put('slow', Buffer.from('slow'));
  const { conversions, ask } = await start();
  const leave = new AbortController();
  const first = await ask('slow', { signal: leave.signal });
  await first.body?.getReader().read();
  leave.abort();
  const again = new AbortController();
  const second = await ask('slow', { signal: again.signal });
  // The fake does not end: nothing but an abort may end this body.
  const reader = second.body?.getReader();
  let bytes = 0;
  while (bytes < 400) bytes += (await reader?.read())?.value?.length ?? Number.NaN;
  expect(bytes).toBe(400);
  again.abort();
  await until('the end', async () => conversions.running === 0);
});

it('runs no more at a time than processors allow, and who waits and leaves is not converted for', async () => {
  media.put('slow', Buffer.from('slow'));
  media.put('three', Buffer.from('music'));
  const { conversions, ask } = await start();
  const running = Array.from({ length: 8 }, () => new AbortController());
  const replies = running.map((leave, n) => ask(`slow?offset=${n + 1}`, { signal: leave.signal }).catch(() => null));
  await replies[0];
  expect(conversions.running).toBeLessThanOrEqual(4);
  const waits = ask('three');
  for (const leave of running) leave.abort();
  expect(await (await waits).text()).toBe('music'.repeat(100));
  await until('the end', async () => conversions.running === 0);
});

it('says so when it cannot be done', async () => {
  media.put('broken', Buffer.from('broken'));
  const { ask } = await start();
  expect(await (await ask('broken')).text()).toBe('format_unsupported');
  expect(await kept()).toEqual([]);
  for (const options of [{ mode: 'off' as const }, { program: '/nonexistent/ffmpeg' }]) {
    const none = await start(options);
    expect(none.conversions.formats.size).toBe(0);
    expect(await (await none.ask('broken')).text()).toBe('format_unsupported');
  }
});

it('keeps what was used last within its bound, also of earlier runs, and removes what was not finished', async () => {
  const folder = join(dataDir, 'converted');
  await mkdir(folder, { recursive: true });
  for (const [n, name] of ['old-128.mp3', 'used-128.mp3', 'half-128.mp3.7.part'].entries()) {
    await writeFile(join(folder, name), Buffer.alloc(400));
    await utimes(join(folder, name), 1_000 + n, 1_000 + n);
  }
  media.put('used', Buffer.from('x'));
  media.put('new', Buffer.from('music'));
  const { ask } = await start({ maxCacheBytes: 1_000 });
  expect(await kept()).toEqual(['old-128.mp3', 'used-128.mp3']);
  await (await ask('used')).arrayBuffer();
  await (await ask('new')).arrayBuffer();
  await until('room', async () => (await kept()).join() === 'new-128.mp3,used-128.mp3');
  media.put('large', Buffer.alloc(100, 'x'));
  expect(
    (
      await ask('large')
        .then((response) => response.text())
        .catch(() => 'cut off')
    ).length,
  ).toBeLessThan(10_000);
  expect(await kept()).toEqual(['new-128.mp3', 'used-128.mp3']);
});
