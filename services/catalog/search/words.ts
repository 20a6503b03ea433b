/** What search compares names by. Accents, case and punctuation do not matter; marks that make another letter do. */
import { foldForSearch, MAX_FUSED_CHARS, UNSPACED, withLetters } from '../text';

/** Shorter words of scripts with spaces are looked for at the beginnings of words: `a` inside a word means nothing. */
const SHORTEST_INNER = 3;
/** Most names; folding them takes a twentieth of the time. */
const PLAIN = /^[a-z0-9]+(?: [a-z0-9]+)*$/iu;
/** Joiners and other characters without a width. Soft hyphens too. */
const INVISIBLE = /[\u00ad\u200b-\u200f\u2060\ufeff]/gu;

/** A name as it is compared: words with one space between them, signs in the place of letters as these (`P!nk`: `pink`). */
export function fold(name: string): string {
  if (PLAIN.test(name)) return name.toLowerCase();
  return foldForSearch(withLetters(name.replace(INVISIBLE, '')));
}

/** The words that a name is found by, each once: with signs as letters and without, and parts with signs between words as one word, too. */
export function wordsOf(name: string): string[] {
  if (PLAIN.test(name)) return [...new Set(name.toLowerCase().split(' '))];
  const words = new Set<string>();
  for (const part of name.replace(INVISIBLE, '').split(/\s+/u)) {
    for (const variant of new Set([withLetters(part), part])) {
      const inside = foldForSearch(variant)
        .split(' ')
        .filter((word) => word !== '');
      for (const word of inside) words.add(word);
      const fused = inside.join('');
      if (inside.length > 1 && fused.length <= MAX_FUSED_CHARS) words.add(fused);
    }
  }
  return [...words];
}

/** Whether any part of a word is looked for, or its beginning only. */
export function isInner(word: string): boolean {
  return word.length >= SHORTEST_INNER || UNSPACED.test(word);
}
