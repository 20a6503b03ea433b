import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseSearchQuery } from '@/lib/contracts/search-query';
import { type Entry, NameIndex, type Wanted } from './name-index';

const entry = (id: string, given: Partial<Entry> = {}): Entry => ({
  id,
  title: id,
  artist: 'Somebody',
  people: [given.artist ?? 'Somebody'],
  album: 'Something',
  also: [],
  year: null,
  genres: [],
  shown: 'yes',
  ...given,
});

function indexOf(...entries: Entry[]): NameIndex {
  const index = new NameIndex();
  for (const one of entries) index.put(one);
  return index;
}

function find(index: NameIndex, q: string, given: Partial<Wanted> = {}): string[] {
  return index.find({
    query: parseSearchQuery(q),
    includeWithdrawn: false,
    loved: null,
    played: new Map(),
    offset: 0,
    limit: 50,
    ...given,
  }).ids;
}

const library = indexOf(
  entry('gunjo', { title: '群青日和', artist: '東京事変', album: '教育' }),
  entry('kin', { title: 'กิน' }),
  entry('kan', { title: 'กัน' }),
  entry('kamal', { title: 'कमल' }),
  entry('komal', { title: 'कोमल' }),
  entry('thunder', {
    title: 'Thunderstruck',
    artist: 'AC/DC',
    album: 'The Razors Edge',
    year: 1990,
    genres: ['Hard Rock'],
  }),
  entry('take', { title: 'Take On Me', artist: 'a-ha', album: 'Hunting High and Low', year: 1985, genres: ['Pop'] }),
  entry('pain', { title: '99 Problems', artist: 'Jay-Z', album: 'The Black Album', year: 2003 }),
  entry('tik', { title: 'Tik Tok', artist: 'Ke$ha', album: 'Animal' }),
  entry('who', { title: 'Who Knew', artist: 'P!nk', album: 'I’m Not Dead' }),
  entry('hash', { title: 'Hash Pipe', artist: 'Weezer', album: 'Green Album', year: 2001, genres: ['Rock'] }),
  entry('buddy', {
    title: 'Buddy Holly',
    artist: 'Weezer',
    album: 'Blue Album',
    year: 1994,
    genres: ['Indie Rock'],
  }),
  entry('duo', { title: 'Wave', artist: 'Elis & Tom', people: ['Elis Regina', 'Tom Jobim'], album: 'Elis & Tom' }),
);

describe('finds', () => {
  it.each([
    ['群青日和', ['gunjo']],
    ['日和', ['gunjo']],
    ['和', ['gunjo']],
    ['事変', ['gunjo']],
    ['กิน', ['kin']],
    ['कमल', ['kamal']],
    ['AC/DC', ['thunder']],
    ['acdc', ['thunder']],
    ['ac dc', ['thunder']],
    ['aha', ['take']],
    ['a-ha me', ['take']],
    ['jayz', ['pain']],
    ['kesha', ['tik']],
    ['ke$ha', ['tik']],
    ['P!nk', ['who']],
    ['pink', ['who']],
    ['weezer green', ['hash']],
    ['green weez', ['hash']],
    ['jobim wave', ['duo']],
    ['under', ['thunder']],
    ['nd', []],
    ['year:1990..1999', ['buddy', 'thunder']],
    ['year:..1989 take', ['take']],
    ['genre:rock weezer', ['buddy', 'hash']],
    ['genre:"hard rock"', ['thunder']],
    ['artist:acdc', ['thunder']],
    ['artist:weezer album:blue', ['buddy']],
    ['album:weezer', []],
    ['zzz', []],
  ])('by %s: %j', (q, ids) => expect(find(library, q).toSorted()).toEqual(ids));
});

it('puts the artist of this name first, though beginnings of other words fit too', () => {
  expect(find(library, 'a-ha')[0]).toBe('take');
});

it('ranks by exactness, then by what is played', () => {
  const index = indexOf(
    entry('inside', { title: 'A Love Song' }),
    entry('spread', { title: 'Song', album: 'Old Love' }),
    entry('exact', { title: 'Love' }),
    entry('artist', { title: 'Alone Again Or', artist: 'Love' }),
    entry('begins', { title: 'Love Song' }),
    entry('within', { title: 'Lovely Day' }),
    entry('part', { title: 'Glove' }),
    entry('album', { title: 'Because', album: 'LOVE' }),
    entry('heard', { title: 'Zen Love Song' }),
  );
  expect(find(index, 'love')).toEqual([
    'exact',
    'artist',
    'begins',
    'within',
    'album',
    'inside',
    'heard',
    'part',
    'spread',
  ]);
  expect(find(index, 'love', { played: new Map([['heard', 3]]) })).toEqual([
    ...['exact', 'artist', 'begins', 'within', 'album', 'heard', 'inside', 'part', 'spread'],
  ]);
  expect(find(index, 'love', { offset: 2, limit: 2 })).toEqual(['begins', 'within']);
});

it('shows favourites only, or none of them; and withdrawn tracks to administrators', () => {
  const index = indexOf(entry('a'), entry('b'), entry('c', { shown: 'withdrawn' }), entry('d', { shown: 'no' }));
  const loved = new Set(['b', 'd']);
  expect(find(index, 'loved:', { loved })).toEqual(['b']);
  expect(find(index, 'loved:no', { loved })).toEqual(['a']);
  expect(find(index, 'something', { includeWithdrawn: true })).toEqual(['a', 'b', 'c']);
});

it.each([
  ['wezer', 'weezer'],
  ['weezre gren', 'weezer green'],
  ['thunderstrcuk', 'thunderstruck'],
  ['weez', null],
  ['群青', null],
  ['qqqqqq', null],
])('did they mean, for %s: %s', (q, meant) => expect(library.correct(q)).toBe(meant));

it('follows changes: what was is found no more', () => {
  const index = indexOf(entry('a', { title: 'Old Name' }), entry('b', { title: 'Other' }));
  index.put(entry('a', { title: 'New Name' }));
  index.remove('b');
  index.remove('b');
  expect([find(index, 'old'), find(index, 'new'), find(index, 'other'), index.size]).toEqual([[], ['a'], [], 1]);
});

it('finds the same after any changes as an index that is made anew', () => {
  const word = fc.constantFrom('mar', 'maré', 'sol', 'lua', '日和', '和');
  const change = fc.record({ id: fc.nat(30), title: fc.option(fc.array(word, { minLength: 1, maxLength: 3 })) });
  fc.assert(
    fc.property(fc.array(change, { maxLength: 2_000 }), word, (changes, q) => {
      const changed = new NameIndex();
      const now = new Map<string, Entry>();
      for (const { id, title } of changes) {
        const key = String(id);
        if (title === null) {
          changed.remove(key);
          now.delete(key);
        } else {
          const put = entry(key, { title: title.join(' ') });
          changed.put(put);
          now.set(key, put);
        }
      }
      expect(find(changed, q)).toEqual(find(indexOf(...now.values()), q));
      expect(changed.size).toBe(now.size);
    }),
    { numRuns: 30 },
  );
});
