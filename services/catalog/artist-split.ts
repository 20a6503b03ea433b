/** Takes the names of several artists, or of several genres, out of one text. */
import type { TagRules } from '@/lib/contracts/tag-rules';
import { foldName, uniqueBy } from './identity';

/** Names found in a text, and how to show them together. */
export interface SplitNames {
  /** In the order of the text, guests in brackets last; none of them twice. At least one, unless the text is blank. */
  names: string[];
  /** The text, with a comma in the stead of separators that no one would print. */
  shown: string;
}

type Split = (text: string) => SplitNames;

const CLOSING: Readonly<Record<string, string>> = { '(': ')', '[': ']', '{': '}' };

/** @returns a function that splits a text by these rules; it takes time in proportion to the text's length times the number of rules */
export function makeArtistSplit(rules: Pick<TagRules, 'artistSeparators' | 'guestWords' | 'wholeArtists'>): Split {
  const bare = rules.guestWords.filter((word) => !(word.charAt(0) in CLOSING));
  const bracketed = rules.guestWords.map((word) => (word.charAt(0) in CLOSING ? word.slice(1).trim() : word));
  const lists = rules.artistSeparators.map(separatorPattern);
  const words = bare.map(escapeRegExp);
  const wholeAt = wholeNames(rules.wholeArtists);
  const between = either([...lists, ...words.map((word) => `\\s+${word}\\s+`)]);
  /** The word that a list of guests goes on with: `A; feat. B`. */
  const atStart = either(words.map((word) => `${word}\\s+`));
  const inBrackets = either(
    bracketed.filter((word) => word !== '').map((word) => `[([{]\\s*${escapeRegExp(word)}\\s+`),
  );
  const separators = either(lists);

  const namesIn = (text: string): string[] => {
    if (text !== '' && wholeAt(text, between) === text.length) return [text];
    const { main, guests } = takeBrackets(text, inBrackets);
    const names = cut(main, between, wholeAt).map((name, i) => (i === 0 ? name : withoutStart(name, atStart)));
    return [...names.filter((name) => name !== ''), ...guests.flatMap(namesIn)];
  };
  return (text) => {
    const trimmed = text.trim();
    const names = uniqueBy(namesIn(trimmed), foldName);
    return {
      names: names.length > 0 || trimmed === '' ? names : [trimmed],
      shown: cut(trimmed, separators, wholeAt).join(', '),
    };
  };
}

/** As {@link makeArtistSplit}, for genres, which have no guests. */
export function makeGenreSplit(rules: Pick<TagRules, 'genreSeparators' | 'wholeGenres'>): Split {
  const { genreSeparators: artistSeparators, wholeGenres: wholeArtists } = rules;
  return makeArtistSplit({ artistSeparators, wholeArtists, guestWords: [] });
}

/** Pieces between matches of `between`, but for names that are kept whole. */
function cut(text: string, between: RegExp, wholeAt: (text: string, boundary: RegExp) => number): string[] {
  const pieces: string[] = [];
  let rest = text.trim();
  while (rest !== '') {
    const kept = wholeAt(rest, between);
    between.lastIndex = kept;
    const match = between.exec(rest);
    const end = match?.index ?? rest.length;
    pieces.push(rest.slice(0, end).trim());
    rest = match === null ? '' : rest.slice(end + match[0].length).trim();
  }
  return pieces.filter((piece) => piece !== '');
}

/** @returns how many characters at the start of a text are one of these names, and nothing but that */
function wholeNames(names: readonly string[]): (text: string, boundary: RegExp) => number {
  // The longest first: `Crosby, Stills, Nash & Young` before `Crosby, Stills`.
  const longest = names
    .map((name) => name.trim())
    .filter((name) => name !== '')
    .toSorted((a, b) => b.length - a.length);
  return (text, boundary) => {
    for (const name of longest) {
      if (foldName(text.slice(0, name.length)) !== foldName(name)) continue;
      boundary.lastIndex = name.length;
      if (text.length === name.length || boundary.exec(text)?.index === name.length) return name.length;
    }
    return 0;
  };
}

/** Takes `(feat. …)` out of a text. */
function takeBrackets(text: string, opening: RegExp): { main: string; guests: string[] } {
  const guests: string[] = [];
  let main = text;
  opening.lastIndex = 0;
  for (let match = opening.exec(main); match !== null; match = opening.exec(main)) {
    const begin = match.index + match[0].length;
    const end = closingOf(main, match[0].charAt(0), begin);
    guests.push(main.slice(begin, end));
    main = `${main.slice(0, match.index).trim()} ${main.slice(end + 1).trim()}`.trim();
    opening.lastIndex = 0;
  }
  return { main, guests };
}

/** Where the bracket that was opened before `from` closes; the end where it does not. */
function closingOf(text: string, bracket: string, from: number): number {
  let open = 1;
  for (let i = from; i < text.length; i++) {
    if (text[i] === bracket) open++;
    else if (text[i] === CLOSING[bracket] && --open === 0) return i;
  }
  return text.length;
}

/** White space in a separator means: at least some. Elsewhere any is taken. */
function separatorPattern(separator: string): string {
  const before = /^\s/.test(separator) ? '\\s+' : '\\s*';
  const after = /\s$/.test(separator) ? '\\s+' : '\\s*';
  return `${before}${escapeRegExp(separator.trim())}${after}`;
}

/** Any of these patterns, from `lastIndex` on; without any, nothing. */
function either(patterns: readonly string[]): RegExp {
  return new RegExp(patterns.length === 0 ? '(?!)' : patterns.join('|'), 'giu');
}

function withoutStart(text: string, start: RegExp): string {
  start.lastIndex = 0;
  const match = start.exec(text);
  return match?.index === 0 ? text.slice(match[0].length) : text;
}

function escapeRegExp(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&').replace(/\s+/g, '\\s+');
}
