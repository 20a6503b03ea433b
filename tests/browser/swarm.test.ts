import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { Browser } from 'puppeteer-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { closeBrowser, launchChromium, launchFirefox } from '@/tests/support/browser';
import { type Listener, openListener, trackByTitle } from '@/tests/support/listener';
import { makeMusic, makeTempFolder } from '@/tests/support/music';
import { type Product, startProduct, until } from '@/tests/support/product';

/** Long enough that nothing ends while it is looked at, short enough that all of it is soon here (FILL_PACE); 192 kbit/s, 22 chunks. */
const SECONDS = 60;
/** Every test plays a piece of its own, so that no cache or swarm of another is in the way. */
const TITLES = ['Maré', 'Ladra', 'Corte', 'Volta', 'Queda', 'Salto'];
/** Two pieces of each go from one make of browser to the other: one there, one back. All of it is fetched as what sounds soon. */
const SWAPPED = ['mp3', 'flac16', 'vorbis', 'opus', 'm4a'] as const;
const SWAPPED_SECONDS = 24;
const MANY_CHUNKS = 8;

let music: { folder: string; remove: () => Promise<void> };
let product: Product;
let chromium: Browser;
const hashes = new Map<string, string>();

beforeAll(async () => {
  music = await makeTempFolder();
  const pieces = [
    ...TITLES.map((title) => ({ title, format: 'mp3' as const, seconds: SECONDS, noise: false })),
    ...SWAPPED.flatMap((format) =>
      ['Ponte', 'Margem'].map((name) => ({
        title: `${name} ${format}`,
        format,
        seconds: SWAPPED_SECONDS,
        noise: true,
      })),
    ),
  ];
  for (const [i, { title, ...piece }] of pieces.entries()) {
    const tags = { title, artist: 'Ensaio', album: 'Enxame' };
    const path = await makeMusic(music.folder, { ...piece, name: title, hertz: 300 + 40 * i, tags });
    const bytes = await readFile(path);
    hashes.set(title, createHash('sha256').update(bytes).digest('hex'));
  }
  // Killed browsers cannot say that they stopped: their streams count until their grants run out.
  product = await startProduct({ MUSIC_DIR: music.folder, MAX_STREAMS: '100' });
});

afterAll(async () => {
  await product?.stop();
  await music?.remove();
});

// A browser of its own for each test: no tab of an earlier one holds a chunk.
beforeEach(async () => {
  chromium = await launchChromium();
});
afterEach(() => closeBrowser(chromium));

const whole = (tab: Listener) =>
  until('all of the track is here', async () => {
    const { current } = await tab.swarm();
    return current !== null && current.sources.length > 0 && current.sources.every((source) => source !== 'none');
  });

/** Waits until playback has moved on by some seconds, from wherever it is. */
async function playsOn(tab: Listener, seconds: number) {
  const { positionS } = await tab.player();
  await tab.soundAt(positionS + seconds);
}

describe('tabs in Chromium', () => {
  it('feed each other: three play one track, without a stall, bit for bit', async () => {
    const title = 'Maré';
    const { id } = await trackByTitle(product, title);
    const first = await openListener(chromium, product);
    await first.play(title);
    await first.soundAt(1);
    await whole(first);

    const others = [await openListener(chromium, product), await openListener(chromium, product)];
    for (const tab of others) {
      await tab.play(title);
      await tab.soundAt(1);
    }
    for (const tab of others) {
      await whole(tab);
      const { totals } = await tab.swarm();
      expect(totals.peer).toBeGreaterThan(totals.origin);
      expect(totals.peer).toBeGreaterThan(0);
    }
    const tabs = [first, ...others];
    expect(new Set(await Promise.all(tabs.map(async (tab) => (await tab.swarm()).peerId))).size).toBe(3);
    for (const tab of tabs) {
      await playsOn(tab, 2);
      expect(await tab.player()).toMatchObject({ status: 'playing', stalls: 0, error: null, route: 'swarm' });
      expect(await tab.openedHash(id)).toBe(hashes.get(title));
    }
  });

  it('fetch what a jump needs first while the pointer is still down, and jump when it is let go', async () => {
    const tab = await openListener(chromium, product);
    await tab.play('Salto');
    await tab.soundAt(0.2);
    const thumb = await tab.page.waitForSelector('aria/Seek[role="slider"]');
    const slider = await thumb?.evaluateHandle((element) => element.closest('span[dir]') as Element);
    const box = await slider?.boundingBox();
    if (!box) throw new Error('the slider has no place');
    await tab.page.mouse.move(box.x + box.width * 0.95, box.y + box.height / 2);
    await tab.page.mouse.down();
    const aimed = Math.floor(22 * 0.95);
    const { current } = await until('the chunk is there', async () => {
      const snapshot = await tab.swarm();
      return snapshot.current?.sources[aimed] === 'origin' ? snapshot : null;
    });
    expect(current?.sources.slice(16, aimed)).toContain('none');
    expect((await tab.player()).positionS).toBeLessThan(SECONDS / 2);
    await tab.page.mouse.up();
    await tab.soundAt(SECONDS * 0.93);
  });

  it('drop a peer that sends wrong bytes, and play on', async () => {
    const title = 'Ladra';
    const { id } = await trackByTitle(product, title);
    // A tab whose data channels flip a bit in every DATA frame it sends (type 3, lib/contracts/frames.ts).
    const thief = await openListener(chromium, product, '/', async (page) => {
      await page.evaluateOnNewDocument(`{
        const send = RTCDataChannel.prototype.send;
        RTCDataChannel.prototype.send = function (data) {
          const bytes = ArrayBuffer.isView(data)
            ? new Uint8Array(data.buffer, data.byteOffset, data.byteLength).slice()
            : new Uint8Array(data).slice();
          if (bytes[0] === 3) {
            bytes[20] ^= 1;
            globalThis.__flipped = (globalThis.__flipped ?? 0) + 1;
          }
          return send.call(this, bytes);
        };
      }`);
    });
    await thief.play(title);
    await thief.soundAt(1);
    await whole(thief);

    const tab = await openListener(chromium, product);
    await tab.play(title);
    await until('the thief has served', () => thief.page.evaluate('globalThis.__flipped > 0'));
    await tab.soundAt(3);
    await whole(tab);
    await until('the link to the thief is gone', async () => (await tab.swarm()).links.length === 0);
    expect(await tab.player()).toMatchObject({ status: 'playing', stalls: 0, error: null });
    expect((await tab.swarm()).totals.peer).toBe(0);
    expect(await tab.openedHash(id)).toBe(hashes.get(title));
  });

  it('go on from peers when the origin is out of reach in mid-track', async () => {
    const title = 'Corte';
    const first = await openListener(chromium, product);
    await first.play(title);
    await first.soundAt(1);
    await whole(first);

    const tab = await openListener(chromium, product);
    await tab.page.setRequestInterception(true);
    let blocked = false;
    tab.page.on('request', (request) => {
      if (blocked && request.url().includes('/origin/')) void request.abort('connectionfailed');
      else void request.continue();
    });
    await tab.play(title);
    await tab.soundAt(0.5);
    blocked = true;
    // Near the end: whatever had been fetched when the origin went, this had not.
    await tab.page.evaluate(`globalThis[Symbol.for('enxame.tab')].player.seek(${SECONDS - 20})`);
    await tab.soundAt(SECONDS - 17);
    await whole(tab);
    expect(await tab.player()).toMatchObject({ status: 'playing', error: null });
  });

  it('play from the cache after a reload, with no media byte from the network', async () => {
    const title = 'Volta';
    const tab = await openListener(chromium, product);
    await tab.play(title);
    await tab.soundAt(1);
    await whole(tab);
    const { peerId } = await tab.swarm();
    await until('all of it is in the cache', async () => (await tab.swarm()).cache.assets >= 1);

    await tab.page.reload({ waitUntil: 'domcontentloaded' });
    const before = tab.mediaRequests().length;
    await tab.play(title);
    await tab.soundAt(2);
    const { totals, current, peerId: again } = await tab.swarm();
    expect(again).toBe(peerId);
    expect(tab.mediaRequests().length).toBe(before);
    expect(totals).toMatchObject({ peer: 0, origin: 0 });
    expect(current?.sources.filter((source) => source === 'cache').length).toBeGreaterThan(0);
  });

  it('go on by themselves when the server is killed in mid-play and comes back', async () => {
    const title = 'Queda';
    const first = await openListener(chromium, product);
    const second = await openListener(chromium, product);
    await first.play(title);
    await first.soundAt(1);
    await second.play(title);
    await second.soundAt(1);

    await product.kill();
    await playsOn(first, 2);
    await playsOn(second, 2);
    await product.start();

    for (const tab of [first, second]) {
      await until('signaling is back', async () => (await tab.swarm()).signaling === 'up');
      await tab.page.evaluate(`globalThis[Symbol.for('enxame.tab')].player.seek(${SECONDS - 15})`);
      await tab.soundAt(SECONDS - 13);
      expect(await tab.player()).toMatchObject({ status: 'playing', error: null });
    }
    const third = await openListener(chromium, product);
    await third.play(title);
    await third.soundAt(1);
    await until('a newcomer is fed by peers again', async () => (await third.swarm()).totals.peer > 0);
  });
});

describe('a tab in Firefox and one in Chromium', () => {
  let firefox: Browser;
  beforeAll(async () => {
    firefox = await launchFirefox();
  });
  afterAll(() => closeBrowser(firefox));

  /** One tab has a piece whole; the other gets it, what it does not begin with from there, and bit for bit. */
  async function carries(title: string, from: Listener, to: Listener) {
    const { id } = await trackByTitle(product, title);
    await from.play(title);
    await from.soundAt(0.5);
    await whole(from);
    await to.play(title);
    await to.soundAt(0.5);
    await whole(to);
    const { current, links } = await to.swarm();
    expect(links).toHaveLength(1);
    const came = (source: string) => current?.sources.filter((each) => each === source).length ?? 0;
    expect(came('peer')).toBeGreaterThan(0);
    // Of a few chunks only, the beginning that the origin brings is the larger part.
    if (came('peer') + came('origin') > MANY_CHUNKS) expect(came('peer')).toBeGreaterThan(came('origin'));
    expect(await to.openedHash(id)).toBe(hashes.get(title));
  }

  it.each(SWAPPED)('swap %s, in both directions', async (format) => {
    const [inFirefox, inChromium] = [await openListener(firefox, product), await openListener(chromium, product)];
    await carries(`Ponte ${format}`, inFirefox, inChromium);
    await carries(`Margem ${format}`, inChromium, inFirefox);
    await inFirefox.page.close();
  });
});
