/** Albums of the home page. Each shelf is short, and costs little however large the library is. */
import { and, asc, eq, inArray, type SQL, sql } from 'drizzle-orm';
import type { Album, Track } from '@/lib/contracts/catalog';
import type { BegunAlbum } from '@/lib/contracts/shelves';
import type { Orm } from '@/lib/database/database';
import { albumsByIds, hasShownTracks, isShown, tracksByIds } from './browse';
import { shuffled } from './lists';
import { albums, tracks } from './schema';

/** So many tracks of an album make it one that was begun: of a playlist one hears one of many albums. */
const BEGUN_TRACKS = 2;
/** The newest tracks that are looked at for the newest albums: an album may have many. */
const NEWEST_TRACKS = 2_000;

/** Albums drawn for each that is shown: some may have no tracks left. */
const DRAWN_FOR_ONE = 20;

export interface ShelvesRequest {
  /** Tracks that the listener heard, the last one first. */
  heard: readonly string[];
  limit: number;
  seed: number;
}

export async function albumShelves(orm: Orm, { heard, limit, seed }: ShelvesRequest) {
  const [begun, added, random, sameYear] = await Promise.all([
    begunAlbums(orm, heard, limit),
    newestAlbums(orm, limit),
    someAlbums(orm, undefined, limit, seed),
    albumsOfYear(orm, heard, limit, seed),
  ]);
  return { begun, added, random, sameYear };
}

/** Of these tracks those that are shown in lists, in the order asked. */
export async function shownTracks(orm: Orm, ids: readonly string[]): Promise<Track[]> {
  return (await tracksByIds(orm, ids)).filter((track) => !track.missing && !track.withdrawn);
}

interface HeardOf {
  albumId: string;
  trackId: string;
}

/**
 * Albums of which several tracks were heard, the last of them not the album's last: and where to go on.
 * @param heard the last one first
 */
export function begun(heard: readonly HeardOf[], tracksOf: ReadonlyMap<string, readonly string[]>) {
  const byAlbum = new Map<string, string[]>();
  for (const { albumId, trackId } of heard) {
    const tracks = byAlbum.get(albumId);
    if (tracks === undefined) byAlbum.set(albumId, [trackId]);
    else if (!tracks.includes(trackId)) tracks.push(trackId);
  }
  return [...byAlbum].flatMap(([albumId, [last = '', ...others]]) => {
    const all = tracksOf.get(albumId) ?? [];
    const next = all.indexOf(last) + 1;
    const trackId = all[next];
    if (others.length + 1 < BEGUN_TRACKS || next === 0 || trackId === undefined) return [];
    return [{ albumId, trackId, position: next + 1 }];
  });
}

async function begunAlbums(orm: Orm, heard: readonly string[], limit: number): Promise<BegunAlbum[]> {
  if (heard.length === 0) return [];
  const found = await orm
    .select({ trackId: tracks.id, albumId: tracks.albumId })
    .from(tracks)
    .where(inArray(tracks.id, [...heard]));
  const albumOf = new Map(found.map(({ trackId, albumId }) => [trackId, albumId]));
  const inOrder = heard.flatMap((trackId) => {
    const albumId = albumOf.get(trackId);
    return albumId === undefined ? [] : [{ trackId, albumId }];
  });
  const several = [...new Set(inOrder.map(({ albumId }) => albumId))].filter(
    (id) => inOrder.filter(({ albumId }) => albumId === id).length >= BEGUN_TRACKS,
  );
  if (several.length === 0) return [];
  const rows = await orm
    .select({ albumId: tracks.albumId, id: tracks.id })
    .from(tracks)
    .where(and(inArray(tracks.albumId, several), isShown(false)))
    .orderBy(asc(tracks.discNo), asc(tracks.trackNo), asc(tracks.mediaKey));
  const tracksOf = new Map<string, string[]>();
  for (const { albumId, id } of rows) tracksOf.set(albumId, [...(tracksOf.get(albumId) ?? []), id]);
  const shelf = begun(inOrder, tracksOf).slice(0, limit);
  const known = await albumsByIds(
    orm,
    shelf.map(({ albumId }) => albumId),
  );
  const byId = new Map(known.map((album) => [album.id, album]));
  return shelf.flatMap(({ albumId, trackId, position }) => {
    const album = byId.get(albumId);
    return album === undefined ? [] : [{ album, trackId, position }];
  });
}

async function newestAlbums(orm: Orm, limit: number): Promise<Album[]> {
  const newest = orm
    .select({ albumId: tracks.albumId, addedAt: tracks.addedAt })
    .from(tracks)
    .where(isShown(false))
    // As the index has it.
    .orderBy(sql`${tracks.addedAt} desc nulls first`, asc(tracks.mediaKey))
    .limit(NEWEST_TRACKS)
    .as('newest');
  const rows = await orm
    .select({ id: newest.albumId })
    .from(newest)
    .groupBy(newest.albumId)
    .orderBy(sql`max(${newest.addedAt}) desc`, asc(newest.albumId))
    .limit(limit);
  return albumsByIds(
    orm,
    rows.map(({ id }) => id),
  );
}

/** Albums by chance: the same for the same seed. */
async function someAlbums(orm: Orm, where: SQL | undefined, limit: number, seed: number): Promise<Album[]> {
  const drawn = orm
    .select({ id: albums.id })
    .from(albums)
    .where(where)
    .orderBy(shuffled(albums.id, seed))
    .limit(limit * DRAWN_FOR_ONE)
    .as('drawn');
  const rows = await orm
    .select({ id: albums.id })
    .from(drawn)
    .innerJoin(albums, eq(albums.id, drawn.id))
    .where(hasShownTracks(orm))
    .orderBy(shuffled(albums.id, seed))
    .limit(limit);
  return albumsByIds(
    orm,
    rows.map(({ id }) => id),
  );
}

async function albumsOfYear(orm: Orm, heard: readonly string[], limit: number, seed: number) {
  const [last] = heard;
  if (last === undefined) return null;
  const [of] = await orm
    .select({ year: albums.year, albumId: albums.id })
    .from(tracks)
    .innerJoin(albums, eq(albums.id, tracks.albumId))
    .where(eq(tracks.id, last));
  if (of === undefined || of.year === null) return null;
  const others = sql`${albums.id} <> ${of.albumId}`;
  return { year: of.year, albums: await someAlbums(orm, and(eq(albums.year, of.year), others), limit, seed) };
}
