import type { Browser, BrowserContext } from 'puppeteer-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SOUND_TO_BEGIN_S } from '@/lib/assets/seek/points';
import { newId } from '@/lib/contracts/ids';
import { type Listener, openListener } from '@/testing/listener';
import { type Product, startProduct } from '@/testing/product';
import { until } from '@/testing/wait';
import { makeMusic, makeTempFolder } from '@/tests/support/music';
import { TestPeer } from '@/tests/support/signaling';
import { sharedChromium } from './shared';

/** 192 kbit/s, 44 chunks. */
const SECONDS = 120;
const TITLES = ['Raiz', 'Copa'] as const;
/** Chunks. */
const BEGINNING = 6;

let music: { folder: string; remove: () => Promise<void> };
let product: Product;
let chromium: Browser;
let context: BrowserContext;
/** Two tabs, whose story the tests tell one after another. */
let first: Listener;
let second: Listener;

beforeAll(async () => {
  music = await makeTempFolder();
  for (const [i, title] of TITLES.entries()) {
    const tags = { title, artist: 'Ensaio', album: 'Enxame' };
    await makeMusic(music.folder, { format: 'mp3', name: title, seconds: SECONDS, hertz: 300 + 40 * i, tags });
  }
  product = await startProduct({ MUSIC_DIR: music.folder, TABS: 'shared' });
  chromium = await sharedChromium();
  context = await chromium.createBrowserContext();
  first = await openListener(context, product);
});
afterAll(async () => {
  await context?.close();
  await chromium?.disconnect();
  await product?.stop();
  await music?.remove();
});

const TAB = `globalThis[Symbol.for('enxame.tab')]`;
/** @param then seconds of sound from there on */
async function jump(tab: Listener, seconds: number, then = 1) {
  await tab.page.evaluate(`${TAB}.player.seek(${seconds})`);
  await tab.soundAt(seconds + then);
  expect(await tab.player()).toMatchObject({ status: 'playing', error: null, route: 'swarm' });
}

/** Each peer of this browser that the tracker knew at some moment since, as it tells an administrator's page once a second. */
async function watchTracker() {
  const peerId = newId();
  const { token } = await product.api<{ token: string }>('POST', '/api/peer', { peerId });
  const watcher = await TestPeer.connect(product.url, { peerId, auth: { token, mode: 'off' } });
  await watcher.socket.emitWithAck('watch', true);
  return {
    moments: () => watcher.told('swarm').length,
    peers: () => {
      const all = watcher.told('swarm').flatMap(({ peers }) => peers.map(({ peer }) => peer));
      return [...new Set(all)].filter((peer) => peer !== peerId);
    },
    close: () => watcher.socket.disconnect(),
  };
}

describe('two tabs of one browser that share one peer', () => {
  it('have one cache: what one fetched the other plays', async () => {
    await first.play('Raiz');
    await first.soundAt(1);
    await until('the beginning is here', async () => {
      const { current } = await first.swarm();
      return current?.sources.slice(0, BEGINNING).every((source) => source !== 'none');
    });
    second = await openListener(context, product);
    await second.play('Raiz');
    await second.soundAt(1);
    const { peerId } = await first.swarm();
    expect((await second.swarm()).peerId).toBe(peerId);
    await until('the second sees where its track is from', async () => {
      const { current } = await second.swarm();
      return current?.sources.slice(0, BEGINNING).every((source) => source === 'cache');
    });
    expect(second.mediaRequests()).toEqual([]);
  });

  it('wait for no frozen leader, which follows when it wakes', async () => {
    await second.play('Copa');
    await second.soundAt(1);
    expect(second.mediaRequests()).toEqual([]);
    const leader = await first.page.createCDPSession();
    await leader.send('Page.setWebLifecycleState', { state: 'frozen' });
    await jump(second, SECONDS - 30);
    expect(second.mediaRequests()).not.toEqual([]);

    await leader.send('Page.setWebLifecycleState', { state: 'active' });
    // A frozen page's sound was paused, and is not loaded again before somebody sees the page.
    await first.page.bringToFront();
    await first.page.evaluate(`${TAB}.player.play()`);
    await jump(first, 60);
    const asked = first.mediaRequests().length;
    await jump(first, 100);
    expect(first.mediaRequests()).toHaveLength(asked);
  });

  it('go on in memory when the cache is deleted', async () => {
    await first.page.evaluate(`indexedDB.deleteDatabase('enxame-' + ${TAB}.swarm.peerId)`);
    await until('both know that the cache is in memory', async () =>
      (await Promise.all([first.swarm(), second.swarm()])).every(({ cache }) => !cache.lasting),
    );
    await jump(second, 20);
  });

  it('play on without a gap when the leader is closed, and are one peer to the tracker all the time', async () => {
    const tracker = await watchTracker();
    await jump(first, 10);
    const before = (await first.stalls()).length;
    const { peerId } = await first.swarm();
    await second.page.close();
    const told = tracker.moments();
    const { positionS } = await first.player();
    await first.soundAt(positionS + 3);
    // Not fetched by anybody yet.
    await jump(first, 40);
    expect((await first.player()).error).toBeNull();
    // A machine without processor time stops with sound buffered; a stall for lack of bytes has none.
    expect((await first.stalls()).slice(before).filter((bufferedS) => bufferedS < SOUND_TO_BEGIN_S)).toEqual([]);
    // It tells when something has changed: with the next report, what was just fetched.
    await until('the tracker told of a moment since', () => tracker.moments() > told);
    expect(tracker.peers()).toEqual([peerId]);
    tracker.close();
  });
});
