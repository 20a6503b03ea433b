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
import { FILL_PACE } from '@/lib/swarm/schedule/constants';
import { closeBrowser, launchChromium } from '@/testing/browser';
import { openListener } from '@/testing/listener';
import { freePort } from '@/testing/processes';
import { type Product, startProduct } from '@/testing/product';
import { until } from '@/testing/wait';
import { median, type Row, readForm, report } from './benchmark';
import { makeLibrary } from './library';
import { installPressToSound, pressToSound } from './press-to-sound';

const { form } = readForm();
const size = {
  full: {
    rounds: 7,
    longS: 240,
    shortFiles: 1200,
    starts: 3,
    restS: 5,
    // What eight listeners do in an hour: a track every four minutes, a page every two, a search every minute.
    hour: { tracks: 8 * 15, pages: 8 * 30, searches: 8 * 60 },
  },
  // Its first start is of this folder, which is built: a build takes longer than all else.
  short: { rounds: 1, longS: 12, shortFiles: 24, starts: 1, restS: 0, hour: { tracks: 2, pages: 2, searches: 2 } },
}[form];

/** A track fills at FILL_PACE times the pace of its sound; on a machine that cannot, it is no slower than the sound itself, but for a start. */
const WHOLE_TIMEOUT_MS = 60_000 + size.longS * 1000;

/** As many as a queue holds. */
const QUEUED = 10_000;

/** Opens the queue's panel; answers milliseconds. A frame is shown when the one after it begins. */
const OPEN_QUEUE = `new Promise((resolve) => {
  const began = performance.now();
  [...document.querySelectorAll('button[aria-label="Queue"]')].find((button) => button.offsetParent !== null).click();
  requestAnimationFrame(function look() {
    if (document.querySelectorAll('#side-panel [role="row"]').length < 5) requestAnimationFrame(look);
    else requestAnimationFrame(() => resolve(performance.now() - began));
  });
})`;

const rows: Row[] = [];
const add = (scenario: string, metric: string, value: number, unit: string, n: number) =>
  rows.push({ system: 'enxame', scenario, metric, value, unit, n });

const folder = await mkdtemp(join(tmpdir(), 'enxame-bench-'));
try {
  await measureStart();
  const music = join(folder, 'music');
  // Each round plays tracks of its own: a track played once is cached for ever.
  const titles = Array.from({ length: size.rounds + 1 }, (_, i) => `Long piece ${i}`);
  console.log(`Making ${titles.length} long pieces and ${size.shortFiles} short ones …`);
  await makeLibrary(music, titles, size.shortFiles, size.longS);
  console.log('Starting the product …');
  const product = await startProduct();
  try {
    await new Promise((resolve) => setTimeout(resolve, size.restS * 1000));
    add('memory', 'idle MB', residentMb(product.pid()), 'MB', 1);
    await measureImport(product, music);
    await measurePlay(product, titles);
    await measureQueue(product, titles[0] ?? '');
    await spendAnHour(product, titles);
    add('memory', 'used MB', residentMb(product.pid()), 'MB', 1);
  } finally {
    await product.stop();
  }
} finally {
  await rm(folder, { recursive: true, force: true });
}
await report('start', form, rows);

/** `npm start` in a clean clone, then again. */
async function measureStart() {
  const home = form === 'full' ? join(folder, 'clone') : process.cwd();
  if (form === 'full') {
    console.log('Cloning the last commit, and npm start in the clone (installs and builds: a minute or more) …');
    execFileSync('git', ['clone', '-q', process.cwd(), home]);
  } else console.log('npm start in this folder …');
  add('first start', 'seconds', await secondsToServing(home), 's', 1);
  console.log(`And again, ${size.starts} times …`);
  const again: number[] = [];
  for (let i = 0; i < size.starts; i++) again.push(await secondsToServing(home));
  add('second start', 'seconds', median(again), 's', again.length);
  if (form === 'full') await rm(home, { recursive: true, force: true });
}

/** From `npm start` to the first 200 of /api/health. */
async function secondsToServing(home: string): Promise<number> {
  const port = await freePort();
  const dataDir = join(folder, 'data');
  const began = performance.now();
  const child = spawn('npm', ['start'], {
    cwd: home,
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
  console.log('Importing …');
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
  for (let round = 0; round < size.rounds; round++) {
    const title = titles[round] ?? '';
    console.log(
      `Press to sound, round ${round + 1} of ${size.rounds} (about ${Math.round(size.longS / FILL_PACE)} s until the track is there whole) …`,
    );
    const browser = await launchChromium();
    try {
      const a = await openMeasured(browser, product, title);
      first.push(await pressToSound(a.page, () => a.press(title)));
      await until(
        'the first tab has it whole',
        async () => (await a.listener.swarm()).current?.sources.every((s) => s !== 'none'),
        WHOLE_TIMEOUT_MS,
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

/** Opens the queue's panel, from the click to the frame that shows its rows: the first time with its code, then again. */
async function measureQueue(product: Product, title: string) {
  console.log(`Opening a queue of ${QUEUED} …`);
  const first: number[] = [];
  const again: number[] = [];
  for (let round = 0; round < size.rounds; round++) {
    const browser = await launchChromium();
    try {
      const { page, listener } = await openMeasured(browser, product, title);
      await until('the player', async () => (await listener.player()) !== null);
      const { tracks } = await product.api<{ tracks: Track[] }>('GET', `/api/search?q=${encodeURIComponent(title)}`);
      await page.evaluate(`{
        const tracks = ${JSON.stringify(tracks.slice(0, 1))};
        const all = Array.from({ length: ${QUEUED} }, () => tracks[0]);
        globalThis[Symbol.for('enxame.tab')].player.enqueue(all, 'end');
      }`);
      first.push((await page.evaluate(OPEN_QUEUE)) as number);
      await (await page.waitForSelector('aria/Close panel[role="button"]'))?.click();
      await page.waitForFunction(`document.querySelector('#side-panel') === null`);
      again.push((await page.evaluate(OPEN_QUEUE)) as number);
    } finally {
      await closeBrowser(browser);
    }
  }
  add('queue', 'first open ms', median(first), 'ms', first.length);
  add('queue', 'open ms', median(again), 'ms', again.length);
}

/** The requests of an hour's use, one after the other. */
async function spendAnHour(product: Product, titles: readonly string[]) {
  console.log('The requests of an hour …');
  const peerId = newId();
  for (let i = 0; i < size.hour.searches; i++) await product.api('GET', `/api/search?q=song+${i}`);
  for (let i = 0; i < size.hour.pages; i++) {
    await (await fetch(product.url, { headers: { cookie: product.cookie() } })).arrayBuffer();
  }
  for (let i = 0; i < size.hour.tracks; i++) {
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
