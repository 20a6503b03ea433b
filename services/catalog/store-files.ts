import { and, eq, inArray, isNull, notExists, or, sql } from 'drizzle-orm';
import type { TrackGain } from '@/lib/contracts/catalog';
import { newId } from '@/lib/contracts/ids';
import type { Lyrics } from '@/lib/contracts/lyrics';
import { inTransaction, type Orm } from '@/lib/database/database';
import { artistKey, storeArtists } from './artists';
import { imports } from './import-schema';
import { gainOf, saysEnough } from './loudness/gains';
import { storeLyrics } from './lyrics/store';
import type { Move } from './moved/find-moved';
import { whileStoring } from './names-lock';
import type { Names } from './naming';
import { albums, covers, TAG_READER, tracks, versions } from './schema';
import { storeAlbums } from './store-albums';
import { storeCredits, storeGenres } from './store-credits';
import { currentSplits, nameFiles, storeTags } from './tag-edits/store-tags';
import type { Tags } from './tag-values';
import { normalise, searchText } from './text';
import { type FileState, isSameState, makeVersion, retireVersions } from './versions';

/** A file whose tags were read. */
export interface ReadFile extends FileState {
  mediaKey: string;
  folder: string;
  tags: Tags;
  /** Names from the imported folder's own down to the file's. */
  path: readonly string[];
  /** As its tags say. */
  gain: TrackGain;
  durationS: number;
  mime: string;
  coverId: string | null;
  /** What it is known again by elsewhere; null: it has no sound to tell. */
  audioHash: string | null;
  /** State of the picture beside it; null: there is none. */
  pictureFile: string | null;
  lyrics: Lyrics | null;
  /** State of the lyrics file beside it; null: there is none. */
  lyricsFile: string | null;
}
/** One that the catalogue has a name for. */
type NamedFile = ReadFile & { names: Names };
export type NewCover = Pick<typeof covers.$inferInsert, 'id' | 'small' | 'source'>;

/**
 * Files and their covers into the catalogue, in one short transaction: PGlite has one connection, which it holds.
 * @param context.hold keeps the folder that the files are of in the library until the transaction has ended, or throws
 * @param moves known tracks whose files are among these, in another place than before
 * @returns how many files are new and how many are known but changed, and which tracks were moved
 */
export async function storeFiles(
  orm: Orm,
  context: { masterKey: Buffer; importId: string | null; hold: (tx: Orm) => Promise<void> },
  read: readonly ReadFile[],
  newCovers: readonly NewCover[],
  moves: readonly Move[] = [],
): Promise<{ added: number; changed: number; moved: string[] }> {
  return await inTransaction(orm, async (tx) => {
    await context.hold(tx);
    const splits = await currentSplits(tx);
    await whileStoring(tx);
    const moved = await moveTracks(tx, moves, read);
    const files = await nameFiles(tx, read, splits);
    if (newCovers.length > 0)
      await tx
        .insert(covers)
        .values([...newCovers])
        .onConflictDoNothing();
    const artistIds = await storeArtists(
      tx,
      files.flatMap(({ names }) => names.credits),
    );
    const albumIds = await storeAlbums(tx, files, artistIds);
    await markGainsDue(tx, files, albumIds);
    const stored = await storeTracks(tx, files, artistIds, albumIds);
    const byKey = new Map(files.map((file) => [file.mediaKey, file]));
    const known = stored.flatMap(({ id, mediaKey }) => {
      const file = byKey.get(mediaKey);
      return file === undefined ? [] : [{ trackId: id, file }];
    });
    await storeTags(
      tx,
      known.map(({ trackId, file: { tags, path } }) => ({ trackId, tags, path })),
    );
    await storeLyrics(
      tx,
      known.map(({ trackId, file }) => ({ trackId, lyrics: file.lyrics })),
    );
    await storeCredits(
      tx,
      known.map(({ trackId, file }) => ({ trackId, credits: file.names.credits })),
      artistIds,
    );
    await storeGenres(
      tx,
      known.map(({ trackId, file }) => ({ trackId, genres: file.names.genres })),
    );
    const made = await renewVersions(tx, context, files, stored);
    if (made > 0 && context.importId !== null)
      await tx
        .update(imports)
        .set({ toSeal: sql`${imports.toSeal} + ${made}` })
        .where(eq(imports.id, context.importId));
    const added = stored.filter((track) => track.isNew).length;
    return { added, changed: stored.length - added - moved.length, moved };
  });
}

/** Gives tracks the place of their files; what else changed with it is stored as for any known file. @returns ids of the tracks */
async function moveTracks(tx: Orm, moves: readonly Move[], files: readonly ReadFile[]): Promise<string[]> {
  const moved: string[] = [];
  for (const { trackId, from, to } of moves) {
    const folderKey = files.find(({ mediaKey }) => mediaKey === to)?.folder;
    if (folderKey === undefined) continue;
    // Another import of the same files may have been first.
    const isFree = notExists(tx.select({ one: sql`1` }).from(tracks).where(eq(tracks.mediaKey, to)));
    const rows = await tx
      .update(tracks)
      .set({ mediaKey: to, folderKey })
      .where(and(eq(tracks.id, trackId), eq(tracks.mediaKey, from), isFree))
      .returning({ id: tracks.id });
    moved.push(...rows.map(({ id }) => id));
  }
  return moved;
}

/** An album whose tracks changed has other gains. New albums that are fully tagged have theirs already. */
async function markGainsDue(tx: Orm, files: readonly NamedFile[], albumIds: Map<string, string>): Promise<void> {
  const keys = files.map((file) => file.mediaKey);
  const before = tx.select({ id: tracks.albumId }).from(tracks).where(inArray(tracks.mediaKey, keys));
  const untagged = files.filter((file) => !saysEnough(file.gain)).map((file) => idOf(albumIds, file.mediaKey));
  await tx
    .update(albums)
    .set({ gainsDue: true })
    .where(or(inArray(albums.id, before), inArray(albums.id, [...new Set(untagged)])));
}

async function storeTracks(
  tx: Orm,
  files: readonly NamedFile[],
  artistIds: Map<string, string>,
  albumIds: Map<string, string>,
) {
  const now = Date.now();
  const rows = files.map((file) => {
    const { names } = file;
    return {
      id: newId(),
      mediaKey: file.mediaKey,
      folderKey: file.folder,
      ...namesOfTrack(names, artistIds, idOf(albumIds, file.mediaKey)),
      durationS: file.durationS,
      mime: file.mime,
      coverId: file.coverId,
      size: file.size,
      mtimeMs: file.mtimeMs,
      lyricsFile: file.lyricsFile,
      pictureFile: file.pictureFile,
      audioHash: file.audioHash,
      tagReader: TAG_READER,
      addedAt: now,
      taggedGain: file.gain,
      gain: gainOf(file.gain, null, null),
      toMeasure: !saysEnough(file.gain),
    };
  });
  const stored = await tx
    .insert(tracks)
    .values(rows)
    .onConflictDoUpdate({
      target: tracks.mediaKey,
      set: {
        title: sql`excluded.title`,
        sortTitle: sql`excluded.sort_title`,
        artistId: sql`excluded.artist_id`,
        artistCredit: sql`excluded.artist_credit`,
        albumGroup: sql`excluded.album_group`,
        albumTags: sql`excluded.album_tags`,
        trackNo: sql`excluded.track_no`,
        discNo: sql`excluded.disc_no`,
        discSubtitle: sql`excluded.disc_subtitle`,
        year: sql`excluded.year`,
        bpm: sql`excluded.bpm`,
        comment: sql`excluded.comment`,
        recordingMbid: sql`excluded.recording_mbid`,
        releaseTrackMbid: sql`excluded.release_track_mbid`,
        durationS: sql`excluded.duration_s`,
        mime: sql`excluded.mime`,
        coverId: sql`excluded.cover_id`,
        size: sql`excluded.size`,
        mtimeMs: sql`excluded.mtime_ms`,
        lyricsFile: sql`excluded.lyrics_file`,
        pictureFile: sql`excluded.picture_file`,
        audioHash: sql`excluded.audio_hash`,
        tagReader: sql`excluded.tag_reader`,
        search: sql`excluded.search`,
        titleKey: sql`excluded.title_key`,
        sortKey: sql`excluded.sort_key`,
        artistKey: sql`excluded.artist_key`,
        albumKey: sql`excluded.album_key`,
        taggedGain: sql`excluded.tagged_gain`,
        gain: sql`excluded.gain`,
        toMeasure: sql`excluded.to_measure`,
        missing: sql`false`,
      },
    })
    .returning({ id: tracks.id, mediaKey: tracks.mediaKey, withdrawn: tracks.withdrawn });
  const newIds = new Set(rows.map((row) => row.id));
  return stored.map((track) => ({ ...track, isNew: newIds.has(track.id) }));
}

/** A version for each file that has none of this state; none while a track is withdrawn. @returns how many were made */
async function renewVersions(
  tx: Orm,
  context: { masterKey: Buffer; importId: string | null },
  files: readonly ReadFile[],
  stored: readonly { id: string; mediaKey: string; withdrawn: boolean }[],
): Promise<number> {
  const byKey = new Map(files.map((file) => [file.mediaKey, file]));
  const ids = stored.map((track) => track.id);
  const live = await tx
    .select({
      id: versions.id,
      trackId: versions.trackId,
      size: versions.size,
      mtimeMs: versions.mtimeMs,
      sealError: versions.sealError,
    })
    .from(versions)
    .where(and(inArray(versions.trackId, ids), isNull(versions.retired)));
  const byTrack = new Map(live.map((version) => [version.trackId, version]));
  const outdated: string[] = [];
  const again: string[] = [];
  const made: (typeof versions.$inferInsert)[] = [];
  for (const track of stored) {
    const file = byKey.get(track.mediaKey);
    const version = byTrack.get(track.id);
    if (file === undefined) continue;
    if (version !== undefined && isSameState(version, file)) {
      if (version.sealError !== null) again.push(version.id);
      continue;
    }
    if (version !== undefined) outdated.push(version.id);
    if (!track.withdrawn) made.push(makeVersion(context.masterKey, track.id, file, context.importId));
  }
  await retireVersions(tx, outdated, 'file_changed');
  if (made.length > 0) await tx.insert(versions).values(made);
  if (again.length > 0) {
    await tx.update(versions).set({ sealError: null, importId: context.importId }).where(inArray(versions.id, again));
  }
  return made.length + again.length;
}

/** A file that is no sound. */
export interface BrokenFile extends FileState {
  mediaKey: string;
  /** A sentence. */
  reason: string;
}

/**
 * Takes tracks whose file turned out to be broken out of all lists. They stay, for playlists and histories, and come back with a file that
 * can be read. New files that are broken do not become tracks.
 * @returns whether versions ended that may be playing: wake the outbox after it
 */
export async function storeBroken(orm: Orm, masterKey: Buffer, files: readonly BrokenFile[]): Promise<boolean> {
  const byKey = new Map(files.map((file) => [file.mediaKey, file]));
  return await inTransaction(orm, async (tx) => {
    const hit = await tx
      .update(tracks)
      .set({ missing: true })
      .where(inArray(tracks.mediaKey, [...byKey.keys()]))
      .returning({ id: tracks.id, mediaKey: tracks.mediaKey, withdrawn: tracks.withdrawn });
    if (hit.length === 0) return false;
    const isLive = and(
      inArray(
        versions.trackId,
        hit.map(({ id }) => id),
      ),
      isNull(versions.retired),
    );
    const live = await tx.select({ id: versions.id }).from(versions).where(isLive);
    await retireVersions(
      tx,
      live.map(({ id }) => id),
      'file_changed',
    );
    // What is refused is remembered with the file's state, as where sealing refuses it: a grant tries once more, and says why.
    const refused = hit.flatMap(({ id, mediaKey, withdrawn }) => {
      const file = byKey.get(mediaKey);
      return file === undefined || withdrawn
        ? []
        : [{ ...makeVersion(masterKey, id, file, null), sealError: file.reason }];
    });
    if (refused.length > 0) await tx.insert(versions).values(refused);
    return live.length > 0;
  });
}

/** Columns of a track that its names give. */
export function namesOfTrack(names: Names, artistIds: ReadonlyMap<string, string>, albumId: string) {
  return {
    title: names.title,
    sortTitle: names.sortTitle,
    artistId: firstArtist(names, artistIds),
    artistCredit: names.artistCredit,
    albumId,
    albumGroup: names.albumGroup,
    albumTags: names.album,
    trackNo: names.trackNo,
    discNo: names.discNo,
    discSubtitle: names.discSubtitle,
    year: names.year,
    bpm: names.bpm,
    comment: names.comment,
    recordingMbid: names.recordingMbid,
    releaseTrackMbid: names.releaseTrackMbid,
    search: searchText(names.title, names.artist, names.album.title, ...names.credits.map((credit) => credit.name)),
    titleKey: normalise(names.title),
    sortKey: normalise(names.sortTitle ?? names.title),
    artistKey: normalise(names.artist),
    albumKey: normalise(names.album.title),
  };
}

function firstArtist({ credits }: Names, artistIds: ReadonlyMap<string, string>): string {
  const first = credits.find(({ role }) => role === 'artist');
  if (first === undefined) throw new Error('a file names no artist');
  return idOf(artistIds, artistKey(first));
}

function idOf(ids: ReadonlyMap<string, string>, key: string): string {
  const id = ids.get(key);
  if (id === undefined) throw new Error('a name was not stored before what it belongs to');
  return id;
}
