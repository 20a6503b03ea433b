import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { Browser, BrowserContext } from 'puppeteer-core';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { CHUNK_BYTES } from '@/lib/assets/geometry';
import { SOUND_TO_BEGIN_S } from '@/lib/assets/seek/points';
import { type Listener, openListener, trackByTitle } from '@/testing/listener';
import { addPerson, importMusic, type Session } from '@/testing/product';
import { until } from '@/testing/wait';
import { makeMusic, makeTempFolder, retitleMusic } from '@/tests/support/music';
import { sharedAdmin, sharedChromium } from './shared';

/** 64 kbit/s, 30 chunks. A minute goes by before all of it has come by itself (FILL_PACE): something is missing whenever a test looks. */
const SECONDS = 240;
/** Every test plays a piece of its own, so that no cache or swarm of another is in the way. */
const TITLES = ['Maré', 'Ladra', 'Corte', 'Volta', 'Salto'] as const;

let music: { folder: string; remove: () => Promise<void> };
let sofia: Session;
let chromium: Browser;
let context: BrowserContext;
const hashes = new Map<string, string>();
const sizes = new Map<string, number>();

beforeAll(async () => {
  music = await makeTempFolder();
  const [first, ...others] = TITLES;
  const tags = { title: first, artist: 'Ensaio', album: 'Enxame' };
  const source = await makeMusic(music.folder, {
    format: 'mp3',
    bitRate: '64k',
    name: first,
    seconds: SECONDS,
    tags,
  });
  const paths = [source, ...(await Promise.all(others.map((title) => retitleMusic(source, title))))];
  for (const [i, title] of TITLES.entries()) {
    const bytes = await readFile(paths[i] ?? '');
    sizes.set(title, bytes.length);
    hashes.set(title, createHash('sha256').update(bytes).digest('hex'));
  }
  const admin = sharedAdmin();
  await importMusic(admin, music.folder);
  sofia = await addPerson(admin, { name: 'Sofia', email: 'sofia@example.org', password: 'a long pass phrase' });
  chromium = await sharedChromium();
});
afterAll(async () => {
  await chromium?.disconnect();
  await music?.remove();
});

// A context of its own for each test: no tab of an earlier one holds a chunk.
beforeEach(async () => {
  context = await chromium.createBrowserContext();
});
afterEach(() => context.close());

const open = (prepare?: Parameters<typeof openListener>[3]) => openListener(context, sofia, '/search', prepare);

/** A tab that has all of the piece, and then plays it. */
async function holder(title: string, prepare?: Parameters<typeof openListener>[3]): Promise<Listener> {
  const { id } = await trackByTitle(sofia, title);
  const tab = await open(prepare);
  await until('the peer', () => tab.swarm());
  expect(await tab.openedHash(id)).toBe(hashes.get(title));
  await tab.playNext(title);
  await tab.soundAt(1);
  await isWhole(tab);
  return tab;
}

/**
 * What the tab opens of the piece, bit for bit. It plays close to the end, and does not stop there: what is read near the place that
 * sounds comes at the pace of the sound, all else at once.
 */
async function opensRight(tab: Listener, title: string) {
  const { id } = await trackByTitle(sofia, title);
  await tab.page.evaluate(`globalThis[Symbol.for('enxame.tab')].player.setRepeat('one')`);
  await tab.jump(SECONDS - 20);
  expect(await tab.openedHash(id)).toBe(hashes.get(title));
  await isWhole(tab);
}

const isWhole = (tab: Listener) =>
  until('all of the track is here', async () => {
    const { current } = await tab.swarm();
    return current !== null && current.sources.length > 0 && current.sources.every((source) => source !== 'none');
  });

const linked = (tab: Listener, to: string) =>
  until('the link', async () => (await tab.swarm()).links.some(({ peer }) => peer === to));

/** It plays, and never stopped because the next bytes were not there. (A starved machine stops with some in its hand.) */
async function playsWithoutStall(tab: Listener) {
  const { positionS } = await tab.player();
  await tab.soundAt(positionS + 2);
  expect(await tab.player()).toMatchObject({ status: 'playing', error: null, route: 'swarm' });
  expect((await tab.stalls()).filter((bufferedS) => bufferedS < SOUND_TO_BEGIN_S)).toEqual([]);
}

it('tabs feed each other: three play one track, without a stall, bit for bit', async () => {
  const title = 'Maré';
  const first = await holder(title);
  const { peerId } = await first.swarm();

  const others = [await open(), await open()];
  for (const tab of others) {
    await tab.play(title);
    await tab.soundAt(1);
  }
  for (const tab of others) {
    await linked(tab, peerId);
    await until('more is from peers than from the origin', async () => {
      const { totals } = await tab.swarm();
      return totals.peer > totals.origin;
    });
  }
  const tabs = [first, ...others];
  expect(new Set(await Promise.all(tabs.map(async (tab) => (await tab.swarm()).peerId))).size).toBe(3);
  for (const tab of tabs) {
    await playsWithoutStall(tab);
    await opensRight(tab, title);
  }
});

it('a tab fetches what a jump needs first while the pointer rests over the bar, and jumps when it clicks', async () => {
  const tab = await open();
  await tab.play('Salto');
  await tab.soundAt(0.2);
  const thumb = await tab.page.waitForSelector('aria/Seek[role="slider"]');
  const slider = await thumb?.evaluateHandle((element) => element.closest('span[dir]') as Element);
  const box = await slider?.boundingBox();
  if (!box) throw new Error('the slider has no place');
  const at = 0.95;
  await tab.page.mouse.move(box.x + box.width * at, box.y + box.height / 2);
  const aimed = Math.floor(((sizes.get('Salto') ?? 0) * at) / CHUNK_BYTES);
  const sources = await until('the chunk is there', async () => {
    const { current } = await tab.swarm();
    return current?.sources[aimed] === 'origin' ? current.sources : null;
  });
  expect(sources.slice(aimed - 6, aimed)).toContain('none');
  expect((await tab.player()).positionS).toBeLessThan(SECONDS / 2);
  await tab.page.mouse.down();
  await tab.page.mouse.up();
  await tab.soundAt(SECONDS * 0.93);
});

it('a tab drops a peer that sends wrong bytes, and plays on', async () => {
  const title = 'Ladra';
  // A tab whose data channels flip a bit in every DATA frame it sends (type 3, lib/contracts/frames.ts).
  const thief = await holder(title, async (page) => {
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

  const tab = await open();
  await tab.play(title);
  await until('the thief has served', () => thief.page.evaluate('globalThis.__flipped > 0'));
  await tab.soundAt(3);
  await until('the link to the thief is gone', async () => (await tab.swarm()).links.length === 0);
  await playsWithoutStall(tab);
  await opensRight(tab, title);
  expect((await tab.swarm()).totals.peer).toBe(0);
});

it('a tab goes on from peers when the origin is out of reach in mid-track', async () => {
  const title = 'Corte';
  const first = await holder(title);
  const { peerId } = await first.swarm();

  const tab = await open();
  await tab.page.setRequestInterception(true);
  let blocked = false;
  tab.page.on('request', (request) => {
    if (blocked && request.url().includes('/origin/')) void request.abort('connectionfailed');
    else void request.continue();
  });
  await tab.play(title);
  await tab.soundAt(0.5);
  await linked(tab, peerId);
  blocked = true;
  // Near the end: whatever had been fetched when the origin went, this had not.
  expect((await tab.swarm()).current?.sources.at(-3)).toBe('none');
  await tab.jump(SECONDS - 20, 3);
  await opensRight(tab, title);
  expect(await tab.player()).toMatchObject({ status: 'playing', error: null });
});

it('a tab plays from the cache after a reload, with no media byte from the network', async () => {
  const title = 'Volta';
  const tab = await holder(title);
  const { peerId } = await tab.swarm();
  await until('all of it is in the cache', async () => (await tab.swarm()).cache.assets >= 1);

  await tab.page.reload({ waitUntil: 'domcontentloaded' });
  const before = tab.mediaRequests().length;
  await tab.play(title);
  await tab.soundAt(2);
  // Where it was before, there is sound at once: the snapshot, which is renewed four times a second, may not know yet.
  const {
    totals,
    current,
    peerId: again,
  } = await until('the swarm knows what plays', async () => {
    const snapshot = await tab.swarm();
    return snapshot.current?.sources.includes('cache') ? snapshot : null;
  });
  const { positionS } = await tab.player();
  await tab.soundAt(positionS + 2);
  expect(again).toBe(peerId);
  expect(tab.mediaRequests().length).toBe(before);
  expect(totals).toMatchObject({ peer: 0, origin: 0 });
  expect(current?.sources.every((source) => source === 'cache')).toBe(true);
});
