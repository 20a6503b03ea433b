import { describe, expect, it } from 'vitest';
import { MAX_SEEK_POINTS } from '@/lib/contracts/manifest';
import { mp3Sound } from '@/lib/contracts/manifest.fixture';
import { byteAt, chunksToPlay, meanBytesPerSecond, nextPoint, PointList, soundToBegin } from './points';

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

describe('the chunks that sound needs', () => {
  const file = {
    ...mp3Sound,
    durationS: 10,
    chunkSize: 1000,
    seek: { ...seek, points: [0, 40, 4000, 4900, 8000, 7400] },
  };

  it.each([
    ['begin at the point before', 4.2, 0.3, [4, 5]],
    ['go as far as they are needed', 4.2, 2, [4, 5, 6]],
    ['are one where that is all', 8, 0.3, [7]],
    ['are there at the very end', 99, 0.3, [7, 8]],
  ])('%s', (_, timeS, forS, chunks) => {
    expect(chunksToPlay(file, timeS, forS)).toEqual(chunks);
  });

  it('are those of the header first, and none of what is between', () => {
    const header = [0, 42, 1990, 2010];
    expect(chunksToPlay({ ...file, seek: { ...file.seek, header } }, 4.2, 0.3)).toEqual([0, 1, 2, 4, 5]);
  });

  it('are about there where there are no points', () => {
    expect(chunksToPlay({ ...file, seek: { ...seek, points: [] } }, 5, 0.3)).toEqual([4]);
  });
});

describe('the bytes that sound needs to begin', () => {
  // 1,000 bytes a second.
  const file = {
    ...mp3Sound,
    durationS: 10,
    seek: { ...seek, endAudio: 10_040, points: [0, 40, 4000, 4040, 8000, 8040] },
  };

  it.each([
    ['the first third of a second', 0, { start: 40, end: 360 }],
    ['from a frame close before on, where all are equally long', 4.5, { start: 4482, end: 4860 }],
    ['to the end of the sound', 9.9, { start: 8040, end: 10_040 }],
  ])('are %s', (_, timeS, range) => {
    expect(soundToBegin(file, timeS)).toEqual(range);
  });

  it.each([
    ['a header comes first', { header: [0, 40] }],
    ['the index is of no help', { points: [] }],
    ['the next point is far', { points: [0, 40], endAudio: 4_000_000 }],
  ])('are none apart where %s', (_, change) => {
    expect(soundToBegin({ ...file, seek: { ...file.seek, ...change } }, 9)).toBeNull();
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

describe('the byte at a time', () => {
  const file = {
    durationS: 10,
    seek: { header: [], firstAudio: 500, endAudio: 9500, points: [0, 500, 4000, 5000, 8000, 7000] },
  };

  it.each([
    [-1, 500],
    [0, 500],
    [2, 2750],
    [4, 5000],
    [8, 7000],
    [9, 8250],
    [99, 9500],
  ])('at %f s is %i', (timeS, byte) => {
    expect(byteAt(file, timeS)).toBe(byte);
  });

  it('is a straight line where the file has no points', () => {
    const wav = { durationS: 10, seek: { header: [0, 44], firstAudio: 44, endAudio: 10_044, points: [] } };
    expect(byteAt(wav, 5)).toBe(5044);
    expect(meanBytesPerSecond(wav)).toBe(1000);
  });
});
