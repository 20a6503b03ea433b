import { describe, expect, it } from 'vitest';
import { actedOn, noSelection, type Pick, pick, rowFrom, selectAll, stillThere } from './row-selection';

const rows = [...'abcdefghijklmno'];
const shown = ({ keys, anchor, focus }: ReturnType<typeof pick>) => `${[...keys].sort().join('')} ${anchor} ${focus}`;

describe('rows are selected', () => {
  it.each<[string, [string, Pick][], string]>([
    ['by a click', [['c', 'only']], 'c c c'],
    [
      'alone by another click',
      [
        ['c', 'only'],
        ['e', 'only'],
      ],
      'e e e',
    ],
    [
      'one by one with Ctrl',
      [
        ['c', 'only'],
        ['e', 'toggle'],
        ['a', 'toggle'],
      ],
      'ace a a',
    ],
    [
      'and no longer',
      [
        ['c', 'only'],
        ['e', 'toggle'],
        ['c', 'toggle'],
      ],
      'e c c',
    ],
    [
      'from the last one picked with Shift',
      [
        ['c', 'only'],
        ['f', 'range'],
      ],
      'cdef c f',
    ],
    [
      'to the other side of it next',
      [
        ['c', 'only'],
        ['f', 'range'],
        ['a', 'range'],
      ],
      'abc c a',
    ],
    ['alone where nothing was picked before', [['d', 'range']], 'd d d'],
    [
      'not by the focus alone',
      [
        ['c', 'only'],
        ['d', 'focus'],
      ],
      'c c d',
    ],
    [
      'from the focus where nothing was picked',
      [
        ['b', 'focus'],
        ['d', 'range'],
      ],
      'bcd b d',
    ],
  ])('%s', (_, picks, expected) => {
    expect(shown(picks.reduce((now, [key, how]) => pick(rows, now, key, how), noSelection))).toBe(expected);
  });

  it('all at once', () => expect(selectAll(rows, noSelection).keys.size).toBe(rows.length));
});

it.each([
  [null, 'ArrowDown', 'a'],
  [null, 'ArrowUp', 'a'],
  ['c', 'ArrowDown', 'd'],
  ['c', 'ArrowUp', 'b'],
  ['a', 'ArrowUp', 'a'],
  ['o', 'ArrowDown', 'o'],
  ['b', 'PageDown', 'l'],
  ['m', 'PageDown', 'o'],
  ['m', 'PageUp', 'c'],
  ['m', 'Home', 'a'],
  ['b', 'End', 'o'],
  ['b', 'Enter', null],
  ['gone', 'ArrowDown', 'a'],
])('from %s, %s leads to %s', (focus, key, to) => {
  expect(rowFrom(rows, { ...noSelection, focus }, key)).toBe(to);
});

it('keeps of the selection what is still there', () => {
  const selected = pick(rows, pick(rows, noSelection, 'b', 'only'), 'd', 'range');
  expect(stillThere(rows, selected)).toBe(selected);
  expect(shown(stillThere([...'acdef'], selected))).toBe('cd null d');
  expect(stillThere([], noSelection)).toBe(noSelection);
});

it('a menu is about the selection, or about a row beside it', () => {
  const selected = pick(rows, pick(rows, noSelection, 'e', 'only'), 'b', 'toggle');
  expect(actedOn(rows, selected, 'e')).toEqual(['b', 'e']);
  expect(actedOn(rows, selected, 'c')).toEqual(['c']);
});
