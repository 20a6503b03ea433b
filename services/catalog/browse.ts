import { and, asc, eq, exists, inArray, ne, or, type SQL, sql } from 'drizzle-orm';
import type { Album, Artist, ArtistsAlbum, Track } from '@/lib/contracts/catalog';
import { EnxameError } from '@/lib/contracts/errors';
import type { Orm } from '@/lib/database/database';
import { artistsOfAlbum, artistsOfTrack, genresOfAlbum, genresOfTrack, rolesOnAlbums } from './credits';
import { albumArtists, albums, artists, trackArtists, tracks, versions } from './schema';

export interface Paging {
  offset: number;
  limit: number;
}

/** What lists show: neither missing files nor, but to administrators, withdrawn tracks. */
export function isShown(includeWithdrawn: boolean | undefined): SQL | undefined {
  return includeWithdrawn === true
    ? eq(tracks.missing, false)
    : and(eq(tracks.missing, false), eq(tracks.withdrawn, false));
}

/** What a track is played and shown by; without the lists of its artists and genres, which cost a look into other tables each. */
const plainColumns = {
  id: tracks.id,
  title: tracks.title,
  artist: sql<string>`coalesce(${tracks.artistCredit}, ${artists.name})`,
  artistId: tracks.artistId,
  album: albums.title,
  albumId: tracks.albumId,
  trackNo: tracks.trackNo,
  discNo: tracks.discNo,
  discSubtitle: tracks.discSubtitle,
  year: tracks.year,
  bpm: tracks.bpm,
  durationS: tracks.durationS,
  coverId: sql<string | null>`coalesce(${tracks.coverId}, ${albums.coverId})`,
  mime: tracks.mime,
  withdrawn: tracks.withdrawn,
  missing: tracks.missing,
  gain: tracks.gain,
};
const trackColumns = { ...plainColumns, artists: artistsOfTrack, genres: genresOfTrack };

/** To be narrowed by `where` and more. */
export function selectTracks(orm: Orm) {
  return orm
    .select(trackColumns)
    .from(tracks)
    .innerJoin(artists, eq(artists.id, tracks.artistId))
    .innerJoin(albums, eq(albums.id, tracks.albumId))
    .$dynamic();
}

/** A track as it is granted: where its file is, how that was when it was imported, and its live version, if any. */
export async function trackToGrant(orm: Orm, id: string) {
  const [row] = await orm
    .select({
      track: plainColumns,
      mediaKey: tracks.mediaKey,
      imported: { size: tracks.size, mtimeMs: tracks.mtimeMs },
      version: versions,
    })
    .from(tracks)
    .innerJoin(artists, eq(artists.id, tracks.artistId))
    .innerJoin(albums, eq(albums.id, tracks.albumId))
    .leftJoin(versions, and(eq(versions.trackId, tracks.id), sql`${versions.retired} is null`))
    .where(eq(tracks.id, id));
  return row;
}

/** Those that exist, in the order asked. */
export async function tracksByIds(orm: Orm, ids: readonly string[]): Promise<Track[]> {
  if (ids.length === 0) return [];
  const rows = await selectTracks(orm).where(inArray(tracks.id, [...new Set(ids)]));
  return inOrder(ids, rows);
}

const albumColumns = {
  id: albums.id,
  title: albums.title,
  artist: sql<string>`coalesce(${albums.artistCredit}, ${artists.name})`,
  artistId: albums.artistId,
  artists: artistsOfAlbum,
  year: albums.year,
  releaseDate: albums.releaseDate,
  originalDate: albums.originalDate,
  compilation: albums.compilation,
  label: albums.label,
  releaseTypes: albums.releaseTypes,
  mbid: albums.releaseMbid,
  coverId: albums.coverId,
};

export async function albumsWhere(
  orm: Orm,
  where: SQL | undefined,
  order: SQL[],
  page: Paging,
  includeWithdrawn?: boolean | undefined,
): Promise<Album[]> {
  const itsTracks = and(eq(tracks.albumId, albums.id), isShown(includeWithdrawn));
  return await orm
    .select({ ...albumColumns, trackCount: sql<number>`(select count(*)::int from ${tracks} where ${itsTracks})` })
    .from(albums)
    .innerJoin(artists, eq(artists.id, albums.artistId))
    .where(and(where, hasShownTracks(orm, includeWithdrawn)))
    .orderBy(...order)
    .offset(page.offset)
    .limit(page.limit);
}

/** Those that have tracks to show, in the order asked. */
export async function albumsByIds(orm: Orm, ids: readonly string[], includeWithdrawn?: boolean): Promise<Album[]> {
  if (ids.length === 0) return [];
  const page = { offset: 0, limit: ids.length };
  return inOrder(ids, await albumsWhere(orm, inArray(albums.id, [...new Set(ids)]), [], page, includeWithdrawn));
}

/** Those that have tracks or albums to show, in the order asked. */
export async function artistsByIds(orm: Orm, ids: readonly string[], includeWithdrawn?: boolean): Promise<Artist[]> {
  if (ids.length === 0) return [];
  const page = { offset: 0, limit: ids.length };
  return inOrder(ids, await artistsWhere(orm, inArray(artists.id, [...new Set(ids)]), [], page, includeWithdrawn));
}

/** Those of `ids` that were found, in their order. */
function inOrder<T extends { id: string }>(ids: readonly string[], found: readonly T[]): T[] {
  const byId = new Map(found.map((one) => [one.id, one]));
  return ids.flatMap((id) => byId.get(id) ?? []);
}

/** Of albums that have tracks that are shown. */
export function countAlbums(
  orm: Orm,
  where?: SQL | undefined,
  includeWithdrawn?: boolean | undefined,
): Promise<number> {
  return orm.$count(albums, and(where, hasShownTracks(orm, includeWithdrawn)));
}

/** Of an album: any of its tracks is shown. */
export function hasShownTracks(orm: Orm, includeWithdrawn?: boolean | undefined): SQL {
  const itsTracks = and(eq(tracks.albumId, albums.id), isShown(includeWithdrawn));
  return exists(orm.select({ one: sql`1` }).from(tracks).where(itsTracks));
}

/** Artists of tracks or of albums that are shown. */
export async function artistsWhere(
  orm: Orm,
  where: SQL | undefined,
  order: SQL[],
  page: Paging,
  includeWithdrawn?: boolean | undefined,
): Promise<Artist[]> {
  const shown = isShown(includeWithdrawn);
  const itsTracks = creditedTracks(orm, shown);
  const itsAlbums = ownAlbums(orm, shown);
  return await orm
    .select({
      id: artists.id,
      name: artists.name,
      sortName: artists.sortName,
      mbid: artists.mbid,
      albumCount: sql<number>`(select count(*)::int from (${itsAlbums}) as own)`,
      trackCount: sql<number>`(select count(*)::int from (${itsTracks}) as credited)`,
      coverId: sql<string | null>`coalesce(
        (select a.cover_id from ${albums} as a where a.id in ${itsAlbums} and a.cover_id is not null order by a.year desc nulls last, a.id limit 1),
        (select t.cover_id from ${tracks} as t where t.id in ${itsTracks} and t.cover_id is not null limit 1))`,
    })
    .from(artists)
    .where(and(where, hasShownMusic(orm, includeWithdrawn)))
    .orderBy(...order)
    .offset(page.offset)
    .limit(page.limit);
}

/** Of an artist: any of their tracks or albums is shown. */
export function hasShownMusic(orm: Orm, includeWithdrawn?: boolean | undefined): SQL | undefined {
  const shown = isShown(includeWithdrawn);
  return or(exists(creditedTracks(orm, shown)), exists(ownAlbums(orm, shown)));
}

/** Tracks that the artist of the outer query made or took part in. */
function creditedTracks(orm: Orm, shown: SQL | undefined) {
  return orm
    .selectDistinct({ id: tracks.id })
    .from(trackArtists)
    .innerJoin(tracks, eq(tracks.id, trackArtists.trackId))
    .where(and(eq(trackArtists.artistId, artists.id), ne(trackArtists.role, 'albumArtist'), shown));
}

/** Albums whose artist is that of the outer query. */
function ownAlbums(orm: Orm, shown: SQL | undefined) {
  const tracksOfAlbum = orm
    .select({ one: sql`1` })
    .from(tracks)
    .where(and(eq(tracks.albumId, albumArtists.albumId), shown));
  return orm
    .selectDistinct({ id: albumArtists.albumId })
    .from(albumArtists)
    .where(and(eq(albumArtists.artistId, artists.id), exists(tracksOfAlbum)));
}

/** Of artists that have tracks or albums that are shown. */
export function countArtists(orm: Orm, where?: SQL | undefined): Promise<number> {
  return orm.$count(artists, and(where, hasShownMusic(orm)));
}

type PageRequest = Paging & { id: string; includeWithdrawn?: boolean | undefined };

/** An album with a part of its tracks. @throws {EnxameError} `not_found` */
export async function albumPage(orm: Orm, { id, offset, limit, includeWithdrawn }: PageRequest) {
  const [album] = await albumsWhere(orm, eq(albums.id, id), [], { offset: 0, limit: 1 }, includeWithdrawn);
  if (album === undefined) throw new EnxameError('not_found', 'This album does not exist.');
  const where = and(eq(tracks.albumId, id), includeWithdrawn === true ? undefined : eq(tracks.withdrawn, false));
  const found = await selectTracks(orm)
    .where(where)
    .orderBy(asc(tracks.discNo), asc(tracks.trackNo), asc(tracks.mediaKey))
    .offset(offset)
    .limit(limit);
  const [genres] = await orm.select({ genres: genresOfAlbum }).from(albums).where(eq(albums.id, id));
  const total = await orm.$count(tracks, where);
  return { album: { ...album, genres: genres?.genres ?? [] }, tracks: found, total };
}

/**
 * An artist with a part of the albums they made or are heard on, and the same part of their tracks.
 * @throws {EnxameError} `not_found`
 */
export async function artistPage(orm: Orm, { id, offset, limit, includeWithdrawn }: PageRequest) {
  const [artist] = await artistsWhere(orm, eq(artists.id, id), [], { offset: 0, limit: 1 }, includeWithdrawn);
  if (artist === undefined) throw new EnxameError('not_found', 'This artist does not exist.');
  const credited = orm
    .select({ id: tracks.albumId })
    .from(trackArtists)
    .innerJoin(tracks, eq(tracks.id, trackArtists.trackId))
    .where(eq(trackArtists.artistId, id));
  const own = orm.select({ id: albumArtists.albumId }).from(albumArtists).where(eq(albumArtists.artistId, id));
  // As the page sorts them within its parts (discography.ts).
  const date = sql`coalesce(${albums.originalDate}, ${albums.releaseDate}, lpad(${albums.year}::text, 4, '0'))`;
  const order = [sql`${date} desc nulls last`, asc(albums.titleKey), asc(albums.id)];
  const page = { offset, limit };
  const credits = orm
    .select({ id: trackArtists.trackId })
    .from(trackArtists)
    .where(and(eq(trackArtists.artistId, id), ne(trackArtists.role, 'albumArtist')));
  const itsTracks = and(inArray(tracks.id, credits), isShown(includeWithdrawn));
  const found = await selectTracks(orm)
    .where(itsTracks)
    .orderBy(
      sql`${albums.year} desc nulls last`,
      asc(albums.titleKey),
      asc(tracks.discNo),
      asc(tracks.trackNo),
      asc(tracks.mediaKey),
    )
    .offset(offset)
    .limit(limit);
  const ofArtist = or(inArray(albums.id, own), inArray(albums.id, credited));
  const itsAlbums = await albumsWhere(orm, ofArtist, order, page, includeWithdrawn);
  const roles = await rolesOnAlbums(
    orm,
    id,
    itsAlbums.map((album) => album.id),
  );
  const withRoles: ArtistsAlbum[] = itsAlbums.map((album) => ({ ...album, roles: roles.get(album.id) ?? [] }));
  return {
    artist,
    albums: withRoles,
    albumTotal: await countAlbums(orm, ofArtist, includeWithdrawn),
    tracks: found,
    trackTotal: await orm.$count(tracks, itsTracks),
  };
}

export async function summary(orm: Orm) {
  const [row] = await orm
    .select({
      tracks: sql<number>`count(*)::int`,
      bytes: sql<number>`coalesce(sum(${tracks.size}), 0)::float8`,
      withdrawn: sql<number>`(count(*) filter (where ${tracks.withdrawn}))::int`,
    })
    .from(tracks)
    .where(eq(tracks.missing, false));
  return {
    tracks: row?.tracks ?? 0,
    bytes: row?.bytes ?? 0,
    withdrawn: row?.withdrawn ?? 0,
    albums: await countAlbums(orm),
    artists: await countArtists(orm),
  };
}
