/** Everything that is tried in Firefox, so that it is started once: every format by itself, and swapped with Chromium. */
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { Browser, BrowserContext, HTTPRequest, Page } from 'puppeteer-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { closeBrowser, launchFirefox } from '@/testing/browser';
import { type Listener, openListener, trackByTitle } from '@/testing/listener';
import { addPerson, importMusic, type Session } from '@/testing/product';
import { until } from '@/testing/wait';
import { type MusicFormat, makeMusic, makeTempFolder } from '@/tests/support/music';
import { playsEveryFormat } from './player/every-format';
import { sharedAdmin, sharedChromium } from './shared';

/** One of each goes from Firefox to Chromium, the other back. All of it is fetched as what sounds soon. */
const SWAPPED: { format: MusicFormat; there: string; back: string }[] = [
  { format: 'mp3', there: 'Ponte', back: 'Margem' },
  { format: 'flac16', there: 'Cais', back: 'Duna' },
  { format: 'vorbis', there: 'Farol', back: 'Areia' },
  { format: 'opus', there: 'Barco', back: 'Ilha' },
  { format: 'm4a', there: 'Remo', back: 'Vela' },
];
const SECONDS = 24;
/** What the two meet over before. */
const MEETING = 'Encontro';

let firefox: Browser;
beforeAll(async () => {
  firefox = await launchFirefox();
});
afterAll(async () => {
  if (firefox !== undefined) await closeBrowser(firefox);
});

describe('Firefox', () => {
  playsEveryFormat(() => firefox, { silent: true });
});

describe('a tab in Firefox and one in Chromium', () => {
  let music: { folder: string; remove: () => Promise<void> };
  let flora: Session;
  let chromium: Browser;
  let context: BrowserContext;
  let inFirefox: Listener;
  let inChromium: Listener;
  const hashes = new Map<string, string>();

  beforeAll(async () => {
    music = await makeTempFolder();
    const tags = { artist: 'Raposa', album: 'Travessia' };
    const meeting = { format: 'mp3', name: MEETING, seconds: SECONDS, noise: true } as const;
    await makeMusic(music.folder, { ...meeting, tags: { ...tags, title: MEETING } });
    for (const [i, { format, ...titles }] of SWAPPED.entries()) {
      for (const title of Object.values(titles)) {
        const piece = { format, name: title, seconds: SECONDS, noise: true, hertz: 300 + 40 * i };
        const path = await makeMusic(music.folder, { ...piece, tags: { ...tags, title } });
        const bytes = await readFile(path);
        hashes.set(title, createHash('sha256').update(bytes).digest('hex'));
      }
    }
    const admin = sharedAdmin();
    await importMusic(admin, music.folder);
    flora = await addPerson(admin, { name: 'Flora', email: 'flora@example.org', password: 'a long pass phrase' });
    chromium = await sharedChromium();
    context = await chromium.createBrowserContext();
    inFirefox = await openListener(firefox, flora, '/search');
    inChromium = await openListener(context, flora, '/search');
    const { id } = await trackByTitle(flora, MEETING);
    for (const tab of [inFirefox, inChromium]) await until('the peer', () => tab.swarm());
    await inFirefox.openedHash(id);
    // A link is made when one is needed: the other tab gets nothing from the origin.
    await withoutOrigin(inChromium.page, () => inChromium.openedHash(id));
    await linked();
  });
  afterAll(async () => {
    await context?.close();
    await chromium?.disconnect();
    await music?.remove();
  });

  async function withoutOrigin(page: Page, work: () => Promise<unknown>) {
    const refuse = (request: HTTPRequest) =>
      void (request.url().includes('/origin/') ? request.abort('connectionfailed') : request.continue());
    await page.setRequestInterception(true);
    page.on('request', refuse);
    await work();
    page.off('request', refuse);
    await page.setRequestInterception(false);
  }

  async function linked() {
    const [a, b] = [await inFirefox.swarm(), await inChromium.swarm()];
    for (const [tab, other] of [[inFirefox, b] as const, [inChromium, a] as const]) {
      await until('the link', async () => (await tab.swarm()).links.some(({ peer }) => peer === other.peerId));
    }
  }

  const holds = async (tab: Listener, title: string) => {
    const { id } = await trackByTitle(flora, title);
    expect(await tab.openedHash(id)).toBe(hashes.get(title));
  };

  /** The tab plays a piece that the other has whole, and gets what it does not begin with from there, bit for bit. */
  async function gets(tab: Listener, title: string) {
    const { id } = await trackByTitle(flora, title);
    // Its first chunk comes with the grant. On a slow machine the origin would bring all others before the tracker has named the peer.
    await tab.page.evaluate(`{
      globalThis.__fetch = fetch;
      globalThis.fetch = (input, init) =>
        String(input.url ?? input).includes('/origin/') ? Promise.reject(new TypeError('refused')) : __fetch(input, init);
    }`);
    await tab.playNext(title);
    await tab.soundAt(0.5);
    const sources = await until(`all of ${title}`, async () => {
      const { current } = await tab.swarm();
      return current?.trackId === id && current.sources.every((source) => source !== 'none') ? current.sources : null;
    });
    await tab.page.evaluate(`{ globalThis.fetch = __fetch; }`);
    expect(sources.filter((source) => source === 'peer').length).toBeGreaterThan(sources.length / 2);
    await holds(tab, title);
  }

  it.each(SWAPPED)('swap $format, in both directions', async ({ there, back }) => {
    await Promise.all([holds(inFirefox, there), holds(inChromium, back)]);
    await linked();
    await Promise.all([gets(inChromium, there), gets(inFirefox, back)]);
  });
});
