import { expect, it } from 'vitest';
import { someTrack } from '@/lib/contracts/catalog.fixture';
import { topLists } from './top-lists';

it('sums the plays of an artist and of an album, and leaves out what is gone', () => {
  const [one, two, three] = [
    someTrack({ id: 'a', artistId: 'x', artist: 'Xis', albumId: 'm', album: 'Um' }),
    someTrack({ id: 'b', artistId: 'y', artist: 'Ípsilon', albumId: 'n', album: 'Dois' }),
    someTrack({ id: 'c', artistId: 'x', artist: 'Xis', albumId: 'o', album: 'Três' }),
  ];
  const top = [
    { trackId: 'b', plays: 5, listenedS: 1, lastAt: 1 },
    { trackId: 'a', plays: 4, listenedS: 1, lastAt: 1 },
    { trackId: 'c', plays: 3, listenedS: 1, lastAt: 1 },
    { trackId: 'gone', plays: 9, listenedS: 1, lastAt: 1 },
  ];
  const { artists, albums } = topLists(top, [one, two, three]);
  expect(artists.map(({ name, plays }) => [name, plays])).toEqual([
    ['Xis', 7],
    ['Ípsilon', 5],
  ]);
  expect(albums.map(({ name, note, plays }) => [name, note, plays])).toEqual([
    ['Dois', 'Ípsilon', 5],
    ['Um', 'Xis', 4],
    ['Três', 'Xis', 3],
  ]);
});
