import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { FakeAudio, FakeManagedMediaSource, FakeMediaSource } from '../testing/fake-media';
import { MseOutput } from './mse';
import type { Segment, Segments } from './segments';

const BYTES_PER_SECOND = 100;

/** A track of so many seconds, in segments of one second; an encoder added some before and some after. */
function sound(durationS: number, { mime = 'audio/mpeg', primingS = 0 } = {}): Segments & { starts: number[] } {
  const starts: number[] = [];
  return {
    mime,
    durationS,
    starts,
    async *start(timeS): AsyncIterable<Segment> {
      starts.push(timeS);
      for (let at = timeS - primingS, first = true; at < durationS; at += 1, first = false) {
        const data = new Uint8Array(BYTES_PER_SECOND);
        yield first ? { data, timestampOffset: at } : { data };
      }
    },
  };
}

function harness(Source = FakeMediaSource) {
  const audio = new FakeAudio();
  const failed: unknown[] = [];
  const events = { progress: () => {}, failed: (error: unknown) => void failed.push(error) };
  const first = MseOutput.open(audio.element, Source as unknown as typeof MediaSource, 0, events);
  const source = FakeMediaSource.made.at(-1) as FakeMediaSource;
  audio.shows(source);
  return { audio, source, events, failed, first };
}

/** Until all that needs no more time has happened. */
const settled = () => new Promise((resolve) => setTimeout(resolve));

beforeEach(() => {
  vi.spyOn(URL, 'createObjectURL').mockReturnValue('blob:source');
  vi.spyOn(URL, 'revokeObjectURL').mockReturnValue(undefined);
  FakeMediaSource.made.length = 0;
  FakeMediaSource.bytesPerSecond = BYTES_PER_SECOND;
});
afterEach(() => {
  vi.restoreAllMocks();
  FakeMediaSource.bytesPerSecond = 0;
});

it('puts a track where the one before ends, without what its encoder added', async () => {
  const { source, first, events } = harness();
  first.attach(sound(2.5, { primingS: 0.3 }), 0);
  const second = first.following(events);
  second.attach(sound(3.2, { primingS: 0.4 }), 0);
  await settled();
  expect(second.startS).toBe(2.5);
  expect(source.ranges).toEqual([[0, 5.7]]);
  expect(source).toMatchObject({ readyState: 'ended', duration: 5.7 });
});

it('changes the type of what it appends with the format', async () => {
  const { source, first, events } = harness();
  first.attach(sound(1), 0);
  const second = first.following(events);
  second.attach(sound(1, { mime: 'audio/mp4; codecs="flac"' }), 0);
  await settled();
  expect(source.log).toEqual(['audio/mpeg', 'audio/mp4; codecs="flac"']);
});

it.each([
  ['of the same type', 'audio/mpeg', () => false, true],
  ['of another type', 'audio/mp4; codecs="flac"', () => true, true],
  ['of another type, but not in Firefox', 'audio/mp4; codecs="flac"', (mime: string) => mime !== 'audio/mpeg', false],
])('takes a following track %s', (_, mime, isTypeSupported, takes) => {
  const { first, events } = harness();
  first.attach(sound(1), 0);
  expect(first.following(events).takes(mime, { isTypeSupported })).toBe(takes);
});

it('takes no following track behind one that has no place yet', () => {
  const { first, events } = harness();
  expect(first.following(events).takes('audio/mpeg', FakeMediaSource)).toBe(false);
  expect(first.takes('audio/mpeg', FakeMediaSource)).toBe(true);
});

it('opens the stream again for a track that comes after its end', async () => {
  const { source, first, events } = harness();
  first.attach(sound(2), 0);
  await settled();
  expect(source.readyState).toBe('ended');
  first.following(events).attach(sound(2), 0);
  await settled();
  expect(source.ranges).toEqual([[0, 4]]);
  expect(source.readyState).toBe('ended');
});

it('takes back a track that shall not follow, and then another can', async () => {
  const { source, first, events } = harness();
  first.attach(sound(2), 0);
  const second = first.following(events);
  second.attach(sound(3), 0);
  await settled();
  second.close();
  await settled();
  expect(source.ranges).toEqual([[0, 2]]);
  expect(source).toMatchObject({ readyState: 'ended', duration: 2 });
  first.following(events).attach(sound(1), 0);
  await settled();
  expect(source.ranges).toEqual([[0, 3]]);
});

it('stops appending a track that is taken back meanwhile', async () => {
  const { source, first, events } = harness();
  first.attach(sound(2), 0);
  await settled();
  const second = first.following(events);
  second.attach(sound(3), 0);
  second.close();
  await settled();
  expect(source.ranges).toEqual([[0, 2]]);
  expect(source.readyState).toBe('ended');
});

it('keeps less than half a minute ahead, over the boundary too', async () => {
  const { audio, source, first, events } = harness();
  first.attach(sound(20), 0);
  first.following(events).attach(sound(60), 0);
  await settled();
  expect(source.ranges).toEqual([[0, 30]]);
  audio.playTo(25);
  await settled();
  expect(source.ranges).toEqual([[0, 55]]);
});

it('appends the following track again after a jump out of the buffer', async () => {
  const { audio, source, first, events } = harness();
  const [one, two] = [sound(100), sound(4)];
  first.attach(one, 0);
  const second = first.following(events);
  second.attach(two, 0);
  await settled();
  first.seek(90);
  await settled();
  expect(source.ranges).toEqual([[90, 104]]);
  expect([one.starts, two.starts]).toEqual([[0, 90], [0]]);
  audio.playTo(101);
  first.close();
  second.seek(2);
  expect(audio.currentTime).toBe(102);
  await settled();
  // It was there.
  expect(two.starts).toEqual([0]);
});

it('goes on with the following track when the one before is over', async () => {
  const { audio, source, first, events } = harness();
  first.attach(sound(2), 0);
  const second = first.following(events);
  second.attach(sound(80), 0);
  await settled();
  audio.playTo(3);
  first.close();
  audio.playTo(30);
  await settled();
  expect(source.ranges).toEqual([[0, 60]]);
  second.following(events).attach(sound(5), 0);
  audio.playTo(81);
  await settled();
  expect(source.ranges.at(-1)?.[1]).toBe(87);
});

it('tells the track that failed', async () => {
  const { first, events, failed } = harness();
  first.attach(sound(2), 0);
  const broken: Segments = {
    ...sound(2),
    // biome-ignore lint/correctness/useYield: it fails before the first.
    async *start() {
      throw new Error('gone');
    },
  };
  const ahead: unknown[] = [];
  first.following({ ...events, failed: (error) => ahead.push(error) }).attach(broken, 0);
  await settled();
  expect(failed).toEqual([]);
  expect(ahead).toEqual([new Error('gone')]);
});

it('lets go of the source with its last track', async () => {
  const { first, events } = harness();
  first.attach(sound(2), 0);
  const second = first.following(events);
  second.attach(sound(2), 0);
  await settled();
  first.close();
  expect(URL.revokeObjectURL).not.toHaveBeenCalled();
  second.close();
  second.close();
  expect(URL.revokeObjectURL).toHaveBeenCalledOnce();
});

it('feeds a managed source only while that wants to be fed', async () => {
  const { audio, source, first } = harness(FakeManagedMediaSource);
  const managed = source as FakeManagedMediaSource;
  first.attach(sound(80), 0);
  await settled();
  expect(source.ranges).toEqual([]);
  managed.stream(true);
  await settled();
  expect(source.ranges).toEqual([[0, 30]]);
  managed.stream(false);
  audio.playTo(20);
  await settled();
  expect(source.ranges).toEqual([[0, 30]]);
  managed.stream(true);
  await settled();
  expect(source.ranges).toEqual([[0, 50]]);
});
