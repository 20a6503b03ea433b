/**
 * Lists of the whole library, a page at a time. The ids of a page are found first, by an index where there is one, then what stands on it: so
 * that a page far down costs little more than the first.
 */
import {
  and,
  asc,
  desc,
  eq,
  gte,
  inArray,
  isNotNull,
  like,
  lte,
  or,
  type SQL,
  type SQLWrapper,
  sql,
} from 'drizzle-orm';
import type {
  Album,
  AlbumListRequest,
  Artist,
  ArtistListRequest,
  Track,
  TrackListRequest,
  YearCount,
} from '@/lib/contracts/catalog';
import type { Orm } from '@/lib/database/database';
import {
  albumsByIds,
  artistsByIds,
  countAlbums,
  countArtists,
  hasShownMusic,
  hasShownTracks,
  isShown,
  tracksByIds,
} from './browse';
import { albumsOfGenre, artistsOfGenre, trackIsOf } from './genres';
import { albums, artists, trackArtists, tracks } from './schema';
import { searchPatterns } from './text';

type Order = 'asc' | 'desc';

export async function browseTracks(orm: Orm, request: TrackListRequest): Promise<{ tracks: Track[]; total: number }> {
  const { offset, limit, fromYear, toYear, genre } = request;
  const where = and(
    isShown(false),
    trackIsOf(orm, genre),
    fromYear === undefined ? undefined : gte(tracks.year, fromYear),
    toYear === undefined ? undefined : lte(tracks.year, toYear),
    ...searchPatterns(request.q).map((pattern) => like(tracks.search, pattern)),
  );
  const page = await orm
    .select({ id: tracks.id })
    .from(tracks)
    .where(where)
    .orderBy(...trackOrder(request))
    .offset(offset)
    .limit(limit);
  const found = await tracksByIds(
    orm,
    page.map(({ id }) => id),
  );
  return { tracks: found, total: await orm.$count(tracks, where) };
}

export async function browseAlbums(orm: Orm, request: AlbumListRequest): Promise<{ albums: Album[]; total: number }> {
  const { offset, limit, fromYear, toYear, genre } = request;
  const where = and(
    genre === undefined ? undefined : inArray(albums.id, albumsOfGenre(orm, genre)),
    fromYear === undefined ? undefined : gte(albums.year, fromYear),
    toYear === undefined ? undefined : lte(albums.year, toYear),
    // Each word in the title or in the artist's name.
    ...searchPatterns(request.q).map((pattern) => {
      const named = orm.select({ id: artists.id }).from(artists).where(likeWord(artists.key, pattern));
      return or(likeWord(albums.titleKey, pattern), inArray(albums.artistId, named));
    }),
  );
  const page = await orm
    .select({ id: albums.id })
    .from(albums)
    .where(and(where, hasShownTracks(orm)))
    .orderBy(...albumOrder(request))
    .offset(offset)
    .limit(limit);
  return { albums: await albumsByIds(orm, idsOf(page)), total: await countAlbums(orm, where) };
}

export async function browseArtists(
  orm: Orm,
  request: ArtistListRequest,
): Promise<{ artists: Artist[]; total: number }> {
  const { offset, limit, genre } = request;
  const where = and(
    genre === undefined ? undefined : inArray(artists.id, artistsOfGenre(orm, genre)),
    ...searchPatterns(request.q).map((pattern) => likeWord(artists.key, pattern)),
  );
  const page = await orm
    .select({ id: artists.id })
    .from(artists)
    .where(and(where, hasShownMusic(orm)))
    .orderBy(...artistOrder(request))
    .offset(offset)
    .limit(limit);
  return { artists: await artistsByIds(orm, idsOf(page)), total: await countArtists(orm, where) };
}

/** Years of which there are albums, the latest first. */
export async function albumYears(orm: Orm): Promise<YearCount[]> {
  const rows = await orm
    .select({
      year: albums.year,
      albums: sql<number>`count(distinct ${albums.id})::int`,
      tracks: sql<number>`count(*)::int`,
    })
    .from(tracks)
    .innerJoin(albums, eq(albums.id, tracks.albumId))
    .where(and(isShown(false), isNotNull(albums.year)))
    .groupBy(albums.year)
    .orderBy(desc(albums.year));
  return rows.flatMap(({ year, ...counts }) => (year === null ? [] : [{ year, ...counts }]));
}

function trackOrder({ sort, order, seed }: TrackListRequest): SQL[] {
  switch (sort) {
    case 'name':
      return [by(tracks.sortKey, order), by(tracks.id, order)];
    case 'album':
      return [
        ...[tracks.artistKey, tracks.albumKey, tracks.albumId].map((key) => by(key, order)),
        ...[tracks.discNo, tracks.trackNo, tracks.id].map((key) => asc(key)),
      ];
    case 'year':
      return [
        latestFirst(tracks.year, order),
        ...[tracks.albumKey, tracks.albumId, tracks.discNo, tracks.trackNo, tracks.id].map((key) => asc(key)),
      ];
    case 'added':
      return order === 'asc'
        ? [sql`${tracks.addedAt} desc nulls first`, asc(tracks.mediaKey)]
        : [sql`${tracks.addedAt} asc nulls last`, desc(tracks.mediaKey)];
    case 'random':
      return [shuffled(tracks.id, seed), asc(tracks.id)];
  }
}

function albumOrder({ sort, order, seed }: AlbumListRequest): SQL[] {
  const byTitle = [by(albums.sortKey, order), by(albums.id, order)];
  switch (sort) {
    case 'artist':
      return [by(artistKeyOfAlbum, order), asc(albums.year), asc(albums.sortKey), asc(albums.id)];
    case 'name':
      return byTitle;
    case 'year':
      return [latestFirst(albums.year, order), asc(albums.sortKey), asc(albums.id)];
    case 'added':
      return [latestFirst(addedOfAlbum, order), asc(albums.id)];
    case 'random':
      return [shuffled(albums.id, seed), asc(albums.id)];
  }
}

function artistOrder({ sort, order, seed }: ArtistListRequest): SQL[] {
  switch (sort) {
    case 'name':
      return [by(artists.sortKey, order), by(artists.id, order)];
    case 'tracks':
      return [latestFirst(tracksOfArtist, order), asc(artists.sortKey), asc(artists.id)];
    case 'random':
      return [shuffled(artists.id, seed), asc(artists.id)];
  }
}

const artistKeyOfAlbum = sql`(select a.sort_key from ${artists} a where a.id = ${albums.artistId})`;
/** When the newest of its tracks came. */
const addedOfAlbum = sql`(select max(t.added_at) from ${tracks} t where t.album_id = ${albums.id} and not t.missing and not t.withdrawn)`;
const tracksOfArtist = sql`(select count(distinct t.id) from ${trackArtists} c join ${tracks} t on t.id = c.track_id
  where c.artist_id = ${artists.id} and c.role <> 'albumArtist' and not t.missing and not t.withdrawn)`;

const by = (key: SQLWrapper, order: Order): SQL => (order === 'asc' ? asc(key) : desc(key));
/** What has no value comes last either way. */
const latestFirst = (value: SQLWrapper, order: Order): SQL =>
  order === 'asc' ? sql`${value} desc nulls last` : sql`${value} asc nulls last`;
/** The same order for the same seed, whatever came or went. */
export const shuffled = (id: SQLWrapper, seed: number): SQL => sql`hashtextextended(${id}, ${seed}::bigint)`;

/** As in a search: words of one or two letters at the beginnings of words only. */
function likeWord(key: SQLWrapper, pattern: string): SQL {
  return pattern.startsWith('% ') ? sql`(' ' || ${key}) like ${pattern}` : sql`${key} like ${pattern}`;
}

const idsOf = (page: { id: string }[]) => page.map(({ id }) => id);
