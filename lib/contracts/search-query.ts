/** The language of the search field: words, and filters such as `year:1990..1999`. Filters have their names in the languages of the interface. */

/** Words and filters of one question; more are left out. */
const MAX_PARTS = 16;

export interface SearchQuery {
  /** What is looked for in all fields; one space between words. */
  text: string;
  /** The filters among what was typed, as they were typed; one space between them. */
  filters: string;
  /** Each to be found in the field of that name. */
  title: readonly string[];
  artist: readonly string[];
  album: readonly string[];
  genre: readonly string[];
  /** Both ends belong to it; null: open. */
  year: { from: number | null; to: number | null } | null;
  /** Only favourites, or none of them. */
  loved: boolean | null;
}

/** A filter's value may stand in quotes, which need not be closed: somebody is typing. */
const PART = /(\p{L}+):(?:"([^"]*)"?|(\S*))|\S+/gu;
const YEARS = /^(\d{1,4})?(\.\.|-)?(\d{1,4})?$/;
const NO = /^(?:no|false|0|não|nao)$/iu;

/** The filters by all their names. */
const FILTERS: Record<string, 'title' | 'artist' | 'album' | 'genre' | 'year' | 'loved'> = {
  ...{ title: 'title', artist: 'artist', album: 'album', genre: 'genre', year: 'year', loved: 'loved' },
  ...{ titulo: 'title', artista: 'artist', genero: 'genre', ano: 'year', favoritos: 'loved', favoritas: 'loved' },
};

/** What was typed, taken apart. What is no filter, or has no value that its filter takes, is text. */
export function parseSearchQuery(q: string): SearchQuery {
  const words: string[] = [];
  const filters: string[] = [];
  const named = { title: [] as string[], artist: [] as string[], album: [] as string[], genre: [] as string[] };
  let year: SearchQuery['year'] = null;
  let loved: SearchQuery['loved'] = null;
  for (const [part, name = '', quoted, bare = ''] of [...q.matchAll(PART)].slice(0, MAX_PARTS)) {
    const value = (quoted ?? bare).trim();
    const filter = filterNamed(name);
    const years = filter === 'year' ? yearsOf(value) : null;
    if (filter === 'loved') loved = !NO.test(value);
    else if (years !== null) year = years;
    else if (filter !== undefined && filter !== 'year' && value !== '') named[filter].push(value);
    else {
      words.push(part);
      continue;
    }
    filters.push(part);
  }
  return { text: words.join(' '), filters: filters.join(' '), ...named, year, loved };
}

function filterNamed(name: string) {
  const plain = name.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();
  return Object.hasOwn(FILTERS, plain) ? FILTERS[plain] : undefined;
}

/** Whether there is nothing to look for. */
export const isEmptyQuery = ({ text, filters }: Pick<SearchQuery, 'text' | 'filters'>): boolean =>
  text === '' && filters === '';

/** `1994`, `1990..1999`, `1990-1999`, `1990..`, `..1980`; null: none of these. */
function yearsOf(value: string): SearchQuery['year'] {
  const found = YEARS.exec(value);
  if (found === null) return null;
  const [, first, to, last] = found;
  if (to === undefined) {
    const only = first === undefined ? null : Number(first);
    return only === null || last !== undefined ? null : { from: only, to: only };
  }
  if (first === undefined && last === undefined) return null;
  const from = first === undefined ? null : Number(first);
  const end = last === undefined ? null : Number(last);
  return from !== null && end !== null && from > end ? { from: end, to: from } : { from, to: end };
}
