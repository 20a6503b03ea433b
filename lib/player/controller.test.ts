import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { someTrack } from '@/lib/contracts/catalog.fixture';
import type { ErrorCode } from '@/lib/contracts/errors';
import type { Message } from '@/lib/contracts/messages';
import type { SwarmPeer } from '@/lib/swarm/api';
import type { PlayEvent } from './api';
import { PlaybackController } from './controller';
import { FakeAudio, FakeMediaSource } from './testing/fake-media';
import { MemoryStorage } from './testing/memory-storage';

const track = (title: string) => someTrack({ id: title.padEnd(22, '_'), title });
const [a, b, c] = [track('a'), track('b'), track('c')];

/** Without MediaSource, as in Node: plain files are played, and the swarm is asked for nothing. */
function harness(storage = new MemoryStorage()) {
  const audio = new FakeAudio();
  const plays: string[] = [];
  const events: PlayEvent[] = [];
  const prepared: string[] = [];
  const eventListeners = new Set<(event: Message) => void>();
  const swarm = {
    expectNext: (id: string | null, inS: number) => prepared.push(`${id?.[0] ?? 'nothing'} in ${inS}`),
    expectPress: (id: string) => prepared.push(`${id[0]} pressed`),
    open: () => new Promise(() => {}),
  } as unknown as SwarmPeer;
  const player = new PlaybackController({
    swarm,
    noSharing: null,
    peerId: 'p',
    storage,
    audio: audio.element,
    onEvent(listener) {
      eventListeners.add(listener);
      return () => eventListeners.delete(listener);
    },
    onPlay: (event: PlayEvent) => {
      events.push(event);
      plays.push(`${event.type} ${event.trackId[0]}`);
    },
  });
  return {
    player,
    audio,
    plays,
    events,
    prepared,
    eventListeners,
    storage,
    withdraw: (trackId: string) => {
      const event = { type: 'changed.track', data: { trackId, withdrawn: true } } as unknown as Message;
      for (const listener of eventListeners) listener(event);
    },
    titles: () => player.state().queue.map((item) => item.track.title),
    keyOf: (title: string) => player.state().queue.find((item) => item.track.title === title)?.key ?? '',
    playing: () => {
      const { queue, index, status } = player.state();
      return `${queue[index]?.track.title} ${status}`;
    },
  };
}

function serverRefuses(code: ErrorCode): void {
  const body = { type: `urn:enxame:error:${code}`, title: 'No', status: 403, code };
  vi.stubGlobal('fetch', async () => Object.assign(new Response(null, { status: 403 }), { json: async () => body }));
}

beforeEach(() => void vi.useFakeTimers());
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

describe('the player', () => {
  it('is idle with nothing in the queue', () => {
    const { player } = harness();
    player.play();
    player.next();
    expect(player.state()).toMatchObject({ status: 'idle', index: -1, noSharing: 'no_media_source' });
  });

  it('loads, plays, and reports the play once there is sound', () => {
    const { player, audio, plays, playing } = harness();
    player.playNow([a, b], 0);
    expect(playing()).toBe('a loading');
    expect(audio.paused).toBe(false);
    audio.playTo(0.005);
    expect(plays).toEqual([]);
    audio.playTo(0.5);
    expect(playing()).toBe('a playing');
    expect(plays).toEqual(['started a']);
  });

  it('tells the swarm what comes next and when, and what a press is likely for', () => {
    vi.stubGlobal('MediaSource', FakeMediaSource);
    vi.spyOn(URL, 'createObjectURL').mockReturnValue('blob:source');
    vi.spyOn(URL, 'revokeObjectURL').mockReturnValue(undefined);
    const { player, audio, prepared, keyOf } = harness();
    player.playNow([a, b], 0);
    expect(prepared).toEqual([]);
    audio.playTo(0.5);
    audio.playTo(20);
    expect(prepared).toEqual(['b in 59.5', 'b in 59.5', 'b in 40']);
    player.edit({ kind: 'remove', keys: [keyOf('b')] });
    player.likely([c.id]);
    expect(prepared.slice(3)).toEqual(['nothing in 40', 'c pressed']);
    vi.restoreAllMocks();
  });

  it('stalls where sound runs out, but not at the very end', () => {
    const { player, audio, playing } = harness();
    player.playNow([a], 0);
    audio.playTo(5);
    audio.fire('waiting');
    expect(playing()).toBe('a stalled');
    audio.fire('playing');
    audio.playTo(59.8);
    audio.fire('waiting');
    expect(playing()).toBe('a playing');
    expect(player.state().stalls).toBe(1);
  });

  it('goes through the queue and ends with it', () => {
    const { player, audio, plays, playing } = harness();
    player.playNow([a, b], 0);
    audio.playTo(60);
    audio.end();
    expect(playing()).toBe('b loading');
    audio.playTo(60);
    audio.end();
    expect(playing()).toBe('b ended');
    expect(plays).toEqual(['started a', 'finished a', 'started b', 'finished b']);
    player.play();
    expect(playing()).toBe('b loading');
  });

  it('repeats one as a play of its own', () => {
    const { player, audio, plays } = harness();
    player.playNow([a, b], 0);
    player.setRepeat('one');
    audio.playTo(60);
    audio.end();
    audio.playTo(1);
    expect(plays).toEqual(['started a', 'finished a', 'started a']);
    expect(audio.sources).toHaveLength(1);
  });

  it('goes back to the start of the track, or to the one before', () => {
    const { player, audio, playing } = harness();
    player.playNow([a, b], 1);
    audio.playTo(3.5);
    player.previous();
    expect([playing(), player.state().positionS]).toEqual(['b loading', 0]);
    player.previous();
    expect(playing()).toBe('a loading');
  });

  it('jumps within the track, also while nothing is loaded', () => {
    const { player, audio, storage } = harness();
    player.playNow([a], 0);
    audio.playTo(1);
    player.seek(1000);
    expect(player.state().positionS).toBe(60);
    vi.advanceTimersByTime(1000);
    const reloaded = harness(storage);
    reloaded.player.seek(30);
    expect(reloaded.player.state()).toMatchObject({ positionS: 30, status: 'paused' });
    expect(reloaded.audio.sources).toEqual([]);
  });

  it('plays what takes the place of a removed current track, paused if it was', () => {
    const { player, playing, titles, keyOf } = harness();
    player.playNow([a, b, c], 0);
    player.edit({ kind: 'remove', keys: [keyOf('a')] });
    expect([playing(), titles()]).toEqual(['b loading', ['b', 'c']]);
    player.pause();
    player.edit({ kind: 'remove', keys: [keyOf('b')] });
    expect(playing()).toBe('c paused');
  });

  it('is empty and silent after clear', () => {
    const { player, audio, plays } = harness();
    player.playNow([a], 0);
    audio.playTo(1);
    player.clear();
    expect(player.state()).toMatchObject({ status: 'idle', queue: [], index: -1, route: null });
    expect(audio.paused).toBe(true);
    expect(plays).toEqual(['started a', 'skipped a']);
  });

  it('plays on when what comes next is cleared, which can be taken back', () => {
    const { player, audio, plays, playing, titles } = harness();
    player.playNow([a, b, c], 0);
    audio.playTo(1);
    const undo = player.edit({ kind: 'clearUpcoming' });
    expect([playing(), titles(), audio.paused]).toEqual(['a playing', ['a'], false]);
    player.undo(undo);
    expect([playing(), titles()]).toEqual(['a playing', ['a', 'b', 'c']]);
    expect(plays).toEqual(['started a']);
    audio.playTo(60);
    audio.end();
    expect(playing()).toBe('b loading');
  });

  it('says how many it queued', () => {
    const { player } = harness();
    expect(player.enqueue([a, b], 'end')).toBe(2);
    player.playNow(
      Array.from({ length: 10_000 }, () => a),
      0,
    );
    expect(player.enqueue([b], 'end')).toBe(0);
  });

  it('follows what pauses or plays the element from outside', () => {
    const { player, audio, playing } = harness();
    player.playNow([a], 0);
    audio.playTo(1);
    audio.paused = true;
    audio.fire('pause');
    expect(playing()).toBe('a paused');
    audio.paused = false;
    audio.fire('play');
    expect(playing()).toBe('a playing');
  });
});

describe('a track that cannot be played', () => {
  it('says why, then the next one begins', async () => {
    const { player, audio, playing } = harness();
    serverRefuses('file_missing');
    player.playNow([a, b], 0);
    audio.fail(2, '');
    await vi.advanceTimersByTimeAsync(0);
    expect(playing()).toBe('a error');
    expect(player.state().error?.code).toBe('file_missing');
    await vi.runAllTimersAsync();
    expect(playing()).toBe('b loading');
    expect(player.state().error).toBeNull();
  });

  it('is tried again by a press, at its position', async () => {
    const { player, audio, playing } = harness();
    serverRefuses('too_many_streams');
    player.playNow([a, b], 0);
    audio.playTo(7);
    audio.fail(2, '');
    await vi.runAllTimersAsync();
    expect([playing(), player.state().positionS]).toEqual(['a error', 7]);
    player.play();
    expect([playing(), player.state().positionS]).toEqual(['a loading', 7]);
  });

  it('does not lead to the next one once the listener has paused', async () => {
    const { player, audio, playing } = harness();
    serverRefuses('file_missing');
    player.playNow([a, b], 0);
    audio.fail(2, '');
    await vi.advanceTimersByTimeAsync(0);
    player.pause();
    await vi.runAllTimersAsync();
    expect(playing()).toBe('a error');
  });

  it('stops at once when it is withdrawn', () => {
    const { player, audio, playing, withdraw } = harness();
    player.playNow([a], 0);
    audio.playTo(1);
    withdraw(b.id);
    expect(playing()).toBe('a playing');
    withdraw(a.id);
    expect(playing()).toBe('a error');
    expect(audio.paused).toBe(true);
  });
});

describe('the sound', () => {
  const quiet = { ...track('q'), gain: { trackDb: -6.0206, trackPeak: 1 } };

  it('has the gain of each track before it begins', () => {
    const { player, audio } = harness();
    player.sound.setGain({ mode: 'track', preampDb: 0 });
    player.playNow([a, quiet], 0);
    expect(audio.volume).toBe(1);
    player.next();
    expect(audio.volume).toBeCloseTo(0.5);
    player.previous();
    expect(audio.volume).toBe(1);
  });

  it('is the same after a reload, but for the sleep timer', () => {
    const before = harness();
    before.player.sound.setGain({ mode: 'auto', preampDb: -2 });
    before.player.sound.setSpeed(1.5);
    before.player.sound.setSleep({ minutes: 5 });
    before.player.close();
    const { player, audio } = harness(before.storage);
    expect(player.state()).toMatchObject({ gain: { mode: 'auto', preampDb: -2 }, speed: 1.5, sleep: null });
    expect(audio.playbackRate).toBe(1.5);
  });

  it('ends with the track when it was told to: what follows is chosen and does not play', () => {
    const { player, audio, plays, playing } = harness();
    player.playNow([a, b], 0);
    player.setRepeat('one');
    audio.playTo(1);
    player.sound.setSleep('track');
    audio.end();
    expect([playing(), player.state().sleep]).toEqual(['b paused', null]);
    expect(plays).toEqual(['started a', 'finished a']);
    player.play();
    audio.playTo(1);
    expect(playing()).toBe('b playing');
  });

  it('ends with the queue when it was told to, though it repeats', () => {
    const { player, audio, playing } = harness();
    player.playNow([a, b], 0);
    player.setRepeat('all');
    player.sound.setSleep('queue');
    audio.playTo(1);
    audio.end();
    expect(playing()).toBe('b loading');
    audio.playTo(1);
    audio.end();
    expect([playing(), player.state().sleep]).toEqual(['b ended', null]);
  });

  it('ends at the time that it was told to', () => {
    const { player, audio, playing } = harness();
    player.playNow([a], 0);
    audio.playTo(1);
    player.sound.setSleep({ minutes: 10 });
    vi.advanceTimersByTime(10 * 60_000);
    expect([playing(), audio.paused, audio.volume]).toEqual(['a paused', true, 1]);
  });
});

describe('after a reload', () => {
  it('is paused where it was, with the same queue and preferences', () => {
    const before = harness();
    before.player.playNow([a, b], 0);
    before.player.setVolume(0.4);
    before.player.setRepeat('all');
    before.player.next();
    before.audio.playTo(33);
    before.player.close();
    const { player, audio, playing, titles } = harness(before.storage);
    expect([playing(), titles()]).toEqual(['b paused', ['a', 'b']]);
    expect(player.state()).toMatchObject({ positionS: 33, volume: 0.4, repeat: 'all' });
    expect(audio.sources).toEqual([]);
    player.toggle();
    expect([playing(), player.state().positionS]).toEqual(['b loading', 33]);
  });

  it.each([
    ['reloaded', 'skipped'],
    ['lost in a crash', null],
  ])('goes on with the same play when the page was %s', (how, told) => {
    const before = harness();
    before.player.playNow([a], 0);
    before.audio.playTo(1);
    for (let s = 2; s <= 20; s++) {
      vi.advanceTimersByTime(1000);
      before.audio.playTo(s);
    }
    if (told !== null) before.player.close();
    const after = harness(before.storage);
    after.player.play();
    after.audio.playTo(40);
    after.audio.playTo(60);
    after.audio.end();
    const [started] = before.events;
    expect([how, ...before.events, ...after.events].map((event) => (event as PlayEvent).type ?? event)).toEqual(
      [how, 'started', told, 'started', 'finished'].filter((type) => type !== null),
    );
    expect(new Set([...before.events, ...after.events].map((event) => event.playId))).toEqual(
      new Set([started?.playId]),
    );
    const end = after.events.at(-1);
    // What was heard before and after.
    if (told !== null && end?.type === 'finished') expect(end.listenedS).toBeGreaterThan(38);
    after.player.play();
    after.audio.playTo(1);
    expect(after.events.at(-1)?.playId).not.toBe(started?.playId);
  });

  it('begins a play of its own half an hour later, or of another track', () => {
    const before = harness();
    before.player.playNow([a, b], 0);
    before.audio.playTo(20);
    before.player.close();
    const other = harness(before.storage);
    other.player.next();
    other.audio.playTo(1);
    vi.advanceTimersByTime(1_800_000);
    const later = harness(before.storage);
    later.player.play();
    later.audio.playTo(40);
    const ids = [before, other, later].map(({ events }) => events[0]?.playId);
    expect(new Set(ids).size).toBe(3);
  });

  it('has lost at most five seconds, also after a crash', () => {
    const before = harness();
    before.player.playNow([a], 0);
    for (let s = 1; s <= 12; s++) {
      vi.advanceTimersByTime(1000);
      before.audio.playTo(s);
    }
    expect(harness(before.storage).player.state().positionS).toBeGreaterThanOrEqual(7);
  });
});

it('listens to nothing any more once it is closed', () => {
  const { player, audio, plays, eventListeners } = harness();
  player.playNow([a], 0);
  audio.playTo(1);
  player.close();
  expect(plays).toEqual(['started a', 'skipped a']);
  expect(eventListeners.size).toBe(0);
  audio.playTo(2);
  audio.end();
  expect(plays).toEqual(['started a', 'skipped a']);
});

it('shows the position at most four times a second', () => {
  const { player, audio } = harness();
  player.playNow([a], 0);
  audio.playTo(1);
  let shown = 0;
  player.subscribe(() => shown++);
  for (let i = 1; i <= 10; i++) {
    vi.advanceTimersByTime(100);
    audio.playTo(1 + i / 10);
  }
  expect(shown).toBeLessThanOrEqual(4);
  expect(shown).toBeGreaterThan(0);
});
