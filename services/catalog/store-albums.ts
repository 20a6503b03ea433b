import { and, asc, eq, inArray, isNotNull, isNull, notExists, sql } from 'drizzle-orm';
import { alias } from 'drizzle-orm/pg-core';
import { newId } from '@/lib/contracts/ids';
import type { Orm } from '@/lib/database/database';
import { artistKey } from './artists';
import type { Names } from './naming';
import { albumArtists, albums, tracks } from './schema';
import { normalise } from './text';

/** A file, as far as its album is concerned. */
interface AlbumFile {
  mediaKey: string;
  names: Names;
  coverId: string | null;
}

/**
 * Sees to it that the albums of these files are in the catalogue. What an album is called is settled at the end of the import, when all of
 * its files are read (tidy.ts).
 * @returns albums by group
 */
export async function storeAlbums(
  tx: Orm,
  files: readonly AlbumFile[],
  artistIds: ReadonlyMap<string, string>,
): Promise<Map<string, string>> {
  const byGroup = new Map<string, AlbumFile>();
  for (const file of files) {
    const first = byGroup.get(file.names.albumGroup);
    if (first === undefined || (first.coverId === null && file.coverId !== null))
      byGroup.set(file.names.albumGroup, file);
  }
  const ids = await albumsOfGroups(tx, [...byGroup.keys()]);
  await adoptOldAlbums(tx, files, ids);
  const unknown = [...byGroup].filter(([group]) => !ids.has(group)).sort(([a], [b]) => (a < b ? -1 : 1));
  const rows = unknown.map(([group, file]) => {
    const row = newAlbum(file, artistIds);
    ids.set(group, row.id);
    return row;
  });
  if (rows.length > 0) {
    await tx.insert(albums).values(rows);
    await tx.insert(albumArtists).values(rows.map(({ id, artistId }) => ({ albumId: id, position: 0, artistId })));
  }
  await coverAlbums(tx, byGroup, ids);
  return ids;
}

async function albumsOfGroups(tx: Orm, groups: string[]): Promise<Map<string, string>> {
  const rows = await tx
    .selectDistinctOn([tracks.albumGroup], { group: tracks.albumGroup, id: tracks.albumId })
    .from(tracks)
    .where(inArray(tracks.albumGroup, groups))
    .orderBy(asc(tracks.albumGroup), asc(tracks.missing), asc(tracks.albumId));
  return new Map(rows.flatMap(({ group, id }) => (group === null ? [] : [[group, id]])));
}

/** An album from before update 0006 stays the one that the first of its files to be read anew belongs to. */
async function adoptOldAlbums(tx: Orm, files: readonly AlbumFile[], ids: Map<string, string>): Promise<void> {
  const unknown = new Map(
    files.flatMap(({ mediaKey, names }) => (ids.has(names.albumGroup) ? [] : [[mediaKey, names.albumGroup]])),
  );
  if (unknown.size === 0) return;
  const reread = alias(tracks, 'reread');
  const taken = tx
    .select({ one: sql`1` })
    .from(reread)
    .where(and(eq(reread.albumId, tracks.albumId), isNotNull(reread.albumGroup)));
  const old = await tx
    .select({ mediaKey: tracks.mediaKey, albumId: tracks.albumId })
    .from(tracks)
    .where(and(inArray(tracks.mediaKey, [...unknown.keys()]), isNull(tracks.albumGroup), notExists(taken)))
    .orderBy(asc(tracks.mediaKey));
  const adopted = new Set<string>();
  for (const { mediaKey, albumId } of old) {
    const group = unknown.get(mediaKey);
    if (group === undefined || ids.has(group) || adopted.has(albumId)) continue;
    ids.set(group, albumId);
    adopted.add(albumId);
  }
}

function newAlbum({ names, coverId }: AlbumFile, artistIds: ReadonlyMap<string, string>): typeof albums.$inferInsert {
  const { album } = names;
  const [first] = [...names.credits.filter(({ role }) => role === 'albumArtist'), ...names.credits];
  const artistId = first && artistIds.get(artistKey(first));
  if (artistId === undefined) throw new Error('an artist was not stored before the album');
  return {
    id: newId(),
    ...album,
    titleKey: normalise(album.title),
    sortKey: normalise(album.sortTitle ?? album.title),
    artistId,
    artistGuessed: names.albumArtistGuessed,
    year: names.year,
    coverId,
  };
}

/** Albums without a cover get that of their files. */
async function coverAlbums(
  tx: Orm,
  byGroup: ReadonlyMap<string, AlbumFile>,
  ids: ReadonlyMap<string, string>,
): Promise<void> {
  const covers = [...byGroup].flatMap(([group, { coverId }]) =>
    coverId === null ? [] : [{ id: ids.get(group), coverId }],
  );
  if (covers.length === 0) return;
  await tx.execute(sql`
    update ${albums} as a set cover_id = given."coverId"
    from jsonb_to_recordset(${JSON.stringify(covers)}::jsonb) as given(id text, "coverId" text)
    where a.id = given.id and a.cover_id is null`);
}
