import { asc, inArray } from 'drizzle-orm';
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
 * Finds or adds an album for each of these files. Which files make an album, and what it is called, is settled at the end of the import, when
 * all of them are read (albums/settle.ts); until then, tracks that are known stay in their albums.
 * @returns albums by the files' keys
 */
export async function storeAlbums(
  tx: Orm,
  files: readonly AlbumFile[],
  artistIds: ReadonlyMap<string, string>,
): Promise<Map<string, string>> {
  const known = await tx
    .select({ mediaKey: tracks.mediaKey, albumId: tracks.albumId })
    .from(tracks)
    .where(
      inArray(
        tracks.mediaKey,
        files.map(({ mediaKey }) => mediaKey),
      ),
    );
  const ids = new Map(known.map(({ mediaKey, albumId }) => [mediaKey, albumId]));
  const fresh = files.filter(({ mediaKey }) => !ids.has(mediaKey));
  const byGroup = await albumsOfGroups(tx, [...new Set(fresh.map(({ names }) => names.albumGroup))]);
  for (const { mediaKey, names } of files) {
    const albumId = ids.get(mediaKey);
    if (albumId !== undefined && !byGroup.has(names.albumGroup)) byGroup.set(names.albumGroup, albumId);
  }
  await addAlbums(tx, fresh, byGroup, artistIds);
  for (const { mediaKey, names } of fresh) ids.set(mediaKey, byGroup.get(names.albumGroup) ?? '');
  await tx
    .update(albums)
    .set({ unsettled: true })
    .where(inArray(albums.id, [...new Set(ids.values())]));
  return ids;
}

async function albumsOfGroups(tx: Orm, groups: string[]): Promise<Map<string, string>> {
  if (groups.length === 0) return new Map();
  const rows = await tx
    .selectDistinctOn([tracks.albumGroup], { group: tracks.albumGroup, id: tracks.albumId })
    .from(tracks)
    .where(inArray(tracks.albumGroup, groups))
    .orderBy(asc(tracks.albumGroup), asc(tracks.missing), asc(tracks.albumId));
  return new Map(rows.flatMap(({ group, id }) => (group === null ? [] : [[group, id]])));
}

/** Adds an album for each group that has none. @param byGroup gets their ids */
async function addAlbums(
  tx: Orm,
  files: readonly AlbumFile[],
  byGroup: Map<string, string>,
  artistIds: ReadonlyMap<string, string>,
): Promise<void> {
  const wanted = new Map<string, AlbumFile>();
  for (const file of files) {
    const { albumGroup } = file.names;
    if (byGroup.has(albumGroup)) continue;
    const first = wanted.get(albumGroup);
    if (first === undefined || (first.coverId === null && file.coverId !== null)) wanted.set(albumGroup, file);
  }
  if (wanted.size === 0) return;
  const added = [...wanted].map(([group, { names, coverId }]) => {
    const tagged = names.credits.filter(({ role }) => role === 'albumArtist');
    // No tag names any: the track's, until all of them are read.
    const credited = tagged.length > 0 ? tagged : names.credits.slice(0, 1);
    const artists = [...new Set(credited.flatMap((credit) => artistIds.get(artistKey(credit)) ?? []))];
    const [artistId] = artists;
    if (artistId === undefined) throw new Error('an artist was not stored before the album');
    const { artists: _names, folder: _folder, ...facts } = names.album;
    const id = newId();
    byGroup.set(group, id);
    const row: typeof albums.$inferInsert = {
      id,
      ...facts,
      titleKey: normalise(facts.title),
      sortKey: normalise(facts.sortTitle ?? facts.title),
      artistId,
      artistGuessed: names.albumArtistGuessed,
      year: names.year,
      coverId,
      addedAt: Date.now(),
    };
    return { row, artists };
  });
  await tx.insert(albums).values(added.map(({ row }) => row));
  await tx
    .insert(albumArtists)
    .values(
      added.flatMap(({ row, artists }) =>
        artists.map((artistId, position) => ({ albumId: row.id, position, artistId })),
      ),
    );
}
