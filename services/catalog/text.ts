import { windows1252 } from '@/lib/util/decode-text';

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
/** Signs in the place of letters: `P!nk`, `Ke$ha`, `A$AP`, `$uicideboy$`. */
const SIGN_LETTER = /(?<=\p{L})[!@](?=\p{L})|(?<=\p{L})\$|\$(?=\p{L})/gu;
const LETTER_OF: Record<string, string> = { '!': 'i', '@': 'a', $: 's' };
/** Longer parts of a name, such as addresses, are no word. */
export const MAX_FUSED_CHARS = 24;
/** Marks that people leave out when they type: accents of Latin, Greek and Cyrillic, points of Hebrew and Arabic. */
const ACCENTS = new RegExp(
  '[\\u0300-\\u036f\\u0483-\\u0487\\u0591-\\u05bd\\u05bf\\u05c1\\u05c2\\u05c4\\u05c5\\u05c7\\u0610-\\u061a\\u064b-\\u065f\\u0670' +
    '\\u06d6-\\u06dc\\u1ab0-\\u1aff\\u1dc0-\\u1dff\\u20d0-\\u20ff\\ufe20-\\ufe2f]',
  'gu',
);
/** Scripts without spaces between words, or (Korean) with endings on them: one character is enough to be found, wherever it stands. */
export const UNSPACED =
  /[\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}\p{sc=Hangul}\p{sc=Thai}\p{sc=Lao}\p{sc=Khmer}\p{sc=Myanmar}]/u;
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
  return folded(text, /\p{M}+/gu, /[^\p{L}\p{N}]+/gu);
}

/**
 * As {@link normalise}, but marks that make another letter stay: vowel signs of Thai and of the Indian scripts, voicing of Japanese.
 */
export function foldForSearch(text: string): string {
  return folded(text, ACCENTS, /[^\p{L}\p{N}\p{M}]+/gu).normalize('NFKC');
}

function folded(text: string, marks: RegExp, between: RegExp): string {
  const plain = text
    .normalize('NFKD')
    .replace(marks, '')
    .toLowerCase()
    .replace(SPECIAL_LETTERS, (letter) => SPECIAL[letter] ?? letter);
  const words = plain
    .replace(/['’‘`´]/gu, '')
    .replace(ACRONYM, (letters) => letters.replaceAll('.', ''))
    .replace(between, ' ')
    .trim();
  return (words === '' ? plain.replace(/\s+/gu, ' ').trim() : words).slice(0, MAX_KEY_CHARS);
}

/** What a track is searched by: a leading space, so that every word begins behind one. */
export function searchText(...names: string[]): string {
  const distinct = [...new Set(names)];
  return ` ${[...new Set([...distinct.map(foldForSearch), ...distinct.flatMap(otherWords)])].join(' ')}`;
}

/**
 * By what else a name is found: parts with signs between words as one word (`acdc`), with signs as letters (`pink`), and in scripts without
 * spaces any one or two characters: three or more are found inside words.
 */
function otherWords(name: string): string[] {
  const found: string[] = [];
  for (const part of name.split(/\s+/u)) {
    for (const variant of new Set([part, withLetters(part)])) {
      const fused = foldForSearch(variant).replaceAll(' ', '');
      const isOther = variant !== part || foldForSearch(part).includes(' ');
      if (isOther && fused.length <= MAX_FUSED_CHARS) found.push(fused);
    }
  }
  for (const word of foldForSearch(name).split(' ')) {
    const letters = [...word];
    for (let at = 1; at < letters.length; at++) {
      const pair = letters.slice(at, at + 2).join('');
      if (UNSPACED.test(pair)) found.push(pair);
    }
  }
  return found;
}

/** Signs in the place of letters as these: `Pink`, `Kesha`. */
export const withLetters = (text: string) => text.replace(SIGN_LETTER, (sign) => LETTER_OF[sign] ?? sign);

/** The patterns of SQL LIKE that {@link searchText} must all match for what somebody typed. Empty: nothing was asked. */
export function searchPatterns(q: string): string[] {
  return wordsOf(foldForSearch(q)).map(
    (word) => `${[...word].length < SHORTEST_INNER_TERM ? '% ' : '%'}${escapeLike(word)}%`,
  );
}

function wordsOf(text: string): string[] {
  const words = text
    .split(' ')
    .filter((word) => word !== '')
    .slice(0, MAX_TERMS);
  return [...new Set(words)];
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

/**
 * Undoes UTF-8, and Windows' own Latin alphabet, that were read as Latin-1 (`TÃ¡bua`; `Don\x92t`), as tags of WAV and old MP3 files come.
 * Other text stays as it is.
 */
export function repairText(text: string): string {
  const bytes = Buffer.from(text, 'latin1');
  // Nothing but Latin-1 letters, some of them beyond ASCII.
  if (bytes.toString('latin1') !== text || bytes.every((byte) => byte < 0x80)) return text;
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    // Latin-1 has control characters where Windows has quotes, dashes and the euro sign; no name holds any.
    return /[\x80-\x9f]/.test(text) ? windows1252(bytes) : text;
  }
}
