import { describe, expect, it } from 'vitest';
import { type NeedInput, needs } from './need';

const base: NeedInput = {
  ...{ now: 0, chunks: 100, chunkBytes: 1000, bytesPerSecond: 250 },
  ...{ wanted: [], playback: null, jump: [], has: () => false },
};
const begin = [10];
const playback = { at: 0, playing: true, byte: 10_000, bufferedS: 8, begin, comesNext: false };

describe('when a chunk is needed', () => {
  it('is at once for the first that a reader without a hint waits for, and later for those behind', () => {
    const need = needs({ ...base, wanted: [5, 6, 7] });
    expect([5, 6, 7, 8].map((chunk) => need.dueS(chunk))).toEqual([0, 4, 8, 12]);
    expect(need.position).toBe(5);
    expect(need.dueS(4)).toBe(Number.POSITIVE_INFINITY);
  });

  it('is when the buffer runs empty for a read that continues playback, and at once for a jump or a header', () => {
    const need = needs({ ...base, playback, wanted: [12, 13, 0, 80] });
    expect([12, 13, 0, 80].map((chunk) => need.dueS(chunk))).toEqual([8, 12, 0, 0]);
    expect(need.position).toBe(10);
  });

  it('is at once for all that sound needs to begin, read or not, when nothing is buffered', () => {
    // Reading begins a chunk before the place, and sound needs some of the chunk behind it.
    const stalled = { ...playback, byte: 10_950, bufferedS: 0, begin: [9, 10, 11] };
    const need = needs({ ...base, playback: stalled });
    expect([8, 9, 10, 11, 12].map((chunk) => need.dueS(chunk))).toEqual([Infinity, 0, 0, 0, 4.2]);
    expect([9, 11, 12].map((chunk) => need.isAwaitedNow(chunk))).toEqual([true, true, false]);
    expect([...need.waitedFor]).toEqual([9, 10, 11]);
    expect(need.awaitsSound).toBe(true);
  });

  it.each<[string, object, number[]]>([
    ['the player is paused', { playing: false, bufferedS: 0 }, []],
    ['there is sound', { bufferedS: 0.1 }, []],
    ['all of it is here', { bufferedS: 0 }, [10]],
  ])('is not at once where %s', (_, over, held) => {
    const need = needs({ ...base, playback: { ...playback, ...over }, has: (chunk) => held.includes(chunk) });
    expect([need.awaitsSound, need.anyAwaitedNow, need.isAwaitedNow(10)]).toEqual([false, false, false]);
  });

  it('is before long for what a likely jump needs, and nobody waits for it', () => {
    const need = needs({ ...base, playback, jump: [60, 61], has: (chunk) => chunk === 60 });
    expect([60, 61, 62].map((chunk) => need.dueS(chunk))).toEqual([200, 0.3, 208]);
    expect([...need.likely]).toEqual([61]);
    expect(need.isOnlyLikely(61)).toBe(true);
    expect([need.anyAwaitedNow, need.waitedFor.size]).toEqual([false, 0]);
    // What sounds soon is needed in any case; and what a read waits for is waited for.
    expect(needs({ ...base, playback: { ...playback, bufferedS: 2 }, jump: begin }).isOnlyLikely(10)).toBe(false);
    expect(needs({ ...base, playback, wanted: [61], jump: [61] }).isOnlyLikely(61)).toBe(false);
    // However far apart the points of an index are.
    expect(needs({ ...base, chunks: 900, jump: Array.from({ length: 700 }, (_, i) => 60 + i) }).likely.size).toBe(16);
    expect(needs({ ...base, jump: [98, 99, 100] }).likely.size).toBe(2);
  });

  it('moves with the playhead, and the playhead stops where the sound ends', () => {
    const later = needs({ ...base, playback, now: 4000 });
    expect(later.position).toBe(11);
    expect(later.dueS(20)).toBe(36);
    expect(needs({ ...base, playback, now: 60_000 }).position).toBe(12);
    expect(needs({ ...base, playback: { ...playback, playing: false }, now: 60_000 }).position).toBe(10);
  });

  it('is the rest of the track before, for the track that comes next', () => {
    const need = needs({
      ...base,
      playback: { ...playback, playing: false, byte: 0, bufferedS: 30, comesNext: true },
      wanted: [0],
    });
    expect([0, 1, 9].map((chunk) => need.dueS(chunk))).toEqual([30, 30, 36]);
  });

  it('is never, while nobody reads or listens', () => {
    expect(needs(base).idle).toBe(true);
    expect(needs({ ...base, playback }).idle).toBe(false);
    expect(needs({ ...base, wanted: [1] }).idle).toBe(false);
  });
});
