import type { SearchQuery } from '@/lib/contracts/search-query';
import { Best } from './best';
import { type Names, ranking, remembered } from './rank';
import { Vocabulary } from './vocabulary';
import { fold, isInner, wordsOf } from './words';

/** What is found: a track, an album (its title and artists) or an artist (the name as title). */
export interface Entry {
  id: string;
  title: string;
  /** As the artists are credited together. */
  artist: string;
  /** Everybody who took part. */
  people: readonly string[];
  album: string;
  /** Other names by which it is found, such as sort names in another script. */
  also: readonly string[];
  year: number | null;
  genres: readonly string[];
  /** `withdrawn`: to administrators only. `no`: to nobody, for now. */
  shown: 'yes' | 'withdrawn' | 'no';
  /** Of a track, so that albums and artists are ranked by what is played of them. */
  albumId?: string;
  artistId?: string;
}

interface Stored extends Names {
  readonly id: string;
  readonly people: string;
  readonly year: number | null;
  readonly genres: readonly string[];
  readonly shown: Entry['shown'];
  readonly albumId: string;
  readonly artistId: string;
}

export interface Wanted {
  query: SearchQuery;
  includeWithdrawn: boolean;
  /** Ids of favourites, where the query asks for them. */
  loved: ReadonlySet<string> | null;
  /** What this listener plays, by id: the higher the more. */
  played: ReadonlyMap<string, number>;
  offset: number;
  limit: number;
}

/** Words of one question that are looked for; more are left out. */
const MAX_WORDS = 8;
/** Entries that may be replaced, beside half of all, before the lists are made anew. */
const FEW_REPLACED = 400;
/** Names are folded once for all that have them; so many are remembered. */
const MAX_REMEMBERED = 50_000;
/** Who types a word that one or two names have, one letter from a word that so many times more names have, may have meant that. */
const MUCH_COMMONER = 10;

const NONE: readonly string[] = [];

/**
 * Names of the library in memory, found by any part of a word. An inverted index: each word has the list of the entries that have it, and a
 * question is compared with every word there is; a library of 100,000 tracks has some 50,000.
 */
export class NameIndex {
  private entries: (Stored | null)[] = [];
  private readonly places = new Map<string, number>();
  private vocabulary = new Vocabulary();
  private replaced = 0;
  private readonly remembered = new Map<string, { folded: string; words: readonly string[] }>();

  get size(): number {
    return this.places.size;
  }

  /** Album and artist of a track. */
  namesOf(id: string): Pick<Stored, 'albumId' | 'artistId'> | undefined {
    return this.entries[this.places.get(id) ?? -1] ?? undefined;
  }

  /** Adds an entry, in the place of the one of this id. */
  put(entry: Entry): void {
    this.remove(entry.id);
    const [title, artist, album] = [this.read(entry.title), this.read(entry.artist), this.read(entry.album)];
    const people = entry.people.map((name) => this.read(name));
    const words = new Set([...title.words, ...artist.words, ...album.words]);
    for (const { folded, words: ofPerson } of people) {
      for (const word of ofPerson) words.add(word);
      // `Jay Z` is typed as `jayz`, too.
      words.add(folded.replaceAll(' ', ''));
    }
    for (const name of entry.also) for (const word of this.read(name).words) words.add(word);
    const place = this.entries.length;
    this.entries.push({
      id: entry.id,
      title: title.folded,
      artist: artist.folded,
      people: people.length === 1 ? (people[0]?.folded ?? '') : people.map(({ folded }) => folded).join(' '),
      album: album.folded,
      year: entry.year,
      genres: entry.genres.length === 0 ? NONE : entry.genres.map((name) => this.read(name).folded),
      shown: entry.shown,
      albumId: entry.albumId ?? '',
      artistId: entry.artistId ?? '',
    });
    this.places.set(entry.id, place);
    words.delete('');
    for (const word of words) this.vocabulary.add(word, place);
  }

  remove(id: string): void {
    const place = this.places.get(id);
    if (place === undefined) return;
    this.places.delete(id);
    this.entries[place] = null;
    this.replaced += 1;
    if (this.replaced > this.places.size / 2 + FEW_REPLACED) this.tidy();
  }

  /** The likeliest first. @returns ids of the page asked for, and how many there are in all */
  find({ query, includeWithdrawn, loved, played, offset, limit }: Wanted): { ids: string[]; total: number } {
    const q = fold(query.text);
    const words = termsOf(q);
    const rank = ranking(q, words);
    const fits = filter(query);
    const best = new Best<Found>(offset + limit, compare);
    let total = 0;
    const has = this.matches(words);
    for (let place = 0; place < has.length; place++) {
      if (has[place] !== words.length) continue;
      const entry = this.entries[place];
      if (entry == null || entry.shown === 'no' || (entry.shown === 'withdrawn' && !includeWithdrawn)) continue;
      if (fits !== null && !fits(entry)) continue;
      if (query.loved !== null && loved !== null && loved.has(entry.id) !== query.loved) continue;
      total += 1;
      const worst = best.worst?.rank ?? Number.POSITIVE_INFINITY;
      const its = rank(entry, worst);
      if (its <= worst) best.add({ entry, rank: its, plays: played.get(entry.id) ?? 0 });
    }
    const found = best.all().slice(offset);
    return { ids: found.map(({ entry }) => entry.id), total };
  }

  /**
   * The words as they were probably meant, where nothing has all of them: of words that are nowhere the nearest that is; else one word replaced so that something
   * has them together. Null: there is none.
   */
  correct(text: string): string | null {
    const words = termsOf(fold(text));
    const known = words.map((word) => this.vocabulary.has(word));
    if (known.includes(false)) {
      const meant = words.map((word, n) => (known[n] ? word : (this.vocabulary.nearest(word)?.word ?? word)));
      return meant.some((word, n) => word !== words[n]) ? meant.join(' ') : null;
    }
    let best: { errors: number; meant: string } | null = null;
    for (const [n, word] of words.entries()) {
      if (words.length < 2) break;
      const has = this.matches(words.filter((_, other) => other !== n));
      const near = this.vocabulary.nearest(word, (places) => places.some((place) => has[place] === words.length - 1));
      if (near === null || (best !== null && best.errors <= near.errors)) continue;
      best = { errors: near.errors, meant: words.with(n, near.word).join(' ') };
    }
    return best?.meant ?? null;
  }

  /** Another spelling that is so much commoner that it may have been meant, though few names have this one, too. Null: there is none. */
  commoner(text: string): string | null {
    const words = termsOf(fold(text));
    const meant = words.map((word) => {
      const near = this.vocabulary.nearest(word);
      const isCommoner =
        near !== null &&
        near.errors === 1 &&
        near.sameBeginning &&
        near.count >= MUCH_COMMONER * Math.max(1, this.vocabulary.count(word));
      return isCommoner ? near.word : word;
    });
    return meant.some((word, n) => word !== words[n]) ? meant.join(' ') : null;
  }

  /** How many of the words, in their order, the entry at each place has; also of entries that are gone. */
  private matches(words: readonly string[]): Uint8Array {
    const has = new Uint8Array(this.entries.length);
    for (const [n, word] of words.entries()) {
      for (const places of this.vocabulary.placesOf(word)) {
        for (const place of places) if (has[place] === n) has[place] = n + 1;
      }
    }
    return has;
  }

  private read(name: string): { folded: string; words: readonly string[] } {
    const known = this.remembered.get(name);
    if (known !== undefined) return known;
    const made = { folded: fold(name), words: wordsOf(name) };
    if (this.remembered.size >= MAX_REMEMBERED) this.remembered.clear();
    this.remembered.set(name, made);
    return made;
  }

  /** Takes what was replaced out of the lists. */
  private tidy(): void {
    const moved = new Map<number, number>();
    const entries: Stored[] = [];
    for (const [place, entry] of this.entries.entries()) {
      if (entry === null) continue;
      moved.set(place, entries.length);
      this.places.set(entry.id, entries.length);
      entries.push(entry);
    }
    [this.entries, this.vocabulary, this.replaced] = [entries, this.vocabulary.moved(moved), 0];
  }
}

const termsOf = (q: string) => [...new Set(q.split(' ').filter((word) => word !== ''))].slice(0, MAX_WORDS);

/** Names are compared with each value of a filter once. Null: there is no filter. */
function filter(query: SearchQuery): ((entry: Stored) => boolean) | null {
  const { year } = query;
  const tests: ((entry: Stored) => boolean)[] = [];
  if (year !== null) {
    const [from, to] = [year.from ?? Number.NEGATIVE_INFINITY, year.to ?? Number.POSITIVE_INFINITY];
    tests.push((entry) => entry.year !== null && entry.year >= from && entry.year <= to);
  }
  const holding = (value: string) => {
    const folded = fold(value);
    return remembered((name) => isPartOf(name, folded));
  };
  for (const value of query.genre) {
    const holds = holding(value);
    tests.push((entry) => entry.genres.some(holds));
  }
  for (const value of query.artist) {
    const holds = holding(value);
    tests.push((entry) => holds(entry.people));
  }
  for (const value of query.album) {
    const holds = holding(value);
    tests.push((entry) => holds(entry.album));
  }
  for (const value of query.title) {
    const folded = fold(value);
    tests.push((entry) => isPartOf(entry.title, folded));
  }
  const [only] = tests;
  if (tests.length <= 1) return only ?? null;
  return (entry) => tests.every((test) => test(entry));
}

/** Words of a name, from the beginning of a word on; or the name without its spaces; or any part where words have no spaces between them. */
const isPartOf = (name: string, value: string): boolean =>
  ` ${name}`.includes(` ${value}`) ||
  name.replaceAll(' ', '') === value ||
  (value.length < 3 && isInner(value) && name.includes(value)) ||
  (/[^\p{sc=Latin}\p{N} ]/u.test(value) && isInner(value) && name.includes(value));

interface Found {
  entry: Stored;
  rank: number;
  plays: number;
}

function compare(a: Found, b: Found): number {
  if (a.rank !== b.rank) return a.rank - b.rank;
  if (a.plays !== b.plays) return b.plays - a.plays;
  if (a.entry.title !== b.entry.title) return a.entry.title < b.entry.title ? -1 : 1;
  return a.entry.id < b.entry.id ? -1 : 1;
}
