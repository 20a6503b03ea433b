import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Track } from '@/lib/contracts/catalog';
import { someTrack } from '@/lib/contracts/catalog.fixture';
import { emptyQueue, type Queue } from '../queue';
import { type GainSettings, gainFor, levelOf } from './gain';

const gain = { trackDb: -9, trackPeak: 0.9, albumDb: -6, albumPeak: 1.1 };
const track = (trackNo: number | null, change: Partial<Track> = {}) =>
  someTrack({ id: `${trackNo}`.padStart(22, 't'), trackNo, gain, ...change });
const queueOf = (tracks: Track[], index: number, change: Partial<Queue> = {}): Queue => ({
  ...emptyQueue,
  items: tracks.map((one, i) => ({ key: `${i}`, track: one })),
  index,
  ...change,
});
const alone = queueOf([track(1)], 0);
const other = track(1, { albumId: 'c'.repeat(22) });

describe('the gain that applies', () => {
  it.each<[string, GainSettings['mode'], Queue, number | null]>([
    ['off', 'off', alone, null],
    ['track', 'track', alone, -9],
    ['album', 'album', alone, -6],
    ['auto, one track', 'auto', alone, -9],
    ['auto, an album in its order', 'auto', queueOf([track(1), track(2), track(3)], 1), -6],
    ['auto, its first track', 'auto', queueOf([track(1), track(2), other], 0), -6],
    ['auto, its last track', 'auto', queueOf([track(1), track(2), other], 1), -6],
    ['auto, with one left out', 'auto', queueOf([track(1), track(4)], 0), -6],
    ['auto, its second disc', 'auto', queueOf([track(9), track(1, { discNo: 2 })], 1), -6],
    ['auto, without numbers', 'auto', queueOf([track(null), track(null, { id: 'u'.repeat(22) })], 0), -6],
    ['auto, backwards', 'auto', queueOf([track(2), track(1)], 0), -9],
    ['auto, the same track twice', 'auto', queueOf([track(1), track(1)], 0), -9],
    ['auto, another album', 'auto', queueOf([other, track(2), other], 1), -9],
    ['auto, shuffled', 'auto', queueOf([track(1), track(2)], 0, { unshuffled: ['1', '0'] }), -9],
    ['no gain known', 'track', queueOf([track(1, { gain: null })], 0), null],
    ['of a queue saved before there were gains', 'track', queueOf([someTrack({})], 0), null],
    ['only a peak known', 'track', queueOf([track(1, { gain: { trackPeak: 1 } })], 0), null],
    ['track wanted, album known', 'track', queueOf([track(1, { gain: { albumDb: -2 } })], 0), -2],
    ['album wanted, track known', 'album', queueOf([track(1, { gain: { trackDb: -3 } })], 0), -3],
    ['nothing chosen', 'track', { ...alone, index: -1 }, null],
  ])('%s', (_, mode, queue, db) => {
    expect(gainFor({ mode, preampDb: 0 }, queue)?.db ?? null).toBe(db);
    // The pre-amp is part of a gain, and nothing without one.
    expect(gainFor({ mode, preampDb: 4 }, queue)?.db ?? null).toBe(db === null ? null : db + 4);
  });

  it('goes with its own peak, else with the other one', () => {
    const peak = (mode: GainSettings['mode'], known: typeof gain | object) =>
      gainFor({ mode, preampDb: 0 }, queueOf([track(1, { gain: known })], 0))?.peak;
    expect(peak('track', gain)).toBe(0.9);
    expect(peak('album', gain)).toBe(1.1);
    expect(peak('album', { albumDb: 1, trackPeak: 0.4 })).toBe(0.4);
    expect(peak('track', { trackDb: 1 })).toBe(null);
  });
});

describe('the level', () => {
  it.each([
    ['without a gain is the listener’s', 0.5, null, 0.5],
    ['falls with the gain', 1, { db: -6.0206, peak: 1 }, 0.5],
    ['falls whatever the peak is', 1, { db: -6.0206, peak: 1.5 }, 0.5],
    ['rises where there is room', 0.25, { db: 6.0206, peak: 1 }, 0.5],
    ['rises above 1 with a low peak', 1, { db: 6.0206, peak: 0.25 }, 2],
    ['ends where the peak reaches full scale', 1, { db: 12, peak: 0.8 }, 1.25],
    ['does not rise above 1 without a known peak', 1, { db: 12, peak: null }, 1],
    ['does not fall because of a peak above full scale', 1, { db: 12, peak: 1.2 }, 1],
    ['of silence is silence', 0, { db: 12, peak: 0.1 }, 0],
    ['takes a peak of 0 for none', 1, { db: 12, peak: 0 }, 1],
  ])('%s', (_, amplitude, gain, level) => {
    expect(levelOf(amplitude, gain)).toBeCloseTo(level, 4);
  });

  it('never makes clip what did not, and rises with the volume', () => {
    const unit = fc.double({ min: 0, max: 1, noNaN: true });
    const db = fc.double({ min: -60, max: 60, noNaN: true });
    fc.assert(
      fc.property(unit, unit, db, unit, (a, b, gainDb, peak) => {
        const applied = { db: gainDb, peak };
        if (peak > 0) expect(levelOf(a, applied) * peak).toBeLessThanOrEqual(1 + 1e-9);
        if (a <= b) expect(levelOf(a, applied)).toBeLessThanOrEqual(levelOf(b, applied));
      }),
    );
  });
});
