/** Enxame through its own pages: an administrator sets it up, each listener signs in and presses play. */
import { join } from 'node:path';
import type { Page } from 'puppeteer-core';
import type { Album, ImportStatus } from '@/lib/contracts/catalog';
import { startServer, untilReady } from '@/testing/processes';
import { until } from '@/testing/wait';
import { breakdownOf } from '../listener/enxame-breakdown';
import { EVENING_ALBUM } from '../music';
import { onHost } from '../network/commands';
import { clickOn, restOn } from './click';
import type { Service, StartContext, System, Tab, TrackSet } from './system';

const PORT = 3000;
const START_TIMEOUT_MS = 60_000;
const IMPORT_TIMEOUT_MS = 300_000;
const PAGE_TIMEOUT_MS = 60_000;
const ADMIN = { name: 'Ada', email: 'ada@example.org', password: 'a long pass phrase' };
/** The slider's thumb stands on its track; a click anywhere on the slider jumps there. */
const SEEK_BAR = 'span[dir]:has(> span > [aria-label="Seek"])';
/** Where the page keeps what a developer may look at (see CONTRIBUTING). */
const TAB = `globalThis[Symbol.for('enxame.tab')]`;

const listenerAccount = (i: number) => ({
  name: `Listener ${i}`,
  email: `listener${i}@example.org`,
  password: 'another long pass phrase',
  role: 'listener' as const,
});

export const enxame: System = {
  name: 'enxame',
  async start({ network, music, folder, cleaner }: StartContext): Promise<Service> {
    const { origin } = network;
    const site = `http://${origin.address}:${PORT}`;
    const server = await startProduct(site, origin, join(folder, 'data'), cleaner);
    const api = await setUp(site, server.output());
    for (let i = 0; i < network.listeners.length; i++) await api('POST', '/api/people', listenerAccount(i));
    await api('POST', '/api/imports', { folder: music.folder });
    await until('the import', () => importDone(api), IMPORT_TIMEOUT_MS);
    const titles = { measured: [music.measured.title], evening: music.evening.map((track) => track.title) };
    const paths: Record<TrackSet, string> = {
      measured: `/search?q=${encodeURIComponent(music.measured.title)}`,
      evening: music.evening.length === 0 ? '/' : await albumPath(api),
    };
    return {
      site,
      open: async (page, listener, trackSet) => {
        await signIn(page, site, paths[trackSet], listener);
        return tabOf(page, titles[trackSet]);
      },
    };
  },
};

type Api = <T>(method: string, path: string, body?: unknown) => Promise<T>;

async function startProduct(
  site: string,
  origin: { namespace: string; address: string },
  dataDir: string,
  cleaner: StartContext['cleaner'],
) {
  const [command = '', ...args] = onHost(origin.namespace);
  const server = startServer(
    command,
    // As in package.json's `start` (docs/decisions/0008).
    [...args, process.execPath, '--max-semi-space-size=4', join(process.cwd(), 'build', 'main.mjs')],
    {
      env: {
        ...process.env,
        NODE_ENV: 'production',
        NEXT_TELEMETRY_DISABLED: '1',
        HOST: origin.address,
        PORT: String(PORT),
        PUBLIC_URL: site,
        DATA_DIR: dataDir,
      },
    },
  );
  cleaner.add('Enxame', () => server.stop());
  await untilReady('Enxame', server, () => assertServing(site), START_TIMEOUT_MS);
  return server;
}

async function assertServing(site: string): Promise<void> {
  const response = await fetch(`${site}/api/health`);
  if (!response.ok) throw new Error(`health: ${response.status}`);
}

/** Makes the first account with the token that the server printed. @returns the gateway as the administrator sees it */
async function setUp(site: string, printed: string): Promise<Api> {
  const setupToken = /setup token[^:]*: (\S+)/.exec(printed)?.[1];
  if (setupToken === undefined) throw new Error(`the server printed no setup token:\n${printed}`);
  let cookie = '';
  const ask = async (method: string, path: string, body?: unknown) => {
    const headers = { cookie, origin: site, ...(body === undefined ? {} : { 'content-type': 'application/json' }) };
    const response = await fetch(site + path, {
      method,
      headers,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
    return response;
  };
  const first = await ask('POST', '/api/setup', { ...ADMIN, setupToken });
  cookie = first.headers
    .getSetCookie()
    .map((line) => line.split(';')[0])
    .join('; ');
  return async <T>(method: string, path: string, body?: unknown) => {
    const text = await (await ask(method, path, body)).text();
    return (text === '' ? undefined : JSON.parse(text)) as T;
  };
}

async function importDone(api: Api): Promise<boolean> {
  const { imports } = await api<{ imports: ImportStatus[] }>('GET', '/api/imports');
  const [latest] = imports;
  if (latest === undefined || latest.state === 'running') return false;
  if (latest.state === 'failed' || latest.failedCount > 0)
    throw new Error(`the import failed: ${JSON.stringify(latest)}`);
  return latest.sealed >= latest.toSeal;
}

async function albumPath(api: Api): Promise<string> {
  const { albums } = await api<{ albums: Album[] }>('GET', `/api/search?q=${EVENING_ALBUM}`);
  const album = albums.find(({ title }) => title === EVENING_ALBUM);
  if (album === undefined) throw new Error('the evening’s album is not in the library');
  return `/albums/${album.id}`;
}

async function signIn(page: Page, site: string, path: string, listener: number): Promise<void> {
  const { email, password } = listenerAccount(listener);
  page.setDefaultTimeout(PAGE_TIMEOUT_MS);
  await page.goto(`${site}/sign-in?next=${encodeURIComponent(path)}`, { waitUntil: 'domcontentloaded' });
  if (!(await page.evaluate('isSecureContext')))
    throw new Error('the page is no secure context: nothing would be shared');
  // Typed letters before React holds the form would be lost.
  await page.waitForNetworkIdle();
  await page.type('input[name=email]', email);
  await page.type('input[name=password]', password);
  await page.click('button[type=submit]');
  // The notice about sharing is answered as most people do; it would lie above the list.
  await clickOn(page, 'aria/Got it[role="button"]');
  await page.waitForFunction(`${TAB}?.player && ${TAB}?.swarm?.snapshot().signaling === 'up'`);
}

async function tabOf(page: Page, titles: string[]): Promise<Tab> {
  const playButton = (track: number) => `aria/Play ${titles[track]}[role="button"]`;
  await page.waitForSelector(playButton(0));
  await page.waitForNetworkIdle();
  return {
    page,
    rest: (track) => restOn(page, playButton(track)),
    press: (track) => clickOn(page, playButton(track)),
    next: () => clickOn(page, 'aria/Next[role="button"]'),
    aim: (share) => restOn(page, SEEK_BAR, share),
    jump: (share) => clickOn(page, SEEK_BAR, share),
    loaded: async () =>
      (await page.evaluate(`(() => {
        const sources = ${TAB}.swarm.snapshot().current?.sources ?? [];
        return sources.length === 0 ? 0 : sources.filter((source) => source !== 'none').length / sources.length;
      })()`)) as number,
    breakdown: (press) => breakdownOf(page, press),
  };
}
