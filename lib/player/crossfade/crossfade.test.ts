import { expect, it, vi } from 'vitest';
import type { Track } from '@/lib/contracts/catalog';
import { EnxameError } from '@/lib/contracts/errors';
import type { Message } from '@/lib/contracts/messages';
import type { OpenAsset, SwarmPeer } from '@/lib/swarm/api';
import type { PlayEvent } from '../api';
import { PlaybackController } from '../controller';
import { FakeAudio } from '../testing/fake-media';
import { MemoryStorage } from '../testing/memory-storage';
import { openShort, SECONDS, setUpFakeBrowser, shortTrack } from '../testing/short-tracks';

const FADE_S = 4;
const track = (title: string, albumId: string, trackNo: number, change: Partial<Track> = {}) =>
  shortTrack(title, { albumId, trackNo, ...change });
const [a, a2, x, y] = [track('a', 'A', 1), track('a2', 'A', 2), track('x', 'X', 1), track('y', 'Y', 1)];

/** A player with two elements that do what they are told; all that is asked for comes at once. */
function harness({ crossfadeS = FADE_S } = {}) {
  const [first, second] = [new FakeAudio(), new FakeAudio()];
  const plays: string[] = [];
  const closed: string[] = [];
  const missing = new Set<string>();
  let made = 0;
  let tell: (event: Message) => void = () => {};
  const open = async (trackId: string): Promise<OpenAsset> => {
    if (missing.has(trackId)) throw new EnxameError('file_missing', 'gone');
    return openShort(() => void closed.push(trackId.replaceAll('_', '')));
  };
  const player = new PlaybackController({
    swarm: { expectNext: () => {}, expectPress: () => {}, open } as unknown as SwarmPeer,
    noSharing: null,
    peerId: 'p',
    storage: new MemoryStorage(),
    audio: first.element,
    makeAudio() {
      made++;
      return second.element;
    },
    onEvent(listener) {
      tell = listener;
      return () => {};
    },
    onPlay: ({ type, trackId, positionS }: PlayEvent) =>
      plays.push(`${type} ${trackId.replaceAll('_', '')} ${positionS.toFixed(1)}`),
  });
  player.sound.setCrossfade(crossfadeS);
  /** Sound of that element plays up to there, and all that follows from it has happened. */
  const playTo = async (audio: FakeAudio, timeS: number) => {
    // The position is shown a few times a second only.
    await vi.advanceTimersByTimeAsync(250);
    audio.ranges = [[0, SECONDS]];
    audio.playTo(timeS);
    await vi.advanceTimersByTimeAsync(0);
  };
  const play = async (...tracks: Track[]) => {
    player.playNow(tracks, 0);
    await playTo(first, 0.5);
    await playTo(first, 1);
  };
  return {
    player,
    play,
    first,
    second,
    plays,
    closed,
    missing,
    made: () => made,
    playTo,
    withdraw: ({ id }: Track) =>
      tell({ type: 'changed.track', data: { trackId: id, withdrawn: true } } as unknown as Message),
    /** To the middle of the fade between the first two of them. */
    async playIntoFade(...tracks: Track[]) {
      await play(...tracks);
      await playTo(first, SECONDS - FADE_S);
      await playTo(second, 0.1);
      await playTo(first, SECONDS - FADE_S / 2);
      await playTo(second, FADE_S / 2);
    },
    now: () => {
      const { queue, index, status, positionS } = player.state();
      return `${queue[index]?.track.title} ${status} ${positionS.toFixed(1)}`;
    },
    /** Of the elements, in percent. */
    volumes: () => [first.volume, second.volume].map((volume) => Math.round(volume * 100)),
  };
}

setUpFakeBrowser();

it('lets the next track fade in over the end of the one that plays', async () => {
  const { play, playTo, first, second, now, volumes, plays, closed } = harness();
  await play(a, x, y);
  expect([second.sources.length, second.paused, second.volume]).toEqual([1, true, 0]);
  await playTo(first, 6);
  expect([now(), second.paused]).toEqual(['a playing 6.0', false]);
  // The fade begins with the first sound of the new track.
  await playTo(second, 0.1);
  expect([now(), volumes()]).toEqual(['x playing 0.1', [100, 0]]);
  await playTo(first, 8);
  expect(volumes()).toEqual([71, 71]);
  await playTo(second, 2.1);
  expect(now()).toBe('x playing 2.1');
  first.end();
  expect(volumes()[1]).toBe(100);
  expect([first.paused, closed]).toEqual([true, ['a']]);
  expect(plays).toEqual(['started a 0.5', 'finished a 6.0', 'started x 0.1']);
  // And back: the elements take turns.
  await playTo(second, 5);
  await playTo(second, 6);
  await playTo(first, 0.1);
  await playTo(second, 8);
  expect([now(), volumes()]).toEqual(['y playing 0.1', [71, 71]]);
});

it('begins the fade at its moment, between two reports of the element', async () => {
  const { play, playTo, first, second } = harness();
  await play(a, x);
  await playTo(first, 5.9);
  first.currentTime = 6;
  expect(second.paused).toBe(true);
  await vi.advanceTimersByTimeAsync(100);
  expect(second.paused).toBe(false);
});

it('does not begin after all where the listener jumps back or pauses before its first sound', async () => {
  const { play, playTo, player, first, second, now } = harness();
  await play(a, x);
  await playTo(first, 6);
  player.seek(2);
  expect(second.paused).toBe(true);
  await playTo(first, 6.1);
  player.pause();
  expect([second.paused, now()]).toEqual([true, 'a paused 6.1']);
  player.play();
  await playTo(first, 6.2);
  await playTo(second, 0.1);
  expect(now()).toBe('x playing 0.1');
});

it('plays an album without a gap and without a second element', async () => {
  const { play, playTo, first, made, now } = harness();
  await play(a, a2);
  await playTo(first, 9.9);
  expect(now()).toBe('a playing 9.9');
  await playTo(first, 10.1);
  expect([now(), made(), first.sources.length]).toEqual(['a2 playing 0.1', 0, 1]);
});

it('makes no second element while it is off', async () => {
  const { play, playTo, first, made, now } = harness({ crossfadeS: 0 });
  await play(a, x);
  await playTo(first, 10.1);
  expect([now(), made(), first.sources.length]).toEqual(['x playing 0.1', 0, 1]);
});

it('pauses and plays both', async () => {
  const { playIntoFade, player, first, second, volumes, now } = harness();
  await playIntoFade(a, x);
  player.pause();
  expect([first.paused, second.paused, now()]).toEqual([true, true, 'x paused 2.0']);
  await vi.advanceTimersByTimeAsync(5000);
  expect(volumes()).toEqual([71, 71]);
  player.play();
  expect([first.paused, second.paused]).toEqual([false, false]);
  // Headphones are pulled out, and the browser pauses the element that is leaving first.
  first.pause();
  first.fire('pause');
  expect([second.paused, now()]).toEqual([true, 'x paused 2.0']);
});

it('ends with a jump, with Next and with Previous, which act on the new track', async () => {
  for (const [act, expected] of [
    ['seek', 'x playing 7.0'],
    ['next', 'y loading 0.0'],
    ['previous', 'a loading 0.0'],
  ] as const) {
    const { playIntoFade, player, first, second, now, closed } = harness();
    await playIntoFade(a, x, y);
    if (act === 'seek') player.seek(7);
    else player[act]();
    expect([now(), first.paused, second.volume]).toEqual([expected, true, 1]);
    expect(closed[0]).toBe('a');
    player.close();
  }
});

it('begins at once with Next before the fade, from what is ready', async () => {
  const { play, player, playTo, first, second, now, plays } = harness();
  await play(a, x);
  player.next();
  expect([first.paused, second.paused, second.volume]).toEqual([true, false, 1]);
  await playTo(second, 0.1);
  expect([now(), second.sources.length]).toEqual(['x playing 0.1', 1]);
  expect(plays).toEqual(['started a 0.5', 'skipped a 1.0', 'started x 0.1']);
});

it('lets go of what was ready when another track shall follow, or the crossfade is turned off', async () => {
  const { play, playTo, player, first, second, now, closed } = harness();
  await play(a, x, y);
  player.edit({ kind: 'remove', keys: [player.state().queue[1]?.key ?? ''] });
  await playTo(first, 2);
  expect(closed).toEqual(['x']);
  player.sound.setCrossfade(0);
  await playTo(first, 3);
  expect(closed).toEqual(['x', 'y']);
  await playTo(first, 10.1);
  expect([now(), second.paused]).toEqual(['y playing 0.1', true]);
});

it('plays to the end of the track, and no further, with such a sleep timer', async () => {
  const { play, playTo, player, first, second, now } = harness();
  await play(a, x);
  player.sound.setSleep('track');
  await playTo(first, 9);
  expect(second.paused).toBe(true);
  first.end();
  expect(now()).toBe('x paused 0.0');
});

it('plays on when the next track cannot be made ready, and then says why', async () => {
  const { play, playTo, player, first, missing, now } = harness();
  missing.add(x.id);
  await play(a, x);
  await playTo(first, 9.9);
  expect(now()).toBe('a playing 9.9');
  first.end();
  await vi.advanceTimersByTimeAsync(0);
  expect(player.state()).toMatchObject({ index: 1, status: 'error', error: { code: 'file_missing' } });
});

it('goes on without mixing where the browser lets no second element play', async () => {
  const { play, playTo, first, second, now } = harness();
  second.play = () => Promise.reject(new DOMException('not allowed', 'NotAllowedError'));
  await play(a, x, y);
  await playTo(first, 6);
  await playTo(first, 7);
  expect(now()).toBe('a playing 7.0');
  first.end();
  await playTo(first, 0.5);
  await playTo(first, 1);
  expect(now()).toBe('x playing 1.0');
  // It is not tried again: from now on tracks are joined.
  await playTo(first, 10.1);
  expect([now(), first.sources.length, second.sources.length]).toEqual(['y playing 0.1', 2, 1]);
});

it('mutes both, keeps the volume of each by its own gain, and both at the listener’s speed', async () => {
  const loud = track('l', 'L', 1, { gain: { trackDb: -6.0206, trackPeak: 1 } });
  const { playIntoFade, player, first, second, volumes } = harness();
  player.sound.setGain({ mode: 'track', preampDb: 0 });
  await playIntoFade(a, loud);
  expect(volumes()).toEqual([71, 35]);
  player.setVolume(0.5);
  expect(volumes()).toEqual([9, 4]);
  player.setMuted(true);
  player.sound.setSpeed(1.5);
  for (const audio of [first, second]) expect(audio).toMatchObject({ muted: true, playbackRate: 1.5 });
});

it('silences a track that is withdrawn while it fades out', async () => {
  const { playIntoFade, withdraw, first, now } = harness();
  await playIntoFade(a, x);
  withdraw(a);
  expect([now(), first.paused]).toEqual(['x playing 2.0', true]);
});
