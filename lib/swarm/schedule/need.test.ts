import { describe, expect, it } from 'vitest';
import { type NeedInput, needs } from './need';

const base: NeedInput = { now: 0, chunks: 100, chunkBytes: 1000, bytesPerSecond: 250, wanted: [], playback: null };
const playback = { at: 0, playing: true, byte: 10_000, bufferedS: 8 };

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

  it('is at once for all that a browser needs to begin, when nothing is buffered', () => {
    // Sound begins 50 bytes, a fifth of a second, before the next chunk.
    const stalled = { at: 0, playing: true, byte: 10_950, bufferedS: 0 };
    expect([10, 11, 12].map((chunk) => needs({ ...base, playback: stalled, wanted: [10, 11] }).dueS(chunk))).toEqual([
      0, 0, 4.2,
    ]);
    const some = { ...stalled, bufferedS: 0.1 };
    expect([10, 11].map((chunk) => needs({ ...base, playback: some, wanted: [10, 11] }).dueS(chunk))).toEqual([
      0.1, 0.2,
    ]);
  });

  it('moves with the playhead, and the playhead stops where the sound ends', () => {
    const later = needs({ ...base, playback, now: 4000 });
    expect(later.position).toBe(11);
    expect(later.dueS(20)).toBe(36);
    expect(needs({ ...base, playback, now: 60_000 }).position).toBe(12);
    expect(needs({ ...base, playback: { ...playback, playing: false }, now: 60_000 }).position).toBe(10);
  });

  it('is the rest of the track before, for the track that comes next', () => {
    const need = needs({ ...base, playback: { at: 0, playing: false, byte: 0, bufferedS: 30 }, wanted: [0] });
    expect([0, 1, 9].map((chunk) => need.dueS(chunk))).toEqual([30, 30, 36]);
  });

  it('is never, while nobody reads or listens', () => {
    expect(needs(base).idle).toBe(true);
    expect(needs({ ...base, playback }).idle).toBe(false);
    expect(needs({ ...base, wanted: [1] }).idle).toBe(false);
  });
});
