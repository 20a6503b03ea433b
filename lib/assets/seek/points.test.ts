import { describe, expect, it } from 'vitest';
import { MAX_SEEK_POINTS } from '@/lib/contracts/manifest';
import { nextPoint, PointList } from './points';

const seek = { header: [], firstAudio: 40, endAudio: 9000, points: [0, 40, 1010, 500, 2020, 900] };

describe('nextPoint', () => {
  it.each([
    [-1, 0, 40],
    [0, 0, 40],
    [1.009, 0, 40],
    [1.01, 1.01, 500],
    [1.9, 1.01, 500],
    [99, 2.02, 900],
  ])('for %f s starts at %f s, byte %i', (timeS, pointS, byte) => {
    expect(nextPoint(seek, timeS)).toEqual({ timeS: pointS, byte });
  });

  it('is the first audio where there are no points', () => {
    expect(nextPoint({ ...seek, points: [] }, 30)).toEqual({ timeS: 0, byte: 40 });
  });
});

describe('PointList', () => {
  it('keeps one point a second of what it is offered', () => {
    const list = new PointList();
    for (let frame = 0; frame < 120; frame++) list.offer(frame * 0.026, frame * 100);
    const times = list.toPoints().filter((_, i) => i % 2 === 0);
    expect(times).toEqual([0, 1014, 2002, 3016]);
  });

  it.each([3_600, 40_000, 200_000])('stays within the limit for %i seconds, evenly', (seconds) => {
    const list = new PointList();
    for (let s = 0; s < seconds; s++) list.offer(s, s * 10);
    const times = list.toPoints().filter((_, i) => i % 2 === 0);
    expect(times.length).toBeLessThanOrEqual(MAX_SEEK_POINTS);
    expect(times.length).toBeGreaterThan(MAX_SEEK_POINTS / 2 - 1);
    const gaps = times.slice(1).map((time, i) => time - (times[i] ?? 0));
    expect(Math.max(...gaps)).toBeLessThanOrEqual(2 * Math.min(...gaps));
  });
});
