import { describe, expect, it } from 'vitest';
import { MAX_LINE_CHARS, MAX_LYRICS_CHARS, MAX_LYRICS_LINES } from '@/lib/contracts/lyrics';
import { parseLyrics, plainLyrics, syncedLyrics } from './lrc';

/** Times and words, as `[ms, text]`; plain lines as text alone. */
const linesOf = (source: string) =>
  parseLyrics(source)?.lines.map(({ atMs, text }) => (atMs === null ? text : [atMs, text])) ?? null;

describe('synced lyrics', () => {
  it.each([
    [
      'hundredths',
      '[00:12.34]a\n[01:00.00]b',
      [
        [12_340, 'a'],
        [60_000, 'b'],
      ],
    ],
    [
      'thousandths, tenths and whole seconds',
      '[00:12.345]a\n[00:13.5]b\n[00:14]c',
      [
        [12_345, 'a'],
        [13_500, 'b'],
        [14_000, 'c'],
      ],
    ],
    [
      'a colon or a comma before the fraction',
      '[00:12:34]a\n[00:13,5]b',
      [
        [12_340, 'a'],
        [13_500, 'b'],
      ],
    ],
    [
      'more than an hour',
      '[75:00.00]a\n[1:20:00.50]b',
      [
        [4_500_000, 'a'],
        [4_800_500, 'b'],
      ],
    ],
    [
      'several stamps on a line',
      '[00:01.00][00:05.00]chorus\n[00:03.00] verse',
      [
        [1000, 'chorus'],
        [3000, 'verse'],
        [5000, 'chorus'],
      ],
    ],
    [
      'lines out of order',
      '[00:09.00]b\n[00:01.00]a',
      [
        [1000, 'a'],
        [9000, 'b'],
      ],
    ],
    [
      'two lines at one time, in their order',
      '[00:01.00]olá\n[00:01.00]hello\n[00:02.00]b',
      [
        [1000, 'olá'],
        [1000, 'hello'],
        [2000, 'b'],
      ],
    ],
    [
      'a positive offset, which lets lines come earlier',
      '[offset:+500]\n[00:00.20]a\n[00:01.00]b',
      [
        [0, 'a'],
        [500, 'b'],
      ],
    ],
    [
      'a negative offset, wherever it stands',
      '[00:01.00]a\n[00:02.00]b\n[offset: -250]',
      [
        [1250, 'a'],
        [2250, 'b'],
      ],
    ],
    [
      'an offset that cannot be',
      '[offset:99999999]\n[00:01.00]a\n[00:02.00]b',
      [
        [1000, 'a'],
        [2000, 'b'],
      ],
    ],
    [
      'stamps of words',
      '[00:01.00]<00:01.00>Two <00:01.50>words\n[00:02.00]and [00:02.30]two',
      [
        [1000, 'Two words'],
        [2000, 'and two'],
      ],
    ],
    [
      'what is about the file',
      '[ar:Elis]\n[ti:Águas]\n[length: 3:20]\n[00:01.00]a\n[00:02.00]b',
      [
        [1000, 'a'],
        [2000, 'b'],
      ],
    ],
    [
      'a byte order mark, and line breaks of every system',
      '\uFEFF[00:01.00]a\r\n[00:02.00]b\r[00:03.00]c',
      [
        [1000, 'a'],
        [2000, 'b'],
        [3000, 'c'],
      ],
    ],
    [
      'a pause, once',
      '[00:01.00]a\n[00:02.00]\n[00:02.50]\n[00:03.00]b',
      [
        [1000, 'a'],
        [2000, ''],
        [3000, 'b'],
      ],
    ],
    [
      'broken stamps among whole ones',
      '[00:01.00]a\n[0x:02.00]b\n[:03]c\n[00:04.00]d\n[00:05.00]e',
      [
        [1000, 'a'],
        [4000, 'd'],
        [5000, 'e'],
      ],
    ],
    ['one line alone', '[00:07.00]a', [[7000, 'a']]],
  ])('%s', (_, source, expected) => expect(linesOf(source)).toEqual(expected));
});

describe('plain lyrics', () => {
  it.each([
    ['verses', ' a \n\n\n\nb\n', ['a', '', 'b']],
    ['names of parts', '[Verse 1: Elis]\na\n[Chorus]\nb', ['[Verse 1: Elis]', 'a', '[Chorus]', 'b']],
    ['a time here and there', 'a\nb\nc\n[01:20] solo', ['a', 'b', 'c', 'solo']],
    ['the same stamp on each line', '[00:00.00]a\n[00:00.00]b', ['a', 'b']],
    ['control characters, and what no database takes', 'a\0b\tc\nd\ud800', ['a b c', 'd\ufffd']],
  ])('%s', (_, source, expected) => expect(linesOf(source)).toEqual(expected));
});

it.each(['', ' \n\t\n', '[ar:Elis]\n[offset:10]', '[00:01.00]\n[00:02.00] ', '\uFEFF'])(
  '%j holds no lyrics',
  (source) => {
    expect(parseLyrics(source)).toBeNull();
  },
);

it('has bounds, whatever it is given', () => {
  const stamps = '[00:01.00]'.repeat(5_000);
  expect(parseLyrics(`${stamps}a\n[00:02.00]b`)?.lines.length).toBeLessThanOrEqual(MAX_LYRICS_LINES);
  const many = Array.from({ length: 10_000 }, (_, i) => `[00:${i % 60}.00]line ${i}`).join('\n');
  expect(parseLyrics(many)?.lines).toHaveLength(MAX_LYRICS_LINES);
  const long = plainLyrics(Array.from({ length: 1000 }, () => 'x'.repeat(5_000)))?.lines ?? [];
  expect(long[0]?.text).toHaveLength(MAX_LINE_CHARS);
  expect(long.reduce((sum, { text }) => sum + text.length, 0)).toBeLessThanOrEqual(MAX_LYRICS_CHARS);
  expect(
    syncedLyrics([
      { atMs: -1, text: 'a' },
      { atMs: Number.NaN, text: 'b' },
      { atMs: 1e12, text: 'c' },
    ]),
  ).toBeNull();
});
