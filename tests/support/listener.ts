import type { Browser, Page } from 'puppeteer-core';
import type { PlayerState } from '@/lib/player/api';
import type { PeerSnapshot } from '@/lib/swarm/api';
import type { Product } from './product';
import { until } from './product';

/** A tab of the real product, signed in as the administrator. */
export interface Listener {
  page: Page;
  /** Finds the track by typing its title and presses its play button, as a person would. */
  play(title: string): Promise<void>;
  player(): Promise<PlayerState>;
  swarm(): Promise<PeerSnapshot>;
  /** Waits until sound moves past `seconds`. */
  soundAt(seconds: number, timeoutMs?: number): Promise<void>;
  /** SHA-256 (hex) of the whole plain file as this tab's peer opens it, chunk by chunk. */
  openedHash(trackId: string): Promise<string>;
  /** Addresses of the requests for media bytes since the page was opened. */
  mediaRequests(): string[];
}

/** Where the page keeps what a developer may look at (see CONTRIBUTING). */
const TAB = `globalThis[Symbol.for('enxame.tab')]`;

/** @param prepare what to do with the page before it loads */
export async function openListener(
  browser: Browser,
  product: Product,
  path = '/',
  prepare: (page: Page) => Promise<void> = async () => {},
): Promise<Listener> {
  const page = await browser.newPage();
  await prepare(page);
  for (const pair of product.cookie().split('; ')) {
    const [name = '', ...rest] = pair.split('=');
    await browser.setCookie({ name, value: rest.join('='), domain: 'localhost', path: '/', sameSite: 'Lax' });
  }
  await page.goto(product.url + path, { waitUntil: 'domcontentloaded' });
  return tabOf(page);
}

/** What a test does with a page of the product, however it came to be signed in. */
export function tabOf(page: Page): Listener {
  const media: string[] = [];
  page.on('request', (request) => {
    if (/\/(origin|api\/stream)\//.test(request.url())) media.push(request.url());
  });
  const evaluate = <T>(code: string) => page.evaluate(`(async () => ${code})()`) as Promise<T>;
  const listener: Listener = {
    page,
    async play(title) {
      // A page behind another one draws nothing, and elements that wait to be drawn are never found.
      await page.bringToFront();
      await page.goto(`${new URL(page.url()).origin}/search?q=${encodeURIComponent(title)}`, {
        waitUntil: 'domcontentloaded',
      });
      const button = await page.waitForSelector(`aria/Play ${title}[role="button"]`, { timeout: 20_000 });
      // Without a sound device Firefox plays muted sound only.
      if ((await page.browser().version()).toLowerCase().startsWith('firefox')) {
        await until('the player', () => evaluate(`${TAB}?.player !== undefined`));
        await evaluate(`${TAB}.player.setMuted(true)`);
      }
      await button?.click();
    },
    player: () => evaluate(`${TAB}?.player?.state() ?? null`),
    swarm: () => evaluate(`${TAB}?.swarm?.snapshot() ?? null`),
    async soundAt(seconds, timeoutMs = 20_000) {
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
    openedHash: (trackId) =>
      evaluate(`{
        const asset = await ${TAB}.swarm.open(${JSON.stringify(trackId)});
        const bytes = await asset.read(0, asset.manifest.size);
        asset.close();
        const hash = await crypto.subtle.digest('SHA-256', bytes);
        return [...new Uint8Array(hash)].map((b) => b.toString(16).padStart(2, '0')).join('');
      }`),
    mediaRequests: () => [...media],
  };
  return listener;
}

/** The track of that title, as the gateway has it. @throws when there is none within ten seconds */
export function trackByTitle(product: Product, title: string): Promise<{ id: string; title: string }> {
  return until(`a track called ${title}`, async () => {
    const found = await product.api<{ tracks: { id: string; title: string }[] }>(
      'GET',
      `/api/search?q=${encodeURIComponent(title)}`,
    );
    return found.tracks.find((track) => track.title === title);
  });
}
