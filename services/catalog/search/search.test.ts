import { expect, it } from 'vitest';
import { parseSearchQuery } from '@/lib/contracts/search-query';
import { type Entry, NameIndex } from './name-index';
import { findIds } from './search';

const named = (id: string, title: string, given: Partial<Entry> = {}): Entry => ({
  ...{ id, title, artist: title, people: [title], album: '', also: [], year: null, genres: [], shown: 'yes' },
  ...given,
});

const names = { tracks: new NameIndex(), albums: new NameIndex(), artists: new NameIndex() };
for (const one of ['Mar A', 'Mar B', 'Mar C']) {
  names.artists.put(named(`artist ${one}`, one));
  names.albums.put(named(`album ${one}`, `${one} ao vivo`, { artist: one, people: [one], album: `${one} ao vivo` }));
  const whose = { artist: one, people: [one], album: `${one} ao vivo` };
  names.tracks.put(named(`track ${one}`, 'Onda', { ...whose, albumId: `album ${one}`, artistId: `artist ${one}` }));
}

function found(q: string, request: object = {}, played: [string, number][] = []) {
  const likes = { loved: null, played: new Map(played) };
  const asked = { q, offset: 0, limit: 50, ...request };
  const { tracks, albums, artists } = findIds(names, parseSearchQuery(q), asked, likes);
  return [tracks, albums, artists].map(({ ids, total }) => [ids.map((id) => id.slice(-1)).join(''), total]);
}

it.each<[string, object, [string, number][], unknown]>([
  [
    'mar',
    {},
    [],
    [
      ['ABC', 3],
      ['ABC', 3],
      ['ABC', 3],
    ],
  ],
  // What is played of a track counts for its album and its artist.
  [
    'mar',
    {},
    [
      ['track Mar B', 2],
      ['track Mar C', 5],
    ],
    [
      ['CBA', 3],
      ['CBA', 3],
      ['CBA', 3],
    ],
  ],
  // Exactness goes first. `ao` begins with the second word, too.
  [
    'mar a',
    {},
    [['track Mar B', 9]],
    [
      ['ABC', 3],
      ['ABC', 3],
      ['A', 1],
    ],
  ],
  [
    'mar',
    { kind: 'album', offset: 1, limit: 1 },
    [],
    [
      ['', 3],
      ['B', 3],
      ['', 3],
    ],
  ],
  [
    'mar',
    { offset: 2 },
    [],
    [
      ['C', 3],
      ['ABC', 3],
      ['ABC', 3],
    ],
  ],
  [
    'title:onda',
    {},
    [],
    [
      ['ABC', 3],
      ['', 0],
      ['', 0],
    ],
  ],
  [
    'album:vivo',
    {},
    [],
    [
      ['ABC', 3],
      ['ABC', 3],
      ['', 0],
    ],
  ],
  [
    'vivo onda',
    {},
    [],
    [
      ['ABC', 3],
      ['', 0],
      ['', 0],
    ],
  ],
  [
    'track played and not known any more',
    {},
    [['gone', 1]],
    [
      ['', 0],
      ['', 0],
      ['', 0],
    ],
  ],
])('%s %j, played %j', (q, request, played, expected) => expect(found(q, request, played)).toEqual(expected));
