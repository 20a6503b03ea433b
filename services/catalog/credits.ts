/** Artists and genres of tracks and albums, as columns of queries that select from `tracks` or `albums`. */
import { and, eq, inArray, sql } from 'drizzle-orm';
import { type ArtistCredit, type ArtistRole, artistRole, type Genre } from '@/lib/contracts/catalog';
import type { Orm } from '@/lib/database/database';
import { albumArtists, albums, artists, genres, trackArtists, trackGenres, tracks } from './schema';

/** An album's genres are those of most of its tracks. */
const MAX_ALBUM_GENRES = 8;

/** The order in which roles are listed: the performing artists first. */
const roleOrder = sql.raw(`array[${artistRole.options.map((role) => `'${role}'`).join(',')}]`);

export const artistsOfTrack = sql<ArtistCredit[]>`(
  select coalesce(json_agg(json_build_object('id', a.id, 'name', a.name, 'role', ta.role, 'detail', ta.detail)
    order by array_position(${roleOrder}, ta.role), ta.position), '[]')
  from ${trackArtists} as ta join ${artists} as a on a.id = ta.artist_id where ta.track_id = ${tracks}.id)`;

export const genresOfTrack = sql<Genre[]>`(
  select coalesce(json_agg(json_build_object('id', g.id, 'name', g.name) order by tg.position), '[]')
  from ${trackGenres} as tg join ${genres} as g on g.id = tg.genre_id where tg.track_id = ${tracks}.id)`;

export const artistsOfAlbum = sql<ArtistCredit[]>`(
  select coalesce(json_agg(json_build_object('id', a.id, 'name', a.name, 'role', 'albumArtist') order by aa.position), '[]')
  from ${albumArtists} as aa join ${artists} as a on a.id = aa.artist_id where aa.album_id = ${albums}.id)`;

export const genresOfAlbum = sql<Genre[]>`(
  select coalesce(json_agg(json_build_object('id', found.id, 'name', found.name) order by found.tracks desc, found.name), '[]')
  from (
    select g.id, g.name, count(*) as tracks
    from ${trackGenres} as tg join ${genres} as g on g.id = tg.genre_id join ${tracks} as t on t.id = tg.track_id
    where t.album_id = ${albums}.id and not t.missing and not t.withdrawn
    group by g.id order by 3 desc, 2 limit ${MAX_ALBUM_GENRES}
  ) as found)`;

/** What an artist did on each of these albums; `albumArtist` first. */
export async function rolesOnAlbums(
  orm: Orm,
  artistId: string,
  albumIds: string[],
): Promise<Map<string, ArtistRole[]>> {
  if (albumIds.length === 0) return new Map();
  const own = await orm
    .select({ albumId: albumArtists.albumId })
    .from(albumArtists)
    .where(and(eq(albumArtists.artistId, artistId), inArray(albumArtists.albumId, albumIds)));
  const credited = await orm
    .selectDistinct({ albumId: tracks.albumId, role: trackArtists.role })
    .from(trackArtists)
    .innerJoin(tracks, eq(tracks.id, trackArtists.trackId))
    .where(and(eq(trackArtists.artistId, artistId), inArray(tracks.albumId, albumIds)));
  const byAlbum = new Map<string, Set<ArtistRole>>(albumIds.map((id) => [id, new Set()]));
  for (const { albumId } of own) byAlbum.get(albumId)?.add('albumArtist');
  for (const { albumId, role } of credited) if (role !== 'albumArtist') byAlbum.get(albumId)?.add(role);
  return new Map([...byAlbum].map(([id, roles]) => [id, [...roles].sort(byRole)]));
}

const byRole = (a: ArtistRole, b: ArtistRole) => rank(a) - rank(b);
const rank = (role: ArtistRole) => (role === 'albumArtist' ? -1 : artistRole.options.indexOf(role));
