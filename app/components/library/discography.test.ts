import { expect, it } from 'vitest';
import type { ArtistsAlbum } from '@/lib/contracts/catalog';
import { discography } from './discography';

const album = (title: string, more: Partial<ArtistsAlbum> = {}): ArtistsAlbum => ({
  id: title,
  title,
  artist: 'x',
  artistId: 'x',
  year: null,
  coverId: null,
  trackCount: 1,
  roles: ['albumArtist', 'artist'],
  ...more,
});
const parts = (...albums: ArtistsAlbum[]) =>
  discography(albums).map(([part, its]) => `${part}: ${its.map(({ title }) => title).join(', ')}`);

it.each<[Partial<ArtistsAlbum>, string]>([
  [{}, 'albums'],
  [{ releaseTypes: ['album'] }, 'albums'],
  [{ releaseTypes: ['album', 'soundtrack'] }, 'albums'],
  [{ releaseTypes: ['single'] }, 'singles'],
  [{ releaseTypes: ['ep'] }, 'singles'],
  [{ releaseTypes: ['ep', 'live'] }, 'live'],
  [{ releaseTypes: ['album', 'compilation'] }, 'compilations'],
  [{ compilation: true }, 'compilations'],
  [{ roles: ['albumArtist', 'composer'] }, 'albums'],
  [{ roles: ['artist'] }, 'appearsOn'],
  [{ roles: ['artist', 'composer'], compilation: true }, 'appearsOn'],
  [{ roles: ['composer', 'conductor'] }, 'conducted'],
  [{ roles: ['lyricist', 'producer'] }, 'compositions'],
  [{ roles: ['remixer'] }, 'remixes'],
  [{ roles: ['mixer'] }, 'productions'],
  [{ roles: [] }, 'appearsOn'],
])('an album with %j is of the %s', (more, part) => expect(parts(album('A', more))).toEqual([`${part}: A`]));

it('each part has the newest first, by the first release', () => {
  expect(
    parts(
      album('none'),
      album('reissue', { year: 2020, releaseDate: '2020-01-01', originalDate: '1971' }),
      album('b', { year: 1976 }),
      album('a', { year: 1976 }),
      album('later that year', { year: 1976, releaseDate: '1976-05' }),
      album('guest', { roles: ['artist'], year: 2001 }),
    ),
  ).toEqual(['albums: later that year, a, b, reissue, none', 'appearsOn: guest']);
});
