import { describe, expect, it } from 'vitest';
import { someTrack } from '@/lib/contracts/catalog.fixture';
import { type FadePair, fadeLengthS, LONGEST_CROSSFADE_S, mixAt, untilFadeS } from './fade';

let made = 0;
const track = (albumId: string, trackNo: number | null, durationS = 200, discNo: number | null = null) =>
  someTrack({ id: `t${made++}`, albumId, trackNo, discNo, durationS });
const pair = (from: FadePair['from'], to: FadePair['to'], change: Partial<FadePair> = {}): FadePair => ({
  from,
  to,
  shuffled: false,
  speed: 1,
  ...change,
});
const [one, other] = [track('a', 1), track('b', 1)];

describe('how long two tracks are mixed', () => {
  it.each<[string, FadePair, number, number]>([
    ['as chosen', pair(one, other), 6, 6],
    ['not at all when it is off', pair(one, other), 0, 0],
    ['never longer than can be chosen', pair(one, other), 99, LONGEST_CROSSFADE_S],
    ['not for the same track again', pair(one, one), 6, 0],
    ['not within an album', pair(track('a', 1), track('a', 2)), 6, 0],
    ['not over to its next disc', pair(track('a', 9, 200, 1), track('a', 1, 200, 2)), 6, 0],
    ['not where a track of the album is left out', pair(track('a', 1), track('a', 3)), 6, 0],
    ['not on an album without numbers', pair(track('a', null), track('a', null)), 6, 0],
    ['backwards on an album', pair(track('a', 2), track('a', 1)), 6, 6],
    ['on an album that is shuffled', pair(track('a', 1), track('a', 3), { shuffled: true }), 6, 6],
    ['but not where its order is kept by chance', pair(track('a', 1), track('a', 2), { shuffled: true }), 6, 0],
    ['nor there over to its next disc', pair(track('a', 9, 200, 1), track('a', 1, 200, 2), { shuffled: true }), 6, 0],
    ['no more than half of a short track', pair(one, track('b', 1, 8)), 6, 4],
    ['whichever is short', pair(track('a', 1, 8), other), 6, 4],
    ['of the time that it takes', pair(one, track('b', 1, 8), { speed: 2 }), 6, 2],
    ['not with a jingle', pair(one, track('b', 1, 0.9)), 6, 0],
  ])('%s', (_, tracks, wantedS, expected) => {
    expect(fadeLengthS(wantedS, tracks)).toBe(expected);
  });
});

it.each([
  [{ positionS: 100, durationS: 200, speed: 1 }, 6, 94],
  [{ positionS: 100, durationS: 200, speed: 2 }, 6, 44],
  [{ positionS: 194, durationS: 200, speed: 1 }, 6, 0],
  [{ positionS: 199, durationS: 200, speed: 1 }, 6, -5],
])('%o begins to fade over %d s in %d s', (playing, lengthS, expected) => {
  expect(untilFadeS(playing, lengthS)).toBe(expected);
});

describe('how loud both are', () => {
  it.each([
    [-1, 1, 0],
    [0, 1, 0],
    [0.25, 0.924, 0.383],
    [0.5, Math.SQRT1_2, Math.SQRT1_2],
    [0.75, 0.383, 0.924],
    [1, 0, 1],
    [2, 0, 1],
  ])('at %d the old one is at %d and the new one at %d', (progress, leaving, coming) => {
    expect(mixAt(progress).leaving).toBeCloseTo(leaving, 3);
    expect(mixAt(progress).coming).toBeCloseTo(coming, 3);
  });

  it('has the same power throughout', () => {
    for (let progress = 0; progress <= 1; progress += 0.01) {
      const { leaving, coming } = mixAt(progress);
      expect(leaving ** 2 + coming ** 2).toBeCloseTo(1, 9);
    }
  });
});
