import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { someTrack } from '@/lib/contracts/catalog.fixture';
import { EnxameError } from '@/lib/contracts/errors';
import { newId } from '@/lib/contracts/ids';
import { PlaybackController } from '@/lib/player/controller';
import { FakeAudio, FakeMediaSource } from '@/lib/player/testing/fake-media';
import { MemoryStorage } from '@/lib/player/testing/memory-storage';
import type { SwarmPeer } from '@/lib/swarm/api';
import { openReporting } from './reporting';

const [a, b] = ['a', 'b'].map((title) => someTrack({ id: newId(), title })) as [
  ReturnType<typeof someTrack>,
  ReturnType<typeof someTrack>,
];
const settled = () => new Promise<void>((resolve) => setImmediate(resolve));

/** A page with a player. What leaves it is logged in order: the request that opens a track, and reports. */
function openPage({ storage = new MemoryStorage(), accountId = 'ada' } = {}) {
  const page = new EventTarget();
  const audio = new FakeAudio();
  const log: string[] = [];
  const server = { isAway: false };
  const titleOf = (trackId: string) => (trackId === a.id ? 'a' : 'b');
  const reporting = openReporting({
    accountId,
    pageId: newId(),
    page,
    storage,
    send: async (report) => {
      if (server.isAway) throw new EnxameError('unavailable', 'away');
      log.push(`${report.type} ${titleOf(report.trackId)}`);
    },
  });
  const swarm = {
    expectNext: () => {},
    expectPress: () => {},
    open(trackId: string) {
      log.push(`opens ${titleOf(trackId)}`);
      return new Promise(() => {});
    },
  } as unknown as SwarmPeer;
  const player = new PlaybackController({
    swarm,
    noSharing: null,
    peerId: 'p',
    storage: new MemoryStorage(),
    audio: audio.element,
    onPlay: reporting.onPlay,
  });
  reporting.follow(player);
  return { page, audio, log, server, player, storage };
}

beforeEach(() => {
  vi.stubGlobal('MediaSource', FakeMediaSource);
  vi.spyOn(URL, 'createObjectURL').mockReturnValue('blob:source');
  vi.spyOn(URL, 'revokeObjectURL').mockReturnValue(undefined);
});
afterEach(() => void vi.unstubAllGlobals());

it('a press asks for the track first; the play before is reported once the new one sounds', async () => {
  const { audio, log, player } = openPage();
  player.playNow([a, b], 0);
  audio.playTo(0.5);
  await settled();
  expect(log).toEqual(['opens a', 'started a']);
  log.length = 0;
  player.next();
  expect(log).toEqual(['opens b']);
  await settled();
  expect(log).toEqual(['opens b']);
  audio.playTo(0.5);
  await settled();
  expect(log).toEqual(['opens b', 'skipped a', 'started b']);
});

it('the track is asked for before anything is drawn', () => {
  const { log, player } = openPage();
  player.subscribe(() => log.push('draws'));
  player.playNow([a, b], 0);
  expect(log[0]).toBe('opens a');
  expect(log).toContain('draws');
});

it('a play that is paused, or fails, before it sounds keeps no report back', async () => {
  const { audio, log, player } = openPage();
  player.playNow([a, b], 0);
  audio.playTo(0.5);
  player.next();
  await settled();
  player.pause();
  await settled();
  expect(log).toEqual(['opens a', 'opens b', 'started a', 'skipped a']);
});

it('a page that closes while it waits for sound reports all that it has', async () => {
  const { page, audio, log, player } = openPage();
  player.playNow([a, b], 0);
  audio.playTo(0.5);
  await settled();
  player.next();
  page.dispatchEvent(new Event('pagehide'));
  expect(log).toEqual(['opens a', 'started a', 'opens b', 'skipped a']);
});

it('what a closed page could not report, the next page of that account does', async () => {
  const first = openPage();
  first.server.isAway = true;
  first.player.playNow([a], 0);
  first.audio.playTo(0.5);
  first.page.dispatchEvent(new Event('pagehide'));
  await settled();
  expect(first.log).toEqual(['opens a']);

  const ofAnother = openPage({ storage: first.storage, accountId: 'bea' });
  await settled();
  expect(ofAnother.log).toEqual([]);
  const next = openPage({ storage: first.storage });
  await settled();
  expect(next.log).toEqual(['started a']);
  expect(first.storage.length).toBe(0);
});
