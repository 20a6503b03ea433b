/** Whatever text a file holds, what is made of it fits the contract. `npm run fuzz` tries a hundred thousand. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { lyrics } from '@/lib/contracts/lyrics';
import { parseLyrics } from './lrc';
import { lyricsOfFile } from './sources';

const RUNS = { numRuns: Number(process.env.FUZZ_RUNS ?? 1000) };

const two = fc.nat(99).map((n) => String(n).padStart(2, '0'));
const stamp = fc.tuple(two, two, two).map(([m, s, f]) => `[${m}:${s}.${f}]`);
const pieces = [
  '\n',
  '\r',
  '[',
  ']',
  '<',
  '>',
  ':',
  '.',
  '[offset:',
  '[ar:x]',
  '\0',
  '\ud83d',
  '\uFEFF',
  '\u2028',
  ' ',
  '9',
];
const source = fc.array(fc.oneof(stamp, fc.constantFrom(...pieces), fc.string()), { maxLength: 60 });

it('fits the contract, with lines in the order of their times', () => {
  fc.assert(
    fc.property(source, (parts) => {
      const parsed = parseLyrics(parts.join(''));
      if (parsed === null) return;
      expect(lyrics.safeParse(parsed).success).toBe(true);
      const times = parsed.lines.map(({ atMs }) => atMs);
      expect(times.every((atMs) => (atMs !== null) === parsed.synced)).toBe(true);
      expect(times).toEqual(times.toSorted((a, b) => (a ?? 0) - (b ?? 0)));
      // What a database can keep: no NUL and no half of a surrogate pair.
      for (const { text } of parsed.lines) expect(/[\p{Cs}\0]/u.test(text)).toBe(false);
    }),
    RUNS,
  );
});

it('reads any bytes', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
      const parsed = lyricsOfFile(bytes);
      expect(parsed === null || lyrics.safeParse(parsed).success).toBe(true);
    }),
    RUNS,
  );
});
