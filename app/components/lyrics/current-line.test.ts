import { expect, it } from 'vitest';
import { isSungWith, lineAt, untilNextLine } from './current-line';

const lines = [1000, 2000, 2000, 5000].map((atMs, i) => ({ atMs, text: `line ${i}` }));

it.each([
  [0, -1],
  [800, -1],
  // Shown a moment before it is sung.
  [900, 0],
  [1000, 0],
  [1999, 2],
  [4000, 2],
  [1e9, 3],
])('at %i ms it is line %i', (positionMs, index) => expect(lineAt(lines, positionMs)).toBe(index));

it('says how long it is until the next', () => {
  const at = [0, 1000, 1990, 4000, 6000].map((positionMs) => untilNextLine(lines, positionMs));
  expect(at).toEqual([880, 880, 2890, 880, null]);
  for (const [i, wait] of at.entries()) {
    const from = [0, 1000, 1990, 4000][i];
    if (wait === null || from === undefined) continue;
    expect(lineAt(lines, from + wait)).toBeGreaterThan(lineAt(lines, from));
    expect(lineAt(lines, from + wait - 1)).toBe(lineAt(lines, from));
  }
});

it('takes lines of one time together', () => {
  expect(lines.map((_, i) => isSungWith(lines, i, 2))).toEqual([false, true, true, false]);
  expect(lines.map((_, i) => isSungWith(lines, i, -1))).toEqual([false, false, false, false]);
  expect(lineAt([], 0)).toBe(-1);
  expect(untilNextLine([], 0)).toBeNull();
});
