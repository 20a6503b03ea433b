/** How names are compared and searched: accents, case and punctuation do not matter. */

/** Letters that Unicode does not take apart into a base letter and a mark. */
const SPECIAL: Record<string, string> = {
  ß: 'ss',
  æ: 'ae',
  œ: 'oe',
  ø: 'o',
  đ: 'd',
  ð: 'd',
  þ: 'th',
  ł: 'l',
  ħ: 'h',
  ı: 'i',
};
const SPECIAL_LETTERS = new RegExp(`[${Object.keys(SPECIAL).join('')}]`, 'gu');
/** `r.e.m.`, `m.i.a.`: people type them without dots. */
const ACRONYM = /(?<![\p{L}\p{N}])(?:\p{L}\.){2,}/gu;
const MAX_TERMS = 8;
/** Keys stand in B-tree indexes, whose rows may have 2,704 bytes: at most 4 bytes a character. */
const MAX_KEY_CHARS = 500;
/** Below this a word has no trigram of its own, so that it is looked for at the beginnings of words only. */
const SHORTEST_INNER_TERM = 3;

/**
 * Lower case, no accents, words separated by one space. A name of punctuation alone (`!!!`) stays as it is, so that it can be
 * found at all.
 */
export function normalise(text: string): string {
  const folded = text
    .normalize('NFKD')
    .replace(/\p{M}+/gu, '')
    .toLowerCase()
    .replace(SPECIAL_LETTERS, (letter) => SPECIAL[letter] ?? letter);
  const words = folded
    .replace(/['’‘`´]/gu, '')
    .replace(ACRONYM, (letters) => letters.replaceAll('.', ''))
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim();
  return (words === '' ? folded.replace(/\s+/gu, ' ').trim() : words).slice(0, MAX_KEY_CHARS);
}

/** What a track is searched by: a leading space, so that every word begins behind one. */
export function searchText(...names: string[]): string {
  return ` ${[...new Set(names.map(normalise))].join(' ')}`;
}

/** The patterns of SQL LIKE that {@link searchText} must all match for what somebody typed. Empty: nothing was asked. */
export function searchPatterns(q: string): string[] {
  const words = normalise(q)
    .split(' ')
    .filter((word) => word !== '')
    .slice(0, MAX_TERMS);
  return [...new Set(words)].map(
    (word) => `${[...word].length < SHORTEST_INNER_TERM ? '% ' : '%'}${escapeLike(word)}%`,
  );
}

/** Makes the text stand for itself inside a LIKE pattern. */
export function escapeLike(text: string): string {
  return text.replace(/[\\%_]/g, '\\$&');
}

/**
 * What may stand in a column and in an answer: PostgreSQL takes no NUL and no half of a surrogate pair, contracts no more than
 * `max` characters.
 */
export function cleanText(text: string, max: number): string {
  return Buffer.from(text.slice(0, max), 'utf8')
    .toString('utf8')
    .replace(/[\p{Cc}\u2028\u2029]+/gu, ' ')
    .replace(/\s+/gu, ' ')
    .trim();
}

/** Undoes UTF-8 that was read as Latin-1 (`TÃ¡bua`), as tags of WAV and old MP3 files come. Other text stays as it is. */
export function repairText(text: string): string {
  const bytes = Buffer.from(text, 'latin1');
  // Nothing but Latin-1 letters, some of them beyond ASCII.
  if (bytes.toString('latin1') !== text || bytes.every((byte) => byte < 0x80)) return text;
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return text;
  }
}
