import type { Browser, BrowserContext, Page } from 'puppeteer-core';
import type { PlayerState } from '@/lib/player/api';
import type { PeerSnapshot } from '@/lib/swarm/api';
import type { Session } from './product';
import { HANGS_MS, until } from './wait';

/** A tab of the real product, signed in. */
export interface Listener {
  page: Page;
  /** Finds the track by its title and presses its play button, as a person would. */
  play(title: string): Promise<void>;
  /** The same on the page where one was played, without loading another. */
  playNext(title: string): Promise<void>;
  player(): Promise<PlayerState>;
  swarm(): Promise<PeerSnapshot>;
  /** Waits until sound moves past `seconds`. */
  soundAt(seconds: number, timeoutMs?: number): Promise<void>;
  /** Jumps, and waits until there is sound from there on. @param forS seconds of it */
  jump(toS: number, forS?: number): Promise<void>;
  /** Seconds that were buffered ahead each time that playback stopped by itself since the last `play`: next to none where bytes were missing. */
  stalls(): Promise<number[]>;
  /** SHA-256 (hex) of the whole plain file as this tab's peer opens it, chunk by chunk; all that is not here is fetched at once. */
  openedHash(trackId: string): Promise<string>;
  /** Addresses of the requests for media bytes since the page was opened. */
  mediaRequests(): string[];
}

/** Where the page keeps what a developer may look at (see CONTRIBUTING). */
const TAB = `globalThis[Symbol.for('enxame.tab')]`;

/** Notes at each stall how much was buffered. */
const WATCH_STALLS = `{
  globalThis.__unwatch?.();
  globalThis.__stalls = [];
  let { stalls } = ${TAB}.player.state();
  globalThis.__unwatch = ${TAB}.player.subscribe(() => {
    const state = ${TAB}.player.state();
    if (state.stalls > stalls) globalThis.__stalls.push(state.bufferedToS - state.positionS);
    stalls = state.stalls;
  });
}`;

/** @param prepare what to do with the page before it loads */
export async function openListener(
  browser: Browser | BrowserContext,
  session: Session,
  path = '/',
  prepare: (page: Page) => Promise<void> = async () => {},
): Promise<Listener> {
  const page = await browser.newPage();
  await prepare(page);
  for (const pair of session.cookie().split('; ')) {
    const [name = '', ...rest] = pair.split('=');
    await browser.setCookie({ name, value: rest.join('='), domain: 'localhost', path: '/', sameSite: 'Lax' });
  }
  await page.goto(session.url + path, { waitUntil: 'domcontentloaded' });
  return tabOf(page);
}

/** What a test does with a page of the product, however it came to be signed in. */
export function tabOf(page: Page): Listener {
  const media: string[] = [];
  page.on('request', (request) => {
    if (/\/(origin|api\/stream)\//.test(request.url())) media.push(request.url());
  });
  const evaluate = <T>(code: string) => page.evaluate(`(async () => ${code})()`) as Promise<T>;
  async function press(title: string) {
    const button = await page.waitForSelector(`aria/Play ${title}[role="button"]`, { timeout: HANGS_MS });
    await until('the player', () => evaluate(`${TAB}?.player !== undefined`));
    await evaluate(WATCH_STALLS);
    // Without a sound device Firefox plays muted sound only.
    if ((await page.browser().version()).toLowerCase().startsWith('firefox')) {
      await evaluate(`${TAB}.player.setMuted(true)`);
    }
    await button?.click();
  }
  const listener: Listener = {
    page,
    async play(title) {
      // A page behind another one draws nothing, and elements that wait to be drawn are never found.
      await page.bringToFront();
      await page.goto(`${new URL(page.url()).origin}/search?q=${encodeURIComponent(title)}`, {
        waitUntil: 'domcontentloaded',
      });
      await press(title);
    },
    async playNext(title) {
      await page.bringToFront();
      const field = await page.waitForSelector('#search-field', { timeout: HANGS_MS });
      await field?.click({ count: 3 });
      await field?.type(title);
      await press(title);
    },
    player: () => evaluate(`${TAB}?.player?.state() ?? null`),
    swarm: () => evaluate(`${TAB}?.swarm?.snapshot() ?? null`),
    async soundAt(seconds, timeoutMs = HANGS_MS) {
      let state: PlayerState | null = null;
      await until(
        () => `sound at ${seconds} s, but the player is ${state?.status} at ${state?.positionS}`,
        async () => {
          state = await listener.player();
          if (state?.error) throw new Error(`the player says: ${state.error.code} ${state.error.message}`);
          return state?.status === 'playing' && state.positionS >= seconds;
        },
        timeoutMs,
      );
    },
    async jump(toS, forS = 1) {
      await evaluate(`${TAB}.player.seek(${toS})`);
      await listener.soundAt(toS + forS);
    },
    stalls: () => evaluate('globalThis.__stalls'),
    openedHash: (trackId) =>
      evaluate(`{
        const asset = await ${TAB}.swarm.open(${JSON.stringify(trackId)});
        const { size, chunkSize } = asset.manifest;
        const bytes = new Uint8Array(size);
        const starts = Array.from({ length: Math.ceil(size / chunkSize) }, (_, chunk) => chunk * chunkSize);
        // What follows on what is read before it is not due at once: so every second chunk, and then the others.
        const reads = [0, 1].flatMap((odd) => starts.filter((_, chunk) => chunk % 2 === odd));
        await Promise.all(reads.map(async (at) => bytes.set(await asset.read(at, at + chunkSize), at)));
        asset.close();
        const hash = await crypto.subtle.digest('SHA-256', bytes);
        return [...new Uint8Array(hash)].map((b) => b.toString(16).padStart(2, '0')).join('');
      }`),
    mediaRequests: () => [...media],
  };
  return listener;
}

/** The track of that title, as the gateway has it. @throws when there is none within ten seconds */
export function trackByTitle(session: Session, title: string): Promise<{ id: string; title: string }> {
  return until(`a track called ${title}`, async () => {
    const found = await session.api<{ tracks: { id: string; title: string }[] }>(
      'GET',
      `/api/search?q=${encodeURIComponent(title)}`,
    );
    return found.tracks.find((track) => track.title === title);
  });
}
