/** What the player does when things do not go by plan, in real Chromium with real files. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from 'puppeteer-core';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import type { PlayEvent } from '@/lib/player/api';
import { closeBrowser, launchChromium } from '@/testing/browser';
import { BASE_HZ, makeMusic, pieces, STEP_HZ } from './player/music';
import { type HarnessServer, serveHarness } from './player/server';
import { openTab, type Tab } from './player/tab';
import { sharedChromium } from './shared';

const MP3 = { name: 'cbr.mp3', mime: 'audio/mpeg' };
const VBR = { name: 'vbr.mp3', mime: 'audio/mpeg' };
const BIG = { name: '24bit.flac', mime: 'audio/flac' };
const FLAC = { name: '16bit.flac', mime: 'audio/flac' };

let folder: string;
let server: HarnessServer;
let browser: Browser;
let tab: Tab;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'enxame-flow-'));
  await makeMusic(
    folder,
    pieces.filter(({ name }) => [MP3, VBR, FLAC, BIG].some((used) => used.name === name)),
  );
  server = await serveHarness(folder);
  browser = await sharedChromium();
});
afterAll(async () => {
  await browser?.disconnect();
  await server?.close();
  await rm(folder, { recursive: true });
});
beforeEach(async () => {
  tab = await openTab(browser, server.url, false);
});
afterEach(() => tab.close());

const fail = (failure: object) => tab.get(`harness.fail(${JSON.stringify(failure)})`);
const types = () => tab.get<PlayEvent['type'][]>('harness.events.map((event) => event.type)');

it('goes on to the next track by itself, in the same stream', async () => {
  await tab.play(MP3, FLAC);
  await tab.playsAt(0.1);
  await tab.get('harness.player.seek(115)');
  await tab.page.waitForFunction('harness.player.state().index === 1');
  await tab.playsAt(0.3);
  await tab.page.waitForFunction('harness.events.length === 3');
  expect(await tab.get('[harness.opened, harness.prepared]')).toEqual([[MP3.name, FLAC.name], [FLAC.name]]);
  expect(await types()).toEqual(['started', 'finished', 'started']);
  const { index, durationS, stalls } = await tab.state();
  expect([index, Math.round(durationS), stalls]).toEqual([1, 120, 0]);
  // The element's clock goes on.
  expect(await tab.get('harness.audio.currentTime')).toBeGreaterThan(119);
});

it('plays the next track at a press at once where it is in the buffer, and another one all the same', async () => {
  await tab.play(MP3, FLAC, VBR);
  await tab.playsAt(0.1);
  await tab.get('harness.player.seek(106)');
  await tab.page.waitForFunction('harness.audio.buffered.length > 0 && harness.audio.buffered.end(0) > 121');
  await tab.get('harness.player.next()');
  await tab.playsAt(0.2);
  expect(await tab.get('harness.opened')).toEqual([MP3.name, FLAC.name]);
  await tab.get('harness.player.seek(60)');
  await tab.playsAt(60.2);
  await tab.get('harness.player.next()');
  await tab.playsAt(0.2);
  expect(await tab.state()).toMatchObject({ index: 2, error: null });
});

it('mixes the end of a track with the next one where a crossfade was chosen, and plays an album as one', async () => {
  const tracks = (secondAlbum: string) =>
    `[harness.track('${MP3.name}', '${MP3.mime}'), { ...harness.track('${FLAC.name}', '${FLAC.mime}'), ...${secondAlbum} }]`;
  await tab.get('harness.player.sound.setCrossfade(3)');
  await tab.get(`harness.player.playNow(${tracks('{}')}, 0)`);
  await tab.playsAt(0.1);
  await tab.get('harness.player.seek(117.5)');
  await tab.page.waitForFunction('harness.player.state().index === 1');
  await tab.playsAt(0.3);
  expect(await tab.get('[harness.second, harness.audio.currentTime > 119]')).toEqual([null, true]);

  await tab.get(`harness.player.playNow(${tracks("{ albumId: 'a'.repeat(22) }")}, 0)`);
  await tab.playsAt(0.1);
  await tab.get('harness.loudnessOf(0)');
  await tab.get('harness.player.seek(116)');
  // One second of each: the pitch says which.
  const both = [BASE_HZ + STEP_HZ * 1, BASE_HZ + STEP_HZ * 118]
    .map((hz) => `harness.loudnessOf(${hz}) > -60`)
    .join(' && ');
  await tab.page.waitForFunction(both, { polling: 10 });
  expect(await tab.get('[harness.audio, harness.second].map((audio) => audio.paused)')).toEqual([false, false]);
  expect(await tab.state()).toMatchObject({ index: 1, status: 'playing', error: null });
  await tab.page.waitForFunction('harness.audio.paused');
  await tab.playsAt(3.5);
  expect(await tab.get('[harness.second.volume, harness.second.paused]')).toEqual([1, false]);
  expect(await types()).toEqual(['started', 'finished', 'started', 'skipped', 'started', 'finished', 'started']);
});

it('plays the last one asked for, however fast the others are skipped', async () => {
  await tab.play(MP3, VBR, FLAC, MP3, VBR, FLAC);
  await tab.get('(async () => { for (let i = 0; i < 5; i++) { harness.player.next(); await 0; } })()');
  await tab.playsAt(0.3);
  expect(await tab.state()).toMatchObject({ index: 5, error: null });
  await tab.get('harness.player.seek(60.1)');
  await tab.playsAt(60.3);
  // The skipped ones never had sound.
  expect(await types()).toEqual(['started']);
});

it('lands on the last of many jumps', async () => {
  await tab.play(FLAC);
  await tab.playsAt(0.1);
  await tab.get('[70, 10, 100, 45, 80.1].forEach((to) => harness.player.seek(to))');
  await tab.playsAt(80.5);
  expect(await tab.state()).toMatchObject({ status: 'playing', error: null });
});

it('stays paused, jumps while paused, and plays on from there', async () => {
  await tab.play(FLAC);
  await tab.playsAt(0.2);
  await tab.get('harness.player.pause()');
  await tab.is('paused');
  await tab.get('harness.player.seek(75)');
  expect(await tab.state()).toMatchObject({ status: 'paused', positionS: 75 });
  await tab.get('harness.player.toggle()');
  await tab.playsAt(75.3);
});

it('says why a track cannot be played, and goes on to the next', async () => {
  await fail({ name: MP3.name, at: 'open', code: 'track_withdrawn', times: 1 });
  await tab.play(MP3, FLAC);
  await tab.is('error');
  expect((await tab.state()).error).toMatchObject({ code: 'track_withdrawn' });
  await tab.playsAt(0.2);
  expect(await tab.state()).toMatchObject({ index: 1, error: null });
});

it('stays where an error is the listener’s own', async () => {
  await fail({ name: MP3.name, at: 'open', code: 'too_many_streams', times: 1 });
  await tab.play(MP3, FLAC);
  await tab.is('error');
  await tab.get('harness.player.play()');
  await tab.playsAt(0.2);
  expect(await tab.state()).toMatchObject({ index: 0, error: null });
});

it('keeps trying while the way is gone, and goes on by itself', async () => {
  await fail({ name: FLAC.name, at: 'open', code: 'unavailable', times: 2 });
  await fail({ name: FLAC.name, at: 'read', code: 'unavailable', times: 2, fromByte: 3_000_000 });
  await tab.play(FLAC);
  await tab.page.waitForFunction(`harness.player.state().error?.code === 'unavailable'`);
  await tab.playsAt(0.2);
  await tab.get('harness.player.seek(60)');
  await tab.page.waitForFunction(`harness.player.state().error?.code === 'unavailable'`);
  expect((await tab.state()).status).toBe('loading');
  await tab.playsAt(60.2);
  expect((await tab.state()).error).toBeNull();
});

it('opens a file that changed once more, at the place', async () => {
  await fail({ name: FLAC.name, at: 'read', code: 'version_retired', times: 1, fromByte: 3_000_000 });
  await tab.play(FLAC);
  await tab.playsAt(0.2);
  await tab.get('harness.player.seek(90)');
  await tab.playsAt(90.2);
  expect(await tab.get('harness.opened')).toEqual([FLAC.name, FLAC.name]);
  expect((await tab.state()).route).toBe('swarm');
});

it('takes the plain file where the bytes are not what MSE can take, at the place', async () => {
  await fail({ name: FLAC.name, at: 'read', code: 'scrambled', times: 1000, fromByte: 3_000_000 });
  await tab.play(FLAC);
  await tab.playsAt(0.2);
  await tab.get('harness.player.seek(90)');
  await tab.playsAt(90.2);
  expect(await tab.state()).toMatchObject({ route: 'plain', noSharing: 'format', error: null });
  // Remembered: the next play of it does not ask the swarm.
  await tab.play(FLAC);
  await tab.playsAt(0.2);
  expect(await tab.get('harness.opened')).toEqual([FLAC.name]);
});

it('finds queue, position and preferences again after a reload, paused', async () => {
  await tab.play(MP3, FLAC);
  await tab.get('harness.player.setVolume(0.4)');
  await tab.get('harness.player.setRepeat("all")');
  await tab.get('harness.player.next()');
  await tab.playsAt(0.1);
  await tab.get('harness.player.seek(33)');
  await tab.playsAt(33.2);
  await tab.page.reload();
  await tab.page.waitForFunction('globalThis.harness');
  const state = await tab.state();
  expect(state).toMatchObject({ index: 1, status: 'paused', volume: 0.4, repeat: 'all' });
  expect(state.queue.map((item) => item.track.title)).toEqual([MP3.name, FLAC.name]);
  expect(state.positionS).toBeGreaterThan(33);
  await tab.get('harness.player.play()');
  await tab.playsAt(33.3);
});

it('repeats one without opening it again', async () => {
  await tab.play(MP3);
  await tab.get('harness.player.setRepeat("one")');
  await tab.playsAt(0.1);
  await tab.get('harness.player.seek(119.5)');
  await tab.page.waitForFunction('harness.events.length === 3 && harness.audio.currentTime < 60');
  await tab.playsAt(0.2);
  expect(await types()).toEqual(['started', 'finished', 'started']);
  expect(await tab.get('harness.opened')).toEqual([MP3.name]);
});

it('is silent and empty after clear', async () => {
  await tab.play(MP3);
  await tab.playsAt(0.4);
  await tab.get('harness.player.clear()');
  expect(await tab.state()).toMatchObject({ status: 'idle', queue: [], index: -1, route: null });
  expect(await tab.get('harness.audio.paused')).toBe(true);
  expect(await types()).toEqual(['started', 'skipped']);
});

it('plays a high-resolution track through, and keeps only what is near the playhead', async () => {
  await tab.play(BIG);
  await tab.playsAt(0.1);
  // Faster than a listener may choose: the player, which would set it back, does not hear of it.
  await tab.get(`harness.audio.addEventListener('ratechange', (event) => event.stopImmediatePropagation(), {
    capture: true,
  })`);
  await tab.get('harness.audio.playbackRate = 12');
  await tab.get(`(async () => {
    globalThis.widest = 0;
    harness.audio.addEventListener('timeupdate', () => {
      const { buffered, currentTime } = harness.audio;
      if (buffered.length > 0) widest = Math.max(widest, buffered.end(buffered.length - 1) - currentTime);
    });
  })()`);
  await tab.playsAt(105);
  expect(await tab.get('harness.audio.buffered.length')).toBe(1);
  expect(await tab.get('harness.audio.buffered.start(0)')).toBeGreaterThan(0);
  expect(await tab.get('widest')).toBeLessThan(32);
  await tab.is('ended');
  expect(await types()).toEqual(['started', 'finished']);
});

it('is paused, and in no error, where the browser lets nothing sound before the listener has touched the page', async () => {
  const strict = await launchChromium(['--autoplay-policy=document-user-activation-required']);
  try {
    const page = await strict.newPage();
    // From within the page: what a test evaluates counts as a touch.
    await page.evaluateOnNewDocument(
      ([name, mime]) => {
        const waiting = setInterval(() => {
          if (!globalThis.harness) return;
          clearInterval(waiting);
          const { player, track } = globalThis.harness;
          const told = () => console.log(`${player.state().status} ${player.state().error?.code ?? 'fine'}`);
          player.subscribe(told);
          player.playNow([track(name ?? '', mime ?? '')], 0);
        }, 10);
      },
      [MP3.name, MP3.mime],
    );
    const paused = new Promise((resolve) => {
      page.on('console', (message) => {
        if (message.text() === 'paused fine') resolve(true);
      });
    });
    await page.goto(server.url);
    expect(await paused).toBe(true);
    await page.mouse.click(10, 10);
    await page.evaluate(() => globalThis.harness.player.toggle());
    await page.waitForFunction(() => globalThis.harness.audio.currentTime > 0.1);
  } finally {
    await closeBrowser(strict);
  }
});
