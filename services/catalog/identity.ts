/**
 * What tells names apart. Unlike what search compares by (text.ts), marks and symbols count: バンド is not ハント, AC/DC is not ACDC.
 */

/** Names have at most 300 characters, but a compatibility form may be longer; indexes take some 2,700 bytes. */
const MAX_CHARS = 500;
/** Programs that write tags choose these by themselves: they say nothing about the name. */
const VARIANTS: readonly [RegExp, string][] = [
  [/[\u2018\u2019\u02bc\u00b4`]/gu, "'"],
  [/[\u201c\u201d]/gu, '"'],
  [/[\u2010-\u2015\u2212]/gu, '-'],
];

/** The same for all spellings of one name: whatever its case, width, white space, and kinds of quotes and dashes. */
export function foldName(name: string): string {
  // Upper case first: ß and SS, ς and σ, are the same only there.
  const folded = name.normalize('NFKC').toUpperCase().toLowerCase().normalize('NFKC');
  const plain = VARIANTS.reduce((text, [variant, usual]) => text.replace(variant, usual), folded);
  return plain.replace(/\s+/gu, ' ').trim().slice(0, MAX_CHARS);
}

/** As {@link foldName}, and punctuation does not matter: `Hip-Hop` and `Hip Hop` are one genre. */
export function genreKey(name: string): string {
  const folded = foldName(name);
  return folded.replace(/[^\p{L}\p{M}\p{N}]+/gu, ' ').trim() || folded;
}

/** The first of each key. */
export function uniqueBy<T>(all: readonly T[], keyOf: (one: T) => string): T[] {
  const met = new Set<string>();
  return all.filter((one) => met.size < met.add(keyOf(one)).size);
}
