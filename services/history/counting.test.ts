import { describe, expect, it } from 'vitest';
import { isCounted, plausibleListening } from './counting';

describe('a play counts', () => {
  it.each<[boolean, number | null, number | null, boolean, string]>([
    // finished, listened, duration, counts, why
    [false, 89.9, 180, false, 'just under half'],
    [false, 90, 180, true, 'half'],
    [true, 180, 180, true, 'all of it'],
    [true, 20, 180, false, 'its end, after a jump over most of it'],
    [false, 239.9, 3600, false, 'just under four minutes of a long one'],
    [false, 240, 3600, true, 'four minutes of a long one'],
    [false, 240, 480, true, 'where both limits meet'],
    [false, 500, 180, true, 'more than its length, jumping back'],
    [true, 30, 30, false, '30 s are not longer than 30 s'],
    [true, 16, 30.1, true, 'barely longer than 30 s'],
    [false, 15, 30.1, false, 'barely longer, under half'],
    [true, 0, 0, false, 'a track without length'],
    [true, null, 180, true, 'an older page: finished'],
    [false, null, 180, false, 'an older page: skipped'],
    [true, null, 20, false, 'an older page: finished, but short'],
    [true, null, null, true, 'nothing known but that it finished'],
    [false, null, null, false, 'nothing known but that it was skipped'],
    [false, 239, null, false, 'length unknown, under four minutes'],
    [false, 240, null, true, 'length unknown, four minutes'],
  ])('finished %s, %s s of %s s: %s (%s)', (finished, listenedS, durationS, expected) => {
    expect(isCounted({ finished, listenedS, durationS })).toBe(expected);
  });
});

it.each([
  [60, 0, 60_000, 60],
  [65, 0, 60_000, 65],
  [600, 0, 60_000, 70],
  [600, 60_000, 0, 10],
  [0, 0, 60_000, 0],
])('of %s s said, between %s ms and %s ms, %s s are believed', (said, startedAt, endedAt, believed) => {
  expect(plausibleListening(said, startedAt, endedAt)).toBe(believed);
});
