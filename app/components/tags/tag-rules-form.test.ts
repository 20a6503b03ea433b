import { expect, it } from 'vitest';
import { DEFAULT_TAG_RULES } from '@/lib/contracts/tag-rules';
import { rulesOf, textsOf } from './tag-rules-form';

const texts = textsOf(DEFAULT_TAG_RULES);

it('writes the rules one a line, with white space that can be seen, and reads them again', () => {
  expect(texts.artistSeparators).toBe(';\n␣/␣');
  expect(rulesOf(texts)).toEqual({ rules: DEFAULT_TAG_RULES, wrong: [] });
});

it('takes what people write, without blank lines and repetitions', () => {
  const written = { ...texts, artistSeparators: ' / \n\n;\n;\r\n␣x␣', wholeArtists: '  AC/DC \nAC/DC\n' };
  expect(rulesOf(written).rules).toMatchObject({ artistSeparators: [' / ', ';', ' x '], wholeArtists: ['AC/DC'] });
});

it('names the lists that would be refused', () => {
  expect(rulesOf({ ...texts, guestWords: 'x'.repeat(400), genreSeparators: '-'.repeat(30) }).wrong).toEqual([
    'guestWords',
    'genreSeparators',
  ]);
});
