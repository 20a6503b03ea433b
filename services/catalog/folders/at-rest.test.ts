import { describe, expect, it } from 'vitest';
import { AtRest, REST_MS } from './at-rest';

const NOW = 1_000_000;

/** Looks at one file: after how long (ms), its size, the age of its last change by its own account (ms), and whether it counts as at rest. */
type Look = [afterMs: number, size: number, changedMs: number, expected: boolean];

const cases: [string, Look[]][] = [
  ['one that lies there for long', [[0, 10, -60_000, true]]],
  ['one that was moved here, as it is', [[0, 10, -REST_MS, true]]],
  [
    'one that grows',
    [
      [0, 10, 0, false],
      [1_000, 20, 1_000, false],
      [3_000, 30, 3_000, false],
      [3_000 + REST_MS, 30, 3_000, true],
    ],
  ],
  [
    'one whose time does not move while it grows',
    [
      [0, 10, -100, false],
      [1_000, 20, -100, false],
      [1_500, 30, -100, false],
      [REST_MS, 30, -100, true],
    ],
  ],
  [
    'one from the future, by the clock of another machine',
    [
      [0, 10, 3_600_000, false],
      [REST_MS - 1, 10, 3_600_000, false],
      [REST_MS, 10, 3_600_000, true],
    ],
  ],
];

describe('a file is read once it is at rest', () => {
  it.each(cases)('%s', (_, looks) => {
    let now = NOW;
    const rest = new AtRest(() => now);
    for (const [afterMs, size, changedMs, expected] of looks) {
      now = NOW + afterMs;
      expect(rest.isAtRest({ key: '/m/1.mp3', size, mtimeMs: NOW + changedMs })).toBe(expected);
    }
  });

  it('whatever others do', () => {
    const rest = new AtRest(() => NOW);
    expect(rest.isAtRest({ key: '/m/1.mp3', size: 1, mtimeMs: NOW })).toBe(false);
    expect(rest.isAtRest({ key: '/m/2.mp3', size: 1, mtimeMs: NOW - 60_000 })).toBe(true);
  });
});
