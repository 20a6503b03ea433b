import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DEFAULT_TAG_RULES } from '@/lib/contracts/tag-rules';
import { makeArtistSplit, makeGenreSplit } from './artist-split';
import { foldName } from './identity';

const split = makeArtistSplit(DEFAULT_TAG_RULES);
const RUNS = Number(process.env.FUZZ_RUNS ?? 1_000);

describe('artists', () => {
  it.each([
    ['A feat. B', ['A', 'B'], 'A feat. B'],
    ['A; B', ['A', 'B'], 'A, B'],
    ['A;B;A', ['A', 'B'], 'A, B, A'],
    ['A / B', ['A', 'B'], 'A, B'],
    ['A (ft. B; C)', ['A', 'B', 'C'], 'A (ft. B, C)'],
    ['A [Featuring B] & C', ['A & C', 'B'], 'A [Featuring B] & C'],
    ['A (with B)', ['A', 'B'], 'A (with B)'],
    ['A feat. B ft. C', ['A', 'B', 'C'], 'A feat. B ft. C'],
    ['A; feat. B', ['A', 'B'], 'A, feat. B'],
    ['A (feat. B (of C))', ['A', 'B (of C)'], 'A (feat. B (of C))'],
    ['A (feat. B', ['A', 'B'], 'A (feat. B'],
    [
      'Tyler, The Creator feat. Frank Ocean',
      ['Tyler, The Creator', 'Frank Ocean'],
      'Tyler, The Creator feat. Frank Ocean',
    ],
    ['Little Feat feat. B', ['Little Feat', 'B'], 'Little Feat feat. B'],
  ])('%s', (text, names, shown) => expect(split(text)).toEqual({ names, shown }));

  it.each([
    ...[
      'AC/DC',
      'Tyler, The Creator',
      'Earth, Wind & Fire',
      'Simon & Garfunkel',
      'Little Feat',
      'LITTLE  FEAT',
      'Defeat. X',
    ],
    ...['Dances With Wolves', 'Ft. Worth', 'feat.', ';', '(feat.)', 'Sunn O)))', 'A&B', '12/8', 'Featurecast'],
  ])('%s is one', (name) => expect(split(name).names).toEqual([name]));

  it('go by the rules that are set', () => {
    const rules = {
      artistSeparators: [', ', '&', '(*)'],
      guestWords: ['com'],
      wholeArtists: ['Tyler, The Creator', 'Simon & Garfunkel'],
    };
    const other = makeArtistSplit(rules);
    expect(other('Tyler, the Creator, Simon & Garfunkel & C(*)D com E').names).toEqual([
      ...['Tyler, the Creator', 'Simon & Garfunkel', 'C', 'D', 'E'],
    ]);
    expect(other('Tyler, The Creators').names).toEqual(['Tyler', 'The Creators']);
    expect(makeArtistSplit({ artistSeparators: [], guestWords: [], wholeArtists: [] })('A; B').names).toEqual(['A; B']);
  });
});

it.each([
  ['Rock; Pop', ['Rock', 'Pop']],
  ['Hip-Hop/Rap', ['Hip-Hop', 'Rap']],
  ['Singer/Songwriter/Folk', ['Singer/Songwriter', 'Folk']],
  ['R&B', ['R&B']],
])('genres: %s', (text, names) => expect(makeGenreSplit(DEFAULT_TAG_RULES)(text).names).toEqual(names));

/** Letters and signs that separate nothing, in words that are no guest word. */
const word = fc.string({ unit: fc.constantFrom(..."abcXYZé음バ&,.!-'/"), minLength: 1, maxLength: 8 });
const name = fc
  .array(word, { minLength: 1, maxLength: 3 })
  .map((words) => words.join(' '))
  .filter((one) => split(one).names.length === 1 && !one.includes(' / ') && !/(^\/ | \/$)/.test(one));
const anyText = fc.string({
  unit: fc.constantFrom(...'aB é;/&()[]{}.', ' feat. ', ' ft ', '(with ', ' / ', 'AC/DC', 'Little Feat'),
  maxLength: 30,
});

describe('whatever the names', () => {
  it('none is lost, and none is made up', () => {
    const between = fc.constantFrom('; ', ';', ' / ', ' feat. ', ' Ft ', ' featuring ');
    fc.assert(
      fc.property(fc.array(fc.tuple(name, between), { minLength: 1, maxLength: 5 }), (pieces) => {
        const text = pieces.map(([one, sep], i) => (i === 0 ? one : sep + one)).join('');
        const joined = pieces.reduce((all, [one], i) => (i === 0 ? one : `${all}${pieces[i - 1]?.[1]}${one}`), '');
        const wanted = new Set(pieces.map(([one]) => foldName(one)));
        expect(new Set(split(joined).names.map(foldName))).toEqual(wanted);
        expect(text.length).toBeGreaterThan(0);
      }),
      { numRuns: RUNS },
    );
  });

  it('what was split is not split further, no letter is lost, and nothing is left out but what separates', () => {
    const letters = (text: string) =>
      [...text.matchAll(/feat\.?|ft|with|\p{L}/giu)].map(String).filter((one) => one.length === 1);
    fc.assert(
      fc.property(anyText, (text) => {
        const { names } = split(text);
        for (const one of names) expect(split(one).names).toEqual([one]);
        const left = new Set(letters(names.join(' ').toLowerCase()));
        for (const letter of letters(text.toLowerCase())) expect(left).toContain(letter);
        expect(names.length > 0).toBe(text.trim() !== '');
      }),
      { numRuns: RUNS },
    );
  });
});
