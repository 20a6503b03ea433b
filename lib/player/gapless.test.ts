import { expect, it, vi } from 'vitest';
import type { Track } from '@/lib/contracts/catalog';
import { EnxameError } from '@/lib/contracts/errors';
import type { Message } from '@/lib/contracts/messages';
import type { OpenAsset, SwarmPeer } from '@/lib/swarm/api';
import type { PlayEvent } from './api';
import { PlaybackController } from './controller';
import { FakeAudio, FakeMediaSource } from './testing/fake-media';
import { MemoryStorage } from './testing/memory-storage';
import { openShort, setUpFakeBrowser, shortTrack } from './testing/short-tracks';

const [a, b, c] = [shortTrack('a'), shortTrack('b'), shortTrack('c')];
const wav = shortTrack('w', { mime: 'audio/wav' });
const DECODE_ERROR = 3;

/** A player in a browser with MediaSource; all that is asked for comes at once, but for tracks that `away` holds. */
function harness() {
  const audio = new FakeAudio();
  const plays: string[] = [];
  const closed: string[] = [];
  const opened: string[] = [];
  const away = new Set<string>();
  let tell: (event: Message) => void = () => {};
  const open = async (trackId: string): Promise<OpenAsset> => {
    opened.push(trackId[0] ?? '');
    return openShort(
      () => void closed.push(trackId[0] ?? ''),
      (start, end, signal) =>
        new Promise((resolve, reject) => {
          signal?.addEventListener('abort', () => reject(signal.reason));
          if (!away.has(trackId)) resolve(new Uint8Array(end - start));
          else if (away.has('failing')) reject(new EnxameError('unavailable', 'away'));
        }),
    );
  };
  const player = new PlaybackController({
    swarm: { expectNext: () => {}, expectPress: () => {}, open } as unknown as SwarmPeer,
    noSharing: null,
    peerId: 'p',
    storage: new MemoryStorage(),
    audio: audio.element,
    onEvent(listener) {
      tell = listener;
      return () => {};
    },
    onPlay: (event: PlayEvent) => plays.push(`${event.type} ${event.trackId[0]} ${event.positionS.toFixed(1)}`),
  });
  const source = () => FakeMediaSource.made.at(-1) as FakeMediaSource;
  /** Sound plays up to there on the element's clock, and all that follows from it has happened. */
  const playTo = async (timeS: number) => {
    // The position is shown a few times a second only.
    await vi.advanceTimersByTimeAsync(250);
    audio.shows(source());
    audio.playTo(timeS);
    await settled();
  };
  return {
    player,
    audio,
    plays,
    closed,
    opened,
    away,
    source,
    withdraw: ({ id }: Track) =>
      tell({ type: 'changed.track', data: { trackId: id, withdrawn: true } } as unknown as Message),
    playTo,
    async play(...tracks: Track[]) {
      player.playNow(tracks, 0);
      await settled();
      await playTo(0.5);
      await playTo(1);
    },
    now: () => {
      const { queue, index, status, positionS } = player.state();
      return `${queue[index]?.track.title} ${status} ${positionS.toFixed(1)}`;
    },
    keyOf: (title: string) => player.state().queue.find((item) => item.track.title === title)?.key ?? '',
  };
}

const settled = () => vi.advanceTimersByTimeAsync(0);

setUpFakeBrowser();

it('plays the next track in the same stream', async () => {
  const { play, playTo, source, audio, plays, now, player, opened, closed } = harness();
  await play(a, b, c);
  expect(source().ranges).toEqual([[0, 20]]);
  await playTo(9.9);
  expect(now()).toBe('a playing 9.9');
  expect(player.state()).toMatchObject({ bufferedToS: 10, durationS: 10 });
  await playTo(10.1);
  expect(now()).toBe('b playing 0.1');
  await playTo(10.4);
  await playTo(10.6);
  expect(source().ranges).toEqual([[0, 30]]);
  expect(plays).toEqual(['started a 0.5', 'finished a 10.0', 'started b 0.4']);
  expect([opened, closed]).toEqual([['a', 'b', 'c'], ['a']]);
  expect(audio.sources).toHaveLength(1);
  expect(player.state().stalls).toBe(0);
});

it('shows the next track at the moment it begins, between two reports of the element', async () => {
  const { play, playTo, audio, now } = harness();
  await play(a, b);
  await playTo(9.8);
  audio.currentTime = 10.01;
  await vi.advanceTimersByTimeAsync(199);
  expect(now()).toBe('a playing 9.8');
  await vi.advanceTimersByTimeAsync(2);
  expect(now()).toBe('b playing 0.0');
});

it('ends with the last track', async () => {
  const { play, playTo, audio, now, plays } = harness();
  await play(a, b);
  await playTo(10.2);
  await playTo(10.4);
  await playTo(19.99);
  audio.end();
  expect(now()).toBe('b ended 0.0');
  expect(plays).toEqual(['started a 0.5', 'finished a 10.0', 'started b 0.4', 'finished b 10.0']);
});

it('goes to the next track at a press where it is in the buffer', async () => {
  const { play, playTo, audio, now, player, plays } = harness();
  await play(a, b);
  player.next();
  expect(audio.currentTime).toBe(10);
  expect(now()).toBe('b loading 0.0');
  await playTo(10.2);
  expect(now()).toBe('b playing 0.2');
  expect(plays).toEqual(['started a 0.5', 'skipped a 1.0', 'started b 0.2']);
  expect(audio.sources).toHaveLength(1);
});

it('jumps within the second track on its own clock', async () => {
  const { play, playTo, audio, now, player } = harness();
  await play(a, b);
  await playTo(12);
  player.seek(7);
  expect(audio.currentTime).toBe(17);
  player.seek(0);
  expect(audio.currentTime).toBe(10);
  await playTo(10.1);
  expect(now()).toBe('b playing 0.1');
  player.previous();
  expect(now()).toBe('a loading 0.0');
  expect(audio.sources).toHaveLength(2);
});

it('takes the next track back when the queue changes, and puts the new one there', async () => {
  const { play, playTo, source, player, keyOf, now, closed } = harness();
  await play(a, b, c);
  player.edit({ kind: 'remove', keys: [keyOf('b')] });
  await settled();
  expect(source().ranges).toEqual([[0, 10]]);
  expect(closed).toEqual(['b']);
  await playTo(2);
  expect(source().ranges).toEqual([[0, 20]]);
  await playTo(10.5);
  expect(now()).toBe('c playing 0.5');
});

it('does so while it is paused, too', async () => {
  const { play, source, player } = harness();
  await play(a, b, c);
  player.pause();
  player.setRepeat('one');
  await settled();
  expect(source().ranges).toEqual([[0, 10]]);
});

it('leaves the next track where another change does not concern it', async () => {
  const { play, source, player, keyOf } = harness();
  await play(a, b, c);
  player.edit({ kind: 'remove', keys: [keyOf('c')] });
  player.enqueue([c], 'end');
  await settled();
  expect(source().log).toEqual(['audio/mpeg']);
});

it('plays what is chosen in place of it', async () => {
  const { play, player, keyOf, now, audio, closed } = harness();
  await play(a, b, c);
  player.jumpTo(keyOf('c'));
  expect(now()).toBe('c loading 0.0');
  expect(closed).toEqual(['a', 'b']);
  expect(audio.sources).toHaveLength(2);
});

it('removes a next track that is withdrawn', async () => {
  const { play, source, now, withdraw } = harness();
  await play(a, b);
  withdraw(b);
  await settled();
  expect(source().ranges).toEqual([[0, 10]]);
  expect(now()).toBe('a playing 1.0');
});

it('waits at the boundary for a track whose sound is late', async () => {
  const { play, playTo, away, audio, now, plays, player } = harness();
  away.add(b.id);
  await play(a, b);
  await playTo(9.98);
  audio.fire('waiting');
  expect(now()).toBe('b loading 0.0');
  expect(plays).toEqual(['started a 0.5', 'finished a 10.0']);
  await playTo(10.1);
  expect(now()).toBe('b playing 0.1');
  expect(player.state().stalls).toBe(0);
});

it('begins a next track anew that failed ahead of its turn, and says nothing before', async () => {
  const { play, playTo, away, audio, now, player, opened } = harness();
  away.add(b.id).add('failing');
  await play(a, b);
  expect(player.state().error).toBeNull();
  away.clear();
  await playTo(9.9);
  audio.end();
  await settled();
  expect(now()).toBe('b loading 0.0');
  expect(opened).toEqual(['a', 'b', 'b']);
  expect(audio.sources).toHaveLength(2);
});

it('begins a stream of its own for what the element cannot play behind another', async () => {
  const { play, playTo, audio, now, source } = harness();
  await play(a, b);
  await playTo(4);
  audio.fail(DECODE_ERROR, 'decode');
  await settled();
  expect(audio.sources).toHaveLength(2);
  expect(now()).toBe('a loading 4.0');
  await playTo(4.5);
  await playTo(5);
  expect(now()).toBe('a playing 5.0');
  expect(source().ranges.at(-1)?.[1]).toBe(10);
  audio.end();
  await settled();
  expect(now()).toBe('b loading 0.0');
});

it('leaves what no browser takes through MSE to the plain route', async () => {
  const { play, playTo, audio, source, now } = harness();
  await play(a, wav);
  expect(source().ranges).toEqual([[0, 10]]);
  await playTo(9.9);
  audio.end();
  await settled();
  expect(now()).toBe('w loading 0.0');
  expect(audio.sources.at(-1)).toContain('/api/stream/');
});
