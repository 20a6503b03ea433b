import { sql } from 'drizzle-orm';
import {
  bigint,
  boolean,
  customType,
  doublePrecision,
  index,
  integer,
  jsonb,
  pgSchema,
  primaryKey,
  text,
  uniqueIndex,
} from 'drizzle-orm/pg-core';
import type { ArtistRole, TrackGain } from '@/lib/contracts/catalog';
import type { LyricLine } from '@/lib/contracts/lyrics';
import type { MessageData } from '@/lib/contracts/messages';
import { makeOutboxTable } from '@/lib/messaging/outbox/tables';

export const bytea = customType<{ data: Uint8Array; driverData: Uint8Array }>({
  dataType: () => 'bytea',
  // node-postgres wants a Buffer, PGlite takes one too.
  toDriver: (bytes) => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength),
});
/** Milliseconds since 1970. */
export const epochMs = (name: string) => bigint(name, { mode: 'number' });

export const catalogSchema = pgSchema('catalog');

/**
 * People and bands. One that has a MusicBrainz id is that artist however the tags spell it; another is known by its name, folded
 * ({@link foldName}).
 */
export const artists = catalogSchema.table(
  'artists',
  {
    id: text('id').primaryKey(),
    /** As most of its credits spell it. */
    name: text('name').notNull(),
    /** As tags say that it is sorted, such as `Beatles, The`. */
    sortName: text('sort_name'),
    /** {@link foldName} of the name: what tells artists apart. Null until a file of this artist is read anew after the update to 0006. */
    folded: text('folded'),
    /** MusicBrainz id. */
    mbid: text('mbid'),
    /** {@link normalise}d name: what search compares by. Different artists may have the same. */
    key: text('key').notNull(),
    /** {@link normalise}d sort name, or name. */
    sortKey: text('sort_key').notNull(),
    /** Came with an import that is not finished: it may be one that is known, under a corrected name (corrected-artists.ts). */
    unsettled: boolean('unsettled').notNull().default(false),
  },
  (t) => [
    index('artists_unsettled').on(t.id).where(sql`${t.unsettled}`),
    uniqueIndex('artists_by_mbid').on(t.mbid).where(sql`${t.mbid} is not null`),
    uniqueIndex('artists_by_folded').on(t.folded).where(sql`${t.mbid} is null`),
    index('artists_by_folded_any').on(t.folded),
    index('artists_by_key').on(t.key),
    index('artists_by_sort').on(t.sortKey, t.id),
  ],
);

/** What its tracks say of it, the most frequent where they differ (albums/facts.ts). */
export const albums = catalogSchema.table(
  'albums',
  {
    id: text('id').primaryKey(),
    title: text('title').notNull(),
    sortTitle: text('sort_title'),
    titleKey: text('title_key').notNull(),
    /** {@link normalise}d sort title, or title. */
    sortKey: text('sort_key').notNull(),
    /** The first of its artists ({@link albumArtists}). */
    artistId: text('artist_id')
      .notNull()
      .references(() => artists.id),
    /** Its artists as the tags credit them together, such as `Elis & Tom`; null: the one artist's name. */
    artistCredit: text('artist_credit'),
    /** Of its release, else of its first release. */
    year: integer('year'),
    /** `1974`, `1974-08` or `1974-08-12`. */
    releaseDate: text('release_date'),
    /** Of the first release of this music, in the same forms. */
    originalDate: text('original_date'),
    /** Of several artists, as its tags say. */
    compilation: boolean('compilation').notNull().default(false),
    label: text('label'),
    /** As MusicBrainz has them, in lower case: `album`, `ep`, `single`, `live`, `compilation` and so on. */
    releaseTypes: jsonb('release_types').$type<string[]>().notNull().default([]),
    /** MusicBrainz ids of the release and its group. */
    releaseMbid: text('release_mbid'),
    releaseGroupMbid: text('release_group_mbid'),
    coverId: text('cover_id'),
    /** No tag names its artist: worked out from its tracks' artists after each import. */
    artistGuessed: boolean('artist_guessed').notNull(),
    /** Its tracks changed, or one was measured: the gains of all of them are worked out anew (loudness/measuring.ts). */
    gainsDue: boolean('gains_due').notNull().default(false),
    /** Tags of its tracks were read or changed: what belongs to it, and what it is called, is worked out anew (albums/settle.ts). */
    unsettled: boolean('unsettled').notNull().default(false),
    /** 0: before it was noted. */
    addedAt: epochMs('added_at').notNull().default(0),
  },
  (t) => [
    index('albums_unsettled').on(t.id).where(sql`${t.unsettled}`),
    index('albums_by_release').on(t.releaseMbid).where(sql`${t.releaseMbid} is not null`),
    index('albums_by_artist').on(t.artistId),
    index('albums_by_title').on(t.titleKey),
    index('albums_by_sort').on(t.sortKey, t.id),
    index('albums_by_year').on(t.year, t.id),
    index('albums_gains_due').on(t.id).where(sql`${t.gainsDue}`),
  ],
);

/** What the tags of one file say of its album. */
export interface AlbumTags {
  title: string;
  sortTitle: string | null;
  /** Album artists in the order of the tags; none where no tag names any. */
  artists: string[];
  artistCredit: string | null;
  releaseDate: string | null;
  originalDate: string | null;
  compilation: boolean;
  label: string | null;
  releaseTypes: string[];
  releaseMbid: string | null;
  releaseGroupMbid: string | null;
  /** Where the album's files lie; folders of discs stand for the one above them. Absent in what was read before {@link TAG_READER} 4. */
  folder?: string;
}

/**
 * What is read of a file's tags. Raise it when more is: the next import then reads files again that have not changed. 1: lyrics. 2: the hash of
 * the sound. 3: several artists with their roles, genres, dates, MusicBrainz ids. 4: the folder of the album. 5: the tags themselves are kept, so that
 * they can be edited.
 */
export const TAG_READER = 5;

/** Name of a track's file, without its folders, in lower case: keys of every media store end with it, behind a slash. */
export const fileKey = sql.raw("lower(regexp_replace(path, '^.*[/\\\\]', ''))");

/** One audio file, found again by its key in the media store. Never deleted: playlists and histories name it. */
export const tracks = catalogSchema.table(
  'tracks',
  {
    id: text('id').primaryKey(),
    /** Key in the media store; of a folder's file its absolute path. */
    mediaKey: text('path').notNull().unique(),
    /** Key of the folder that it lies in. */
    folderKey: text('folder').notNull(),
    title: text('title').notNull(),
    sortTitle: text('sort_title'),
    /** The first of its artists ({@link trackArtists}). */
    artistId: text('artist_id')
      .notNull()
      .references(() => artists.id),
    /** Its artists as the tags credit them together, such as `A feat. B`; null: the one artist's name. */
    artistCredit: text('artist_credit'),
    albumId: text('album_id')
      .notNull()
      .references(() => albums.id),
    /** Files of one value are of one album, whatever becomes of others (naming.ts); more than one value may be of it (albums/clusters.ts). Null
     * until its file is read anew after the update to 0006. */
    albumGroup: text('album_group'),
    /** What its own tags say of its album, of which the album's row has the most frequent. */
    albumTags: jsonb('album_tags').$type<AlbumTags>(),
    /** Of its release, else of its first release. */
    year: integer('year'),
    discSubtitle: text('disc_subtitle'),
    /** Beats a minute. */
    bpm: doublePrecision('bpm'),
    comment: text('comment'),
    /** MusicBrainz ids of the recording, and of this track on this release. */
    recordingMbid: text('recording_mbid'),
    releaseTrackMbid: text('release_track_mbid'),
    /** Of the sound alone, without tags and pictures: a moved or retagged file is found again by it. */
    audioHash: text('audio_hash'),
    trackNo: integer('track_no'),
    discNo: integer('disc_no'),
    durationS: doublePrecision('duration_s').notNull(),
    mime: text('mime').notNull(),
    coverId: text('cover_id'),
    withdrawn: boolean('withdrawn').notNull().default(false),
    missing: boolean('missing').notNull().default(false),
    /** Bytes, and time of the last change, of the file when its tags were read. */
    size: bigint('size', { mode: 'number' }).notNull(),
    mtimeMs: doublePrecision('mtime_ms').notNull(),
    /** State of the lyrics file beside it then (import-run.ts); null: there was none. */
    lyricsFile: text('lyrics_file'),
    /** State of the picture beside it then; null: there was none. */
    pictureFile: text('picture_file'),
    /** Which {@link TAG_READER} read its tags. */
    tagReader: integer('tag_reader').notNull().default(0),
    addedAt: epochMs('added_at').notNull(),
    /** {@link searchText} of title, artists and album. */
    search: text('search').notNull(),
    titleKey: text('title_key').notNull(),
    /** {@link normalise}d sort title, or title. */
    sortKey: text('sort_key').notNull(),
    /** {@link normalise}d, as its artists are credited together. */
    artistKey: text('artist_key').notNull(),
    albumKey: text('album_key').notNull(),
    /** What its tags say of its loudness. */
    taggedGain: jsonb('tagged_gain').$type<TrackGain>(),
    /** What listeners are told: what the tags say, completed by what was measured. */
    gain: jsonb('gain').$type<TrackGain>(),
    /** Its tags do not say enough, and it has not been measured yet. */
    toMeasure: boolean('to_measure').notNull().default(true),
  },
  (t) => [
    index('tracks_by_folder').on(t.folderKey),
    index('tracks_by_album').on(t.albumId),
    index('tracks_by_artist').on(t.artistId),
    index('tracks_by_age').on(t.addedAt.desc().nullsFirst(), t.mediaKey),
    // The artist, too, for a track that a playlist of another program names (match.ts).
    index('tracks_by_title').on(t.titleKey.op('text_pattern_ops'), t.artistKey),
    index('tracks_by_file').on(fileKey),
    index('tracks_by_sort').on(t.sortKey, t.id),
    index('tracks_by_year').on(t.year, t.id),
    index('tracks_by_album_group').on(t.albumGroup),
    index('tracks_by_audio').on(t.audioHash).where(sql`${t.audioHash} is not null`),
    // Files that were read before hashes were kept are known again by their size.
    index('tracks_without_hash').on(t.size).where(sql`${t.audioHash} is null`),
    // Albums one after the other: an album's own gain is known only when all of it is measured.
    index('tracks_to_measure').on(t.albumId, t.id).where(sql`${t.toMeasure}`),
    // A short list of pending entries: the insert that has to work it off blocks PGlite's thread the less (KiB).
    index('tracks_by_search').using('gin', t.search.op('gin_trgm_ops')).with({ gin_pending_list_limit: 256 }),
  ],
);

/** Who made a track, in the order of its tags. */
export const trackArtists = catalogSchema.table(
  'track_artists',
  {
    trackId: text('track_id')
      .notNull()
      .references(() => tracks.id),
    role: text('role').$type<ArtistRole>().notNull(),
    /** Counts from 0 within the role. */
    position: integer('position').notNull(),
    artistId: text('artist_id')
      .notNull()
      .references(() => artists.id),
    /** As this track spells the name. */
    name: text('name').notNull(),
    /** Of a performer: instrument or voice. */
    detail: text('detail'),
  },
  (t) => [
    primaryKey({ columns: [t.trackId, t.role, t.position] }),
    index('track_artists_by_artist').on(t.artistId, t.role, t.trackId),
  ],
);

/** Whose album it is, in the order of its tags. */
export const albumArtists = catalogSchema.table(
  'album_artists',
  {
    albumId: text('album_id')
      .notNull()
      .references(() => albums.id, { onDelete: 'cascade' }),
    /** Counts from 0. */
    position: integer('position').notNull(),
    artistId: text('artist_id')
      .notNull()
      .references(() => artists.id),
  },
  (t) => [primaryKey({ columns: [t.albumId, t.position] }), index('album_artists_by_artist').on(t.artistId, t.albumId)],
);

export const genres = catalogSchema.table('genres', {
  id: text('id').primaryKey(),
  name: text('name').notNull(),
  /** {@link genreKey} of the name: `Hip-Hop` and `hip hop` are one. */
  key: text('key').notNull().unique(),
});

/** In the order of the track's tags. */
export const trackGenres = catalogSchema.table(
  'track_genres',
  {
    trackId: text('track_id')
      .notNull()
      .references(() => tracks.id),
    /** Counts from 0. */
    position: integer('position').notNull(),
    genreId: text('genre_id')
      .notNull()
      .references(() => genres.id),
  },
  (t) => [primaryKey({ columns: [t.trackId, t.position] }), index('track_genres_by_genre').on(t.genreId, t.trackId)],
);

/** Words of a track, from its tags or a file beside it. A track without any has no row. */
export const lyrics = catalogSchema.table('lyrics', {
  trackId: text('track_id')
    .primaryKey()
    .references(() => tracks.id),
  synced: boolean('synced').notNull(),
  lines: jsonb('lines').$type<LyricLine[]>().notNull(),
});

/** One state of a file's bytes, sealed under a key of its own. A track has at most one that is not retired. */
export const versions = catalogSchema.table(
  'versions',
  {
    id: text('id').primaryKey(),
    trackId: text('track_id')
      .notNull()
      .references(() => tracks.id),
    size: bigint('size', { mode: 'number' }).notNull(),
    mtimeMs: doublePrecision('mtime_ms').notNull(),
    /** Content key, wrapped by the master key (lib/sealing/encryption.ts). */
    wrappedKey: bytea('wrapped_key').notNull(),
    /** Null until sealed, and again when retired. */
    manifest: bytea('manifest'),
    /** Why it could not be sealed; only a grant tries again. */
    sealError: text('seal_error'),
    /** Somebody seals it since then. */
    sealingAt: epochMs('sealing_at'),
    retired: text('retired').$type<MessageData<'changed.version'>['reason']>(),
    /** The import that counts its sealing. */
    importId: text('import_id'),
    createdAt: epochMs('created_at').notNull(),
  },
  (t) => [
    uniqueIndex('versions_live').on(t.trackId).where(sql`${t.retired} is null`),
    index('versions_to_seal')
      .on(t.createdAt)
      .where(sql`${t.manifest} is null and ${t.retired} is null and ${t.sealError} is null`),
  ],
);

/** Pictures; `id` is the hash of the original's bytes, so that an album's tracks share one. WebP. */
export const covers = catalogSchema.table('covers', {
  id: text('id').primaryKey(),
  small: bytea('small').notNull(),
  /** Made when first asked for. */
  large: bytea('large'),
  /** Key of the file that holds the original: an audio file, or a picture beside it. */
  source: text('source').notNull(),
});

/** Tabs that were granted something lately, for the limit of streams an account. */
export const streams = catalogSchema.table(
  'streams',
  {
    accountId: text('account_id').notNull(),
    peerId: text('peer_id').notNull(),
    grantedAt: epochMs('granted_at').notNull(),
  },
  (t) => [primaryKey({ columns: [t.accountId, t.peerId] })],
);

export const outbox = makeOutboxTable(catalogSchema);
