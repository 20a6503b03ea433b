/** Longer words are not taken for others: nobody types them, and comparing costs their length squared. */
const LONGEST = 40;

/** A word near another. */
export interface Nearest {
  word: string;
  errors: number;
  /** Names that have it. */
  count: number;
  /** A typing error at the first letter is rare. */
  sameBeginning: boolean;
}

const rows = [new Uint8Array(LONGEST + 1), new Uint8Array(LONGEST + 1), new Uint8Array(LONGEST + 1)] as const;

/**
 * Changes that make one word of the other: a letter more, less or another, or two neighbours exchanged (optimal string alignment). Written here
 * because packages count an exchange, the commonest error of all, as two.
 * @param max more are not counted
 * @returns the number, or `max` + 1
 */
export function wordDistance(a: string, b: string, max: number): number {
  const [m, n] = [a.length, b.length];
  if (Math.abs(m - n) > max || m > LONGEST || n > LONGEST) return max + 1;
  let [before, row, next] = rows as readonly [Uint8Array, Uint8Array, Uint8Array];
  for (let j = 0; j <= n; j++) row[j] = j;
  for (let i = 1; i <= m; i++) {
    next[0] = i;
    let best = i;
    const letter = a.charCodeAt(i - 1);
    for (let j = 1; j <= n; j++) {
      const other = b.charCodeAt(j - 1);
      let cost = Math.min(at(row, j) + 1, at(next, j - 1) + 1, at(row, j - 1) + (letter === other ? 0 : 1));
      if (i > 1 && j > 1 && letter === b.charCodeAt(j - 2) && a.charCodeAt(i - 2) === other)
        cost = Math.min(cost, at(before, j - 2) + 1);
      next[j] = cost;
      if (cost < best) best = cost;
    }
    if (best > max) return max + 1;
    [before, row, next] = [row, next, before];
  }
  return Math.min(at(row, n), max + 1);
}

const at = (row: Uint8Array, place: number) => row[place] as number;

/** Errors that are forgiven: none in short words, where nearly every word is near another. */
export function errorsForgiven(word: string): number {
  if (word.length < 4 || word.length > LONGEST) return 0;
  return word.length < 7 ? 1 : 2;
}

/** Which letters a word has, as 32 bits that letters share: words whose bits differ much are far from each other. */
export function lettersOf(word: string): number {
  let letters = 0;
  for (let i = 0; i < word.length; i++) letters |= 1 << (word.charCodeAt(i) & 31);
  return letters;
}

/** Whether `found` was rather meant than `best`. */
export function nearer(found: Nearest, best: Nearest | null): boolean {
  if (best === null) return true;
  const [a, b] = [weighed(found), weighed(best)];
  return a === b ? found.count > best.count : a < b;
}

const weighed = ({ errors, sameBeginning }: Nearest) => errors + (sameBeginning ? 0 : 0.5);
