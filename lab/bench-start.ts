/**
 * `npm run bench:start`: how long until it serves, how much memory it takes, how fast music sounds and is imported.
 * How each figure is taken: docs/benchmarks.md.
 */
import { execFileSync, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'puppeteer-core';
import type { ImportStatus, Track } from '@/lib/contracts/catalog';
import { newId } from '@/lib/contracts/ids';
import type { Grant } from '@/lib/contracts/playback';
import { lockFolder } from '@/lib/database/lock';
import { closeBrowser, launchChromium } from '@/tests/support/browser';
import { openListener } from '@/tests/support/listener';
import { freePort } from '@/tests/support/processes';
import { type Product, startProduct, until } from '@/tests/support/product';
import { makeLibrary } from './library';
import { installPressToSound, pressToSound } from './press-to-sound';
import { median, type Row, saveRows } from './rows';

const ROUNDS = 7;
const SHORT_FILES = 1200;
/** What eight listeners do in an hour: a track every four minutes, a page every two, a search every minute. */
const HOUR = { tracks: 8 * 15, pages: 8 * 30, searches: 8 * 60 };

const rows: Row[] = [];
const add = (scenario: string, metric: string, value: number, unit: string, n: number) =>
  rows.push({ system: 'enxame', scenario, metric, value, unit, n });

const folder = await mkdtemp(join(tmpdir(), 'enxame-bench-'));
try {
  await measureStart();
  const music = join(folder, 'music');
  // Each round plays tracks of its own: a track played once is cached for ever.
  const titles = Array.from({ length: ROUNDS + 1 }, (_, i) => `Long piece ${i}`);
  await makeLibrary(music, titles, SHORT_FILES);
  const product = await startProduct();
  try {
    await new Promise((resolve) => setTimeout(resolve, 5_000));
    add('memory', 'idle MB', residentMb(product.pid()), 'MB', 1);
    await measureImport(product, music);
    await measurePlay(product, titles);
    await spendAnHour(product, titles);
    add('memory', 'used MB', residentMb(product.pid()), 'MB', 1);
  } finally {
    await product.stop();
  }
} finally {
  await rm(folder, { recursive: true, force: true });
}
await saveRows('start', rows);

/** A clean clone and `npm start` in it, twice. */
async function measureStart() {
  const clone = join(folder, 'clone');
  execFileSync('git', ['clone', '-q', process.cwd(), clone]);
  add('first start', 'seconds', await secondsToServing(clone), 's', 1);
  const again: number[] = [];
  for (let i = 0; i < 3; i++) again.push(await secondsToServing(clone));
  add('second start', 'seconds', median(again), 's', again.length);
  await rm(clone, { recursive: true, force: true });
}

/** From `npm start` to the first 200 of /api/health. */
async function secondsToServing(clone: string): Promise<number> {
  const port = await freePort();
  const dataDir = join(clone, 'data');
  const began = performance.now();
  const child = spawn('npm', ['start'], {
    cwd: clone,
    env: { ...process.env, PORT: String(port), DATA_DIR: dataDir },
    stdio: ['ignore', 'ignore', 'inherit'],
    detached: true,
  });
  try {
    await until(
      'the first answer',
      async () => {
        if (child.exitCode !== null) throw new Error(`npm start ended with ${child.exitCode}`);
        return fetch(`http://localhost:${port}/api/health`).then(
          (r) => r.status === 200,
          () => false,
        );
      },
      600_000,
    );
    return (performance.now() - began) / 1000;
  } finally {
    // npm and the server it started are one group; npm may be gone before the server is.
    if (child.pid !== undefined && child.exitCode === null) process.kill(-child.pid, 'SIGTERM');
    await until('the server has let go of its data', () => isFree(dataDir));
  }
}

async function isFree(dataDir: string): Promise<boolean> {
  try {
    const unlock = await lockFolder(dataDir);
    await unlock();
    return true;
  } catch {
    return false;
  }
}

async function measureImport(product: Product, music: string) {
  await product.api('POST', '/api/imports', { folder: music });
  const done = await until(
    'the import',
    async () => {
      const { imports } = await product.api<{ imports: ImportStatus[] }>('GET', '/api/imports');
      const [latest] = imports;
      return latest !== undefined && latest.state !== 'running' ? latest : null;
    },
    300_000,
  );
  if (done.finishedAt === null || done.failedCount > 0) throw new Error(`the import failed: ${JSON.stringify(done)}`);
  add('import', 'files per s', done.read / ((done.finishedAt - done.startedAt) / 1000), '1/s', done.read);
}

async function measurePlay(product: Product, titles: readonly string[]) {
  const first: number[] = [];
  const second: number[] = [];
  const cached: number[] = [];
  const next: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const title = titles[round] ?? '';
    const browser = await launchChromium();
    try {
      const a = await openMeasured(browser, product, title);
      first.push(await pressToSound(a.page, () => a.press(title)));
      await until(
        'the first tab has it whole',
        async () => (await a.listener.swarm()).current?.sources.every((s) => s !== 'none'),
        60_000,
      );
      const b = await openMeasured(browser, product, title);
      second.push(await pressToSound(b.page, () => b.press(title)));
      await b.page.close();
      await a.page.bringToFront();
      await a.page.reload({ waitUntil: 'networkidle0' });
      cached.push(await pressToSound(a.page, () => a.press(title)));
      next.push(await pressNext(a, product, titles[round + 1] ?? ''));
    } finally {
      await closeBrowser(browser);
    }
  }
  add('play', 'first ms', median(first), 'ms', first.length);
  add('play', 'second tab ms', median(second), 'ms', second.length);
  add('play', 'cached ms', median(cached), 'ms', cached.length);
  add('play', 'next ms', median(next), 'ms', next.length);
}

interface Measured {
  page: Page;
  listener: Awaited<ReturnType<typeof openListener>>;
  press(title: string): Promise<void>;
}

/** A tab that shows the track, and has neither a grant nor a byte of it. */
async function openMeasured(browser: Browser, product: Product, title: string): Promise<Measured> {
  const listener = await openListener(browser, product, `/search?q=${encodeURIComponent(title)}`, installPressToSound);
  const { page } = listener;
  return {
    page,
    listener,
    async press(name) {
      const button = await page.waitForSelector(`aria/Play ${name}[role="button"]`);
      await button?.click();
    },
  };
}

/** The track behind the one that plays, as in an album that runs on. */
async function pressNext(tab: Measured, product: Product, title: string): Promise<number> {
  const { tracks } = await product.api<{ tracks: Track[] }>('GET', `/api/search?q=${encodeURIComponent(title)}`);
  await tab.page.evaluate(
    `globalThis[Symbol.for('enxame.tab')].player.enqueue(${JSON.stringify(tracks.slice(0, 1))}, 'next')`,
  );
  const button = await tab.page.waitForSelector('aria/Next[role="button"]');
  return pressToSound(tab.page, async () => {
    await button?.click();
  });
}

/** The requests of an hour's use, one after the other. */
async function spendAnHour(product: Product, titles: readonly string[]) {
  const peerId = newId();
  for (let i = 0; i < HOUR.searches; i++) await product.api('GET', `/api/search?q=song+${i}`);
  for (let i = 0; i < HOUR.pages; i++) {
    await (await fetch(product.url, { headers: { cookie: product.cookie() } })).arrayBuffer();
  }
  for (let i = 0; i < HOUR.tracks; i++) {
    const title = titles[i % titles.length] ?? '';
    const { tracks } = await product.api<{ tracks: Track[] }>('GET', `/api/search?q=${encodeURIComponent(title)}`);
    const grant = await product.api<Grant>('POST', '/api/playback', { trackId: tracks[0]?.id, peerId });
    const headers = { authorization: `Bearer ${grant.ticket}` };
    await (await fetch(new URL(grant.originUrl, product.url), { headers })).arrayBuffer();
  }
}

/** Resident memory of a process and its children. */
function residentMb(pid: number): number {
  const own = Number(/VmRSS:\s+(\d+) kB/.exec(readProc(pid, 'status'))?.[1] ?? Number.NaN) / 1024;
  const children = readProc(pid, `task/${pid}/children`).split(' ').filter(Boolean);
  return children.reduce((sum, child) => sum + residentMb(Number(child)), own);
}

function readProc(pid: number, file: string): string {
  return readFileSync(`/proc/${pid}/${file}`, 'utf8');
}
