import { and, asc, eq, exists, inArray, or, type SQL, sql } from 'drizzle-orm';
import type { Album, Artist, Track } from '@/lib/contracts/catalog';
import { EnxameError } from '@/lib/contracts/errors';
import type { Orm } from '@/lib/database/database';
import { albums, artists, tracks, versions } from './schema';

export interface Paging {
  offset: number;
  limit: number;
}

/** Tracks on one artist's or album's page. */
const MAX_TRACKS = 500;
const MAX_ALBUMS = 200;

/** What lists show: neither missing files nor, but to administrators, withdrawn tracks. */
export function isShown(includeWithdrawn: boolean | undefined): SQL | undefined {
  return includeWithdrawn === true
    ? eq(tracks.missing, false)
    : and(eq(tracks.missing, false), eq(tracks.withdrawn, false));
}

const trackColumns = {
  id: tracks.id,
  title: tracks.title,
  artist: artists.name,
  artistId: tracks.artistId,
  album: albums.title,
  albumId: tracks.albumId,
  trackNo: tracks.trackNo,
  discNo: tracks.discNo,
  durationS: tracks.durationS,
  coverId: sql<string | null>`coalesce(${tracks.coverId}, ${albums.coverId})`,
  mime: tracks.mime,
  withdrawn: tracks.withdrawn,
  missing: tracks.missing,
  gain: tracks.gain,
};

/** To be narrowed by `where` and more. `extra` columns come with each track. */
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
      track: trackColumns,
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

/** @param order without it: by artist, then year */
export async function albumsWhere(
  orm: Orm,
  where: SQL | undefined,
  order: SQL[],
  page: Paging,
  includeWithdrawn?: boolean | undefined,
): Promise<Album[]> {
  const itsTracks = and(eq(tracks.albumId, albums.id), isShown(includeWithdrawn));
  return await orm
    .select({
      id: albums.id,
      title: albums.title,
      artist: artists.name,
      artistId: albums.artistId,
      year: albums.year,
      coverId: albums.coverId,
      trackCount: sql<number>`(select count(*)::int from ${tracks} where ${itsTracks})`,
    })
    .from(albums)
    .innerJoin(artists, eq(artists.id, albums.artistId))
    .where(and(where, exists(orm.select({ one: sql`1` }).from(tracks).where(itsTracks))))
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

function inOrder<T extends { id: string }>(ids: readonly string[], found: readonly T[]): T[] {
  const byId = new Map(found.map((one) => [one.id, one]));
  return ids.flatMap((id) => byId.get(id) ?? []);
}

export const byArtistAndYear = [asc(artists.key), asc(albums.year), asc(albums.titleKey), asc(albums.id)];

export function countAlbums(orm: Orm): Promise<number> {
  return countDistinct(orm, sql`${tracks.albumId}`);
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
  const itsTracks = and(eq(tracks.artistId, artists.id), shown);
  const ofAlbum = exists(
    orm
      .select({ one: sql`1` })
      .from(tracks)
      .where(and(eq(tracks.albumId, albums.id), shown)),
  );
  const itsAlbums = and(eq(albums.artistId, artists.id), ofAlbum);
  return await orm
    .select({
      id: artists.id,
      name: artists.name,
      albumCount: sql<number>`(select count(*)::int from ${albums} where ${itsAlbums})`,
      trackCount: sql<number>`(select count(*)::int from ${tracks} where ${itsTracks})`,
      coverId: sql<string | null>`coalesce(
        (select ${albums.coverId} from ${albums} where ${itsAlbums} and ${albums.coverId} is not null order by ${albums.year} desc nulls last limit 1),
        (select ${tracks.coverId} from ${tracks} where ${itsTracks} and ${tracks.coverId} is not null limit 1))`,
    })
    .from(artists)
    .where(
      and(
        where,
        or(
          exists(orm.select({ one: sql`1` }).from(tracks).where(itsTracks)),
          exists(orm.select({ one: sql`1` }).from(albums).where(itsAlbums)),
        ),
      ),
    )
    .orderBy(...order)
    .offset(page.offset)
    .limit(page.limit);
}

export const byName = [asc(artists.key)];

/** Those that have tracks or albums of their own. */
export async function countArtists(orm: Orm): Promise<number> {
  const shown = isShown(false);
  const ofTracks = orm.select({ id: tracks.artistId }).from(tracks).where(shown);
  const ofAlbums = orm
    .select({ id: albums.artistId })
    .from(albums)
    .where(
      exists(
        orm
          .select({ one: sql`1` })
          .from(tracks)
          .where(and(eq(tracks.albumId, albums.id), shown)),
      ),
    );
  const [row] = await orm.select({ count: sql<number>`count(*)::int` }).from(ofTracks.union(ofAlbums).as('any_artist'));
  return row?.count ?? 0;
}

/** @throws {EnxameError} `not_found` */
export async function albumPage(orm: Orm, id: string, includeWithdrawn?: boolean | undefined) {
  const [album] = await albumsWhere(orm, eq(albums.id, id), [], { offset: 0, limit: 1 }, includeWithdrawn);
  if (album === undefined) throw new EnxameError('not_found', 'This album does not exist.');
  const shown = includeWithdrawn === true ? undefined : eq(tracks.withdrawn, false);
  const found = await selectTracks(orm)
    .where(and(eq(tracks.albumId, id), shown))
    .orderBy(asc(tracks.discNo), asc(tracks.trackNo), asc(tracks.mediaKey))
    .limit(MAX_TRACKS);
  return { album, tracks: found };
}

/** An artist with the albums they made or are heard on. @throws {EnxameError} `not_found` */
export async function artistPage(orm: Orm, id: string, includeWithdrawn?: boolean | undefined) {
  const [artist] = await artistsWhere(orm, eq(artists.id, id), [], { offset: 0, limit: 1 }, includeWithdrawn);
  if (artist === undefined) throw new EnxameError('not_found', 'This artist does not exist.');
  const isHeard = exists(
    orm
      .select({ one: sql`1` })
      .from(tracks)
      .where(and(eq(tracks.albumId, albums.id), eq(tracks.artistId, id))),
  );
  const order = [sql`${albums.year} desc nulls last`, asc(albums.titleKey), asc(albums.id)];
  const page = { offset: 0, limit: MAX_ALBUMS };
  const found = await selectTracks(orm)
    .where(and(eq(tracks.artistId, id), isShown(includeWithdrawn)))
    .orderBy(
      sql`${albums.year} desc nulls last`,
      asc(albums.titleKey),
      asc(tracks.discNo),
      asc(tracks.trackNo),
      asc(tracks.mediaKey),
    )
    .limit(MAX_TRACKS);
  return {
    artist,
    albums: await albumsWhere(orm, or(eq(albums.artistId, id), isHeard), order, page, includeWithdrawn),
    tracks: found,
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

async function countDistinct(orm: Orm, column: SQL): Promise<number> {
  const [row] = await orm
    .select({ count: sql<number>`count(distinct ${column})::int` })
    .from(tracks)
    .where(isShown(false));
  return row?.count ?? 0;
}
