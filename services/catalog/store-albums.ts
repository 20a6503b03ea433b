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
  const added = new Set(rows.map((row) => row.id));
  if (rows.length > 0) await tx.insert(albums).values(rows);
  await creditAlbums(tx, byGroup, ids, artistIds, added);
  await updateAlbums(tx, byGroup, ids, artistIds, added);
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
  const { artists: _artists, ...album } = names.album;
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

/** Gives albums the artists that tags name; a new one without any, that of its file until all of them are read (tidy.ts). */
async function creditAlbums(
  tx: Orm,
  byGroup: ReadonlyMap<string, AlbumFile>,
  ids: ReadonlyMap<string, string>,
  artistIds: ReadonlyMap<string, string>,
  added: ReadonlySet<string>,
): Promise<void> {
  // Two groups may be of one album, where an import put them together: the first of them speaks for it.
  const byAlbum = new Map([...byGroup].map(([group, file]) => [ids.get(group) ?? '', file] as const).toReversed());
  const rows = [...byAlbum].flatMap(([albumId, { names }]) => {
    const tagged = names.credits.filter(({ role }) => role === 'albumArtist');
    const credited = tagged.length > 0 ? tagged : added.has(albumId) ? names.credits.slice(0, 1) : [];
    const found = credited.flatMap((credit) => artistIds.get(artistKey(credit)) ?? []);
    return [...new Set(found)].map((artistId, position) => ({ albumId, position, artistId }));
  });
  if (rows.length === 0) return;
  await tx.delete(albumArtists).where(
    inArray(
      albumArtists.albumId,
      rows.map((row) => row.albumId),
    ),
  );
  await tx.insert(albumArtists).values(rows);
}

/** Albums that were known follow the tags of their files: the letters of a title, a year, a label. */
async function updateAlbums(
  tx: Orm,
  byGroup: ReadonlyMap<string, AlbumFile>,
  ids: ReadonlyMap<string, string>,
  artistIds: ReadonlyMap<string, string>,
  added: ReadonlySet<string>,
): Promise<void> {
  for (const [group, file] of byGroup) {
    const id = ids.get(group);
    if (id === undefined || added.has(id)) continue;
    const {
      id: _id,
      coverId: _cover,
      artistId,
      year,
      releaseDate,
      artistGuessed,
      ...facts
    } = newAlbum(file, artistIds);
    const dated = year === null ? {} : { year, releaseDate };
    const credited = artistGuessed ? {} : { artistId, artistGuessed };
    await tx
      .update(albums)
      .set({ ...facts, ...dated, ...credited })
      .where(eq(albums.id, id));
  }
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
