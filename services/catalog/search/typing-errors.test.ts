import fc from 'fast-check';
import { expect, it } from 'vitest';
import { lettersOf, wordDistance } from './typing-errors';
import { Vocabulary } from './vocabulary';

it.each([
  ['weezer', 'weezer', 0],
  ['wezer', 'weezer', 1],
  ['weezre', 'weezer', 1],
  ['beatels', 'beatles', 1],
  ['metalica', 'metallica', 1],
  ['nirvanna', 'nirvana', 1],
  ['radiohaed', 'radiohead', 1],
  ['queen', 'prince', 3],
  ['', 'ab', 2],
  ['a'.repeat(90), 'a'.repeat(90), 3],
])('%s and %s are %i apart', (a, b, expected) => expect(wordDistance(a, b, 2)).toBe(expected));

const word = fc.string({ unit: fc.constantFrom('a', 'b', 'c', 'é', '和'), maxLength: 8 });

it('is the same both ways, and nothing to itself', () => {
  fc.assert(
    fc.property(word, word, (a, b) => {
      expect(wordDistance(a, b, 8)).toBe(wordDistance(b, a, 8));
      expect(wordDistance(a, a, 8)).toBe(0);
      expect(wordDistance(a, b, 2)).toBe(Math.min(3, wordDistance(a, b, 8)));
    }),
  );
});

it('knows by their letters that words are far apart, and never that near ones are', () => {
  fc.assert(
    fc.property(word, word, (a, b) => {
      const differing = ((lettersOf(a) ^ lettersOf(b)) >>> 0).toString(2).replaceAll('0', '').length;
      expect(differing).toBeLessThanOrEqual(2 * wordDistance(a, b, 8));
    }),
  );
});

it('takes the nearest word, of several the commonest, and leaves short ones alone', () => {
  const known = new Vocabulary();
  let place = 0;
  for (const [name, count] of Object.entries({ weezer: 3, beezer: 90, beatles: 5, beetles: 2, air: 8 })) {
    for (let i = 0; i < count; i++) known.add(name, place++);
  }
  const meant = (typed: string) => known.nearest(typed)?.word ?? null;
  expect(['wezer', 'beatels', 'beitles', 'aor', 'zzyzxq'].map(meant)).toEqual([
    ...['weezer', 'beatles', 'beatles', null, null],
  ]);
  expect(known.nearest('beitles', (places) => places.length < 5)?.word).toBe('beetles');
});
