import { and, asc, eq, inArray, isNotNull, notExists, type SQL, sql } from 'drizzle-orm';
import { inTransaction, type Orm } from '@/lib/database/database';
import { artistKey, storeArtists } from './artists';
import { whileSorting, whileStoring } from './names-lock';
import { commonArtist } from './naming';
import { albumArtists, albums, artists, covers, genres, trackArtists, trackGenres, tracks } from './schema';

/** Albums looked at in one query. */
const BATCH = 200;

/** Gives albums that no tag names an artist for the one that their tracks agree on. */
export async function nameGuessedAlbums(orm: Orm, albumIds: readonly string[]): Promise<void> {
  for (let i = 0; i < albumIds.length; i += BATCH) {
    const rows = await orm
      .selectDistinct({ id: albums.id, artistId: albums.artistId, name: artists.name })
      .from(albums)
      .innerJoin(tracks, eq(tracks.albumId, albums.id))
      .innerJoin(artists, eq(artists.id, tracks.artistId))
      .where(and(inArray(albums.id, albumIds.slice(i, i + BATCH)), eq(albums.artistGuessed, true)))
      .orderBy(asc(artists.name));
    const byAlbum = new Map<string, { was: string; artists: string[] }>();
    for (const { id, artistId, name } of rows) {
      const album = byAlbum.get(id) ?? { was: artistId, artists: [] };
      album.artists.push(name);
      byAlbum.set(id, album);
    }
    const wanted = [...byAlbum].map(([id, { was, artists }]) => ({ id, was, artist: commonArtist(artists) }));
    if (wanted.length === 0) continue;
    await inTransaction(orm, async (tx) => {
      await whileStoring(tx);
      const named = wanted.map(({ artist }) => ({ name: artist, sortName: null, mbid: null }));
      const ids = await storeArtists(tx, named);
      for (const album of wanted) {
        const artistId = ids.get(artistKey({ name: album.artist, mbid: null }));
        if (artistId === undefined || artistId === album.was) continue;
        await tx.update(albums).set({ artistId }).where(eq(albums.id, album.id));
        await tx.delete(albumArtists).where(eq(albumArtists.albumId, album.id));
        await tx.insert(albumArtists).values({ albumId: album.id, position: 0, artistId });
      }
    });
  }
}

/** Of an artist: nothing names it. */
export function isUncredited(orm: Orm): SQL | undefined {
  return and(
    notExists(orm.select({ one: sql`1` }).from(trackArtists).where(eq(trackArtists.artistId, artists.id))),
    notExists(orm.select({ one: sql`1` }).from(albumArtists).where(eq(albumArtists.artistId, artists.id))),
    notExists(orm.select({ one: sql`1` }).from(tracks).where(eq(tracks.artistId, artists.id))),
    notExists(orm.select({ one: sql`1` }).from(albums).where(eq(albums.artistId, artists.id))),
  );
}

/** Albums, artists, genres and covers that nothing names any more, after tags were changed. Tracks are kept for ever. */
export async function dropOrphans(orm: Orm): Promise<void> {
  const none = sql`1`;
  const drop = async (table: typeof albums | typeof artists | typeof genres, unnamed: SQL | undefined) => {
    // One after the other, so that PGlite is not held for all of them.
    await inTransaction(orm, async (tx) => {
      await whileSorting(tx);
      await tx.delete(table).where(unnamed);
    });
  };
  await drop(albums, notExists(orm.select({ none }).from(tracks).where(eq(tracks.albumId, albums.id))));
  await drop(artists, isUncredited(orm));
  await drop(genres, notExists(orm.select({ none }).from(trackGenres).where(eq(trackGenres.genreId, genres.id))));
  const ofATrack = sql`(select t.cover_id from ${tracks} t where t.album_id = ${albums.id} and t.cover_id is not null
    order by t.disc_no, t.track_no, t.path limit 1)`;
  const isNoTracks = notExists(
    orm
      .select({ one: sql`1` })
      .from(tracks)
      .where(and(eq(tracks.albumId, albums.id), eq(tracks.coverId, albums.coverId))),
  );
  await orm
    .update(albums)
    .set({ coverId: ofATrack })
    .where(and(isNotNull(albums.coverId), isNoTracks));
  await orm
    .delete(covers)
    .where(notExists(orm.select({ one: sql`1` }).from(tracks).where(eq(tracks.coverId, covers.id))));
}
