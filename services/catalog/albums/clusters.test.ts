import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type AlbumGroup, clusterAlbums } from './clusters';

const RUNS = Number(process.env.FUZZ_RUNS ?? 100);
const [RED, BLUE] = ['red', 'blue'];

/** `A 1994 x12`: a folder, a year (`-`: none) and a count of tracks, all of the album that they are of now. */
function group(text: string, albumId: string, more: Partial<AlbumGroup> = {}): AlbumGroup {
  const [folder = '', year = '-', count = 'x10'] = text.split(' ');
  const present = Number(count.slice(1));
  return {
    group: `${folder} ${more.title} ${more.artists} ${more.mbid}`,
    title: 'weezer',
    artists: ['weezer'],
    folder: `/music/${folder}`,
    mbid: null,
    years: new Map(year === '-' ? [] : [[Number(year), present]]),
    discs: [null],
    albums: new Map([[albumId, { present, missing: 0, addedAt: 0 }]]),
    ...more,
  };
}

/** Folders by the album that they make: `{ a: ['A', 'B'] }`. An album that has to be added is `new`. */
function albums(groups: AlbumGroup[]) {
  const all = clusterAlbums(groups).map(
    ({ albumId, groups: its }) =>
      `${albumId ?? 'new'}: ${its
        .map(({ folder }) => folder.slice('/music/'.length))
        .sort()
        .join(' ')}`,
  );
  return all.sort();
}

describe('albums of one title and artist', () => {
  it.each<[string, AlbumGroup[], string[]]>([
    ['in folders of different years are two', [group('A 1994 x12', 'a'), group('B 2001', 'a')], ['a: A', 'new: B']],
    ['stay two', [group('A 1994', 'a'), group('B 2001', 'b')], ['a: A', 'b: B']],
    ['in folders of one year are one', [group('A 1994', 'a'), group('B 1994 x9', 'b')], ['a: A B']],
    ['without any year are one', [group('A -', 'a'), group('B - x9', 'b')], ['a: A B']],
    [
      'whose tracks have each their own year are one',
      [
        group('A -', 'a', {
          years: new Map([
            [1971, 2],
            [1973, 2],
          ]),
        }),
        group('B - x9', 'b', {
          years: new Map([
            [1980, 1],
            [1981, 1],
          ]),
        }),
      ],
      ['a: A B'],
    ],
    ['without a year are of the only one', [group('A 1994', 'a'), group('B - x20', 'b')], ['b: A B']],
    [
      'without a year are of none of two',
      [group('A 1994', 'a'), group('B 2001', 'b'), group('C - x20', 'c')],
      ['a: A', 'b: B', 'c: C'],
    ],
    [
      'in one folder are one, whatever the years',
      [group('A 1994', 'a'), group('A 2001 x3', 'b', { artists: [] })],
      ['a: A A'],
    ],
    [
      'are one with discs side by side, whatever the years',
      [group('x/A 1994', 'a', { discs: [1] }), group('x/B 1995 x5', 'b', { discs: [2] })],
      ['a: x/A x/B'],
    ],
    [
      'are two with the same disc side by side',
      [group('x/A 1994', 'a', { discs: [null] }), group('x/B 2001', 'b', { discs: [1, 2] })],
      ['a: x/A', 'b: x/B'],
    ],
    [
      'of one release are one',
      [group('A 1994', 'a', { mbid: RED }), group('B 2001 x2', 'b', { mbid: RED, title: 'weezer (blue)' })],
      ['a: A B'],
    ],
    [
      'of different releases are two, even in one folder',
      [group('A 1994', 'a', { mbid: RED }), group('A 1994 x9', 'b', { mbid: BLUE })],
      ['a: A', 'b: A'],
    ],
    [
      'of which some name the release are one',
      [group('A 1994', 'a', { mbid: RED }), group('A 1994 x2', 'b')],
      ['a: A A'],
    ],
  ])('%s', (_, groups, expected) => {
    expect(albums(groups)).toEqual(expected);
    expect(albums(groups.toReversed())).toEqual(expected);
  });
});

describe('artists', () => {
  it.each<[string, AlbumGroup[], string[]]>([
    [
      'make two albums of one title, also in one folder',
      [group('A 1994', 'a'), group('A 1994 x9', 'b', { artists: ['abba'] })],
      ['a: A', 'b: A'],
    ],
    [
      'that no tag names are those of the folder',
      [group('A 1994', 'a'), group('A 1994 x20', 'b', { artists: [] })],
      ['b: A A'],
    ],
    [
      'that no tag names make an album of each folder',
      [group('A 1994', 'a', { artists: [] }), group('B 1994', 'b', { artists: [] })],
      ['a: A', 'b: B'],
    ],
  ])('%s', (_, groups, expected) => expect(albums(groups)).toEqual(expected));
});

describe('an id', () => {
  it.each<[string, AlbumGroup[], string[]]>([
    ['is that of most tracks', [group('A 1994 x3', 'a'), group('B 1994 x4', 'b')], ['b: A B']],
    [
      'goes with tracks that are there before those that are not',
      [
        group('A 1994', 'a', { albums: new Map([['a', { present: 0, missing: 30, addedAt: 0 }]]) }),
        group('B 1994', 'b', { albums: new Map([['b', { present: 1, missing: 0, addedAt: 0 }]]) }),
      ],
      ['b: A B'],
    ],
    [
      'is the oldest where albums come together, though the other has more tracks',
      [
        group('A 1994', '', {
          albums: new Map([
            ['new one', { present: 9, missing: 0, addedAt: 2 }],
            ['a', { present: 1, missing: 0, addedAt: 1 }],
          ]),
        }),
      ],
      ['a: A'],
    ],
    [
      'that one album leaves goes to another with tracks of it',
      [
        group('A 1994', '', {
          albums: new Map([
            ['a', { present: 5, missing: 0, addedAt: 1 }],
            ['b', { present: 5, missing: 0, addedAt: 2 }],
          ]),
        }),
        group('B 2001 x2', 'b'),
      ],
      ['a: A', 'b: B'],
    ],
    ['of two as large stays with the older', [group('B 1994', 'a'), group('A 2001', 'a')], ['a: B', 'new: A']],
    [
      'stays when tags of all were corrected, though a new track came first',
      [
        group('A 1994', '', {
          albums: new Map([
            ['new one', { present: 1, missing: 0, addedAt: 0 }],
            ['a', { present: 9, missing: 0, addedAt: 0 }],
          ]),
        }),
      ],
      ['a: A'],
    ],
    [
      'stays with the rest when one track goes to another title',
      [group('A 1994 x9', 'a'), group('A 1994 x1', 'a', { title: 'pinkerton' })],
      ['a: A', 'new: A'],
    ],
  ])('%s', (_, groups, expected) => expect(albums(groups)).toEqual(expected));
});

it('any groups are put together once, the same in whatever order they come, and stay so', () => {
  const some = fc.uniqueArray(
    fc.record({
      folder: fc.constantFrom('x/A', 'x/B', 'C'),
      title: fc.constantFrom('one', 'two'),
      artists: fc.constantFrom<string[]>([], ['p'], ['q']),
      mbid: fc.constantFrom(null, null, RED, BLUE),
      year: fc.constantFrom('-', '1994', '2001'),
      disc: fc.constantFrom(null, 1, 2),
      count: fc.integer({ min: 1, max: 4 }),
      albumId: fc.constantFrom('a', 'b', 'c'),
    }),
    { maxLength: 14, selector: ({ folder, title, artists, mbid }) => `${folder} ${title} ${artists} ${mbid}` },
  );
  fc.assert(
    fc.property(some, (given) => {
      const groups = given.map(({ folder, year, count, albumId, disc, ...more }) =>
        group(`${folder} ${year} x${count}`, albumId, { ...more, discs: [disc] }),
      );
      const clusters = clusterAlbums(groups);
      expect(clusters.flatMap((one) => one.groups).length).toBe(groups.length);
      const ids = clusters.flatMap(({ albumId }) => albumId ?? []);
      expect(new Set(ids).size).toBe(ids.length);
      for (const { groups: its } of clusters) {
        expect(new Set(its.flatMap(({ mbid }) => mbid ?? [])).size).toBeLessThan(2);
      }
      expect(albums(groups.toReversed())).toEqual(albums(groups));
      // Once their tracks are of these albums, nothing moves any more.
      const settled = clusters.flatMap(({ albumId, groups: its }, i) =>
        its.map((one) => ({
          ...one,
          albums: new Map(
            [...one.albums.values()].map((claim) => [albumId ?? `new ${i}`, { ...claim, addedAt: i }] as const),
          ),
        })),
      );
      const again = clusterAlbums(settled);
      expect(again.every(({ albumId, groups: its }) => its.every(({ albums: of }) => of.has(albumId ?? '')))).toBe(
        true,
      );
    }),
    { numRuns: RUNS },
  );
});
