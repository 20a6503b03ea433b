import { describe, expect, it } from 'vitest';
import { cleanText, escapeLike, normalise, repairText, searchPatterns, searchText } from './text';

describe('normalise', () => {
  it.each([
    ['Águas de Março', 'aguas de marco'],
    ['AC/DC', 'ac dc'],
    ["Don’t Stop 'Til", 'dont stop til'],
    ['R.E.M.', 'rem'],
    ['Sigur Rós – Ágætis byrjun', 'sigur ros agaetis byrjun'],
    ['MØ', 'mo'],
    ['Motörhead', 'motorhead'],
    ['Straße', 'strasse'],
    ['Ｆｕｌｌ　ｗｉｄｔｈ', 'full width'],
    ['Кино', 'кино'],
    ['  two   words ', 'two words'],
    ['!!!', '!!!'],
    ['100%', '100'],
    ['', ''],
  ])('%s becomes %s', (text, expected) => expect(normalise(text)).toBe(expected));

  it('takes accents apart whether they come composed or not', () => {
    expect(normalise('cora\u00e7\u00e3o')).toBe(normalise('corac\u0327a\u0303o'));
  });
});

describe('search', () => {
  it('says each name once and begins every word behind a space', () => {
    expect(searchText('Queen', 'Queen', 'A Night')).toBe(' queen a night');
  });

  it('looks for long words anywhere, for short ones at the beginning of words', () => {
    expect(searchPatterns('Março u2')).toEqual(['%marco%', '% u2%']);
  });

  it('asks nothing for nothing, and each word once', () => {
    expect(searchPatterns('  ')).toEqual([]);
    expect(searchPatterns('la La LÁ')).toEqual(['% la%']);
  });

  it('lets nothing a person types act as a wildcard', () => {
    expect(searchPatterns('%_\\')).toEqual(['%\\%\\_\\\\%']);
    expect(escapeLike('50%_\\x')).toBe('50\\%\\_\\\\x');
  });

  it('bounds the number of words', () => {
    expect(searchPatterns(Array.from({ length: 50 }, (_, i) => `word${i}`).join(' '))).toHaveLength(8);
  });
});

describe('cleanText', () => {
  it('leaves out what PostgreSQL does not take', () => {
    expect(cleanText('a\0b\nc', 10)).toBe('a b c');
    expect(cleanText('\ud83d', 10)).toBe('\ufffd');
    expect(cleanText('long', 2)).toBe('lo');
  });
});

describe('repairText', () => {
  it.each([
    ['TÃ\u00adtulo', 'Título'],
    ['Título', 'Título'],
    ['São Ã', 'São Ã'],
    ['Кино', 'Кино'],
    ['plain', 'plain'],
  ])('%s is %s', (text, expected) => expect(repairText(text)).toBe(expected));
});
