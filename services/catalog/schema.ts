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
import type { ImportStatus, TrackGain } from '@/lib/contracts/catalog';
import type { LyricLine } from '@/lib/contracts/lyrics';
import type { MessageData } from '@/lib/contracts/messages';
import { makeOutboxTable } from '@/lib/messaging/outbox/tables';

const bytea = customType<{ data: Uint8Array; driverData: Uint8Array }>({
  dataType: () => 'bytea',
  // node-postgres wants a Buffer, PGlite takes one too.
  toDriver: (bytes) => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength),
});
/** Milliseconds since 1970. */
const epochMs = (name: string) => bigint(name, { mode: 'number' });

export const catalogSchema = pgSchema('catalog');

export const artists = catalogSchema.table('artists', {
  id: text('id').primaryKey(),
  name: text('name').notNull(),
  /** {@link normalise}d name: one artist however the tags spell it. */
  key: text('key').notNull().unique(),
});

export const albums = catalogSchema.table(
  'albums',
  {
    id: text('id').primaryKey(),
    title: text('title').notNull(),
    titleKey: text('title_key').notNull(),
    artistId: text('artist_id')
      .notNull()
      .references(() => artists.id),
    year: integer('year'),
    coverId: text('cover_id'),
    /** What makes it this album and no other (naming.ts). */
    key: text('key').notNull().unique(),
    /** No tag names its artist: worked out from its tracks' artists after each import. */
    artistGuessed: boolean('artist_guessed').notNull(),
    /** Its tracks changed, or one was measured: the gains of all of them are worked out anew (loudness/measuring.ts). */
    gainsDue: boolean('gains_due').notNull().default(false),
  },
  (t) => [
    index('albums_by_artist').on(t.artistId),
    index('albums_by_title').on(t.titleKey),
    index('albums_gains_due').on(t.id).where(sql`${t.gainsDue}`),
  ],
);

/** What is read of a file's tags. Raise it when more is: the next import then reads files again that have not changed. 1: lyrics. */
export const TAG_READER = 1;

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
    artistId: text('artist_id')
      .notNull()
      .references(() => artists.id),
    albumId: text('album_id')
      .notNull()
      .references(() => albums.id),
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
    /** Which {@link TAG_READER} read its tags. */
    tagReader: integer('tag_reader').notNull().default(0),
    addedAt: epochMs('added_at').notNull(),
    /** {@link searchText} of title, artists and album. */
    search: text('search').notNull(),
    titleKey: text('title_key').notNull(),
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
    // Albums one after the other: an album's own gain is known only when all of it is measured.
    index('tracks_to_measure').on(t.albumId, t.id).where(sql`${t.toMeasure}`),
    // A short list of pending entries: the insert that has to work it off blocks PGlite's thread the less (KiB).
    index('tracks_by_search').using('gin', t.search.op('gin_trgm_ops')).with({ gin_pending_list_limit: 256 }),
  ],
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

/** How loud files were found to be. */
export const loudness = catalogSchema.table('loudness', {
  trackId: text('track_id')
    .primaryKey()
    .references(() => tracks.id),
  /** Of the file that was measured; of another it says nothing. */
  size: bigint('size', { mode: 'number' }).notNull(),
  mtimeMs: doublePrecision('mtime_ms').notNull(),
  /** How often its measuring was begun. */
  attempts: integer('attempts').notNull(),
  /** When it was begun last; null once that attempt has ended for good. */
  measuringAt: epochMs('measuring_at'),
  /** An encoded LoudnessHistogram; null until measured. */
  histogram: bytea('histogram'),
  /** Highest sample; 1 is full scale. */
  peak: doublePrecision('peak'),
  /** Why it cannot be measured. */
  problem: text('problem'),
});

/** Pictures; `id` is the hash of the original's bytes, so that an album's tracks share one. WebP. */
export const covers = catalogSchema.table('covers', {
  id: text('id').primaryKey(),
  small: bytea('small').notNull(),
  /** Made when first asked for. */
  large: bytea('large'),
  /** Key of the file that holds the original: an audio file, or a picture beside it. */
  source: text('source').notNull(),
});

export const imports = catalogSchema.table(
  'imports',
  {
    id: text('id').primaryKey(),
    /** Absolute. */
    folder: text('folder').notNull(),
    state: text('state').$type<ImportStatus['state']>().notNull(),
    found: integer('found').notNull().default(0),
    read: integer('read').notNull().default(0),
    added: integer('added').notNull().default(0),
    changed: integer('changed').notNull().default(0),
    unchanged: integer('unchanged').notNull().default(0),
    missing: integer('missing').notNull().default(0),
    sealed: integer('sealed').notNull().default(0),
    toSeal: integer('to_seal').notNull().default(0),
    failedCount: integer('failed_count').notNull().default(0),
    failed: jsonb('failed').$type<ImportStatus['failed']>().notNull().default([]),
    error: text('error'),
    startedAt: epochMs('started_at').notNull(),
    finishedAt: epochMs('finished_at'),
    /** Last sign of life of the process that runs it. */
    beatAt: epochMs('beat_at').notNull(),
  },
  (t) => [
    uniqueIndex('imports_running').on(t.folder).where(sql`${t.state} = 'running'`),
    index('imports_by_start').on(t.startedAt),
  ],
);

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
