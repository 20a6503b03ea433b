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
  uuid,
} from 'drizzle-orm/pg-core';
import type { SavedQueue } from '@/lib/contracts/history';
import { makeInboxTable, makeOutboxTable } from '@/lib/messaging/outbox/tables';

export const historySchema = pgSchema('history');

const epochMs = (name: string) => bigint(name, { mode: 'number' });
const bytea = customType<{ data: Uint8Array; driverData: Uint8Array }>({
  dataType: () => 'bytea',
  // node-postgres wants a Buffer, PGlite takes one too.
  toDriver: (bytes) => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength),
});

/** One press of play. The page makes `playId`; it counts within its account only. */
export const plays = historySchema.table(
  'plays',
  {
    accountId: text('account_id').notNull(),
    playId: text('play_id').notNull(),
    trackId: text('track_id').notNull(),
    startedAt: epochMs('started_at').notNull(),
    /** False: the end arrived first, and `startedAt` is worked out from it. */
    startKnown: boolean('start_known').notNull().default(true),
    endedAt: epochMs('ended_at'),
    state: text('state', { enum: ['started', 'finished', 'skipped'] }).notNull(),
    positionS: doublePrecision('position_s').notNull(),
    /** As the page said; null: it did not. */
    saidListenedS: doublePrecision('said_listened_s'),
    durationS: doublePrecision('duration_s'),
    /** As far as it can be believed (counting.ts); 0 until it ended. */
    listenedS: doublePrecision('listened_s').notNull().default(0),
    counted: boolean('counted').notNull().default(false),
    /** Bytes of this play by source; 0 until it ended. */
    cacheBytes: bigint('cache_bytes', { mode: 'number' }).notNull().default(0),
    peerBytes: bigint('peer_bytes', { mode: 'number' }).notNull().default(0),
    originBytes: bigint('origin_bytes', { mode: 'number' }).notNull().default(0),
  },
  (table) => [
    primaryKey({ columns: [table.accountId, table.playId] }),
    /** The latest plays, the export's pieces, and sums over a window. */
    index('plays_in_time').on(table.accountId, table.startedAt, table.playId),
    /** What is heard together with a track. */
    index('plays_of_track').on(table.trackId, table.startedAt).where(sql`counted`),
    /** The most played. */
    index('plays_counted').on(table.accountId, table.startedAt, table.trackId).where(sql`counted`),
  ],
);

/** Who forwards plays, and how it goes. */
export const forwarders = historySchema.table('forwarders', {
  accountId: text('account_id').primaryKey(),
  /** The token is for this server alone: when the administrator names another, it is not shown there. */
  server: text('server').notNull(),
  userName: text('user_name').notNull(),
  wrappedToken: bytea('wrapped_token').notNull(),
  /** Not before; while a worker sends, until its claim runs out. */
  nextTryAt: epochMs('next_try_at').notNull().default(0),
  /** Of the worker that sends now; another one's is not settled. */
  claim: uuid('claim'),
  failures: integer('failures').notNull().default(0),
  /** The other server does not take the token any more: nothing is tried until there is a new one. */
  stopped: boolean('stopped').notNull().default(false),
  /** Plays in one request; smaller after a refusal, to find the one that is refused. */
  batchSize: integer('batch_size').notNull(),
  lastForwardedAt: epochMs('last_forwarded_at'),
  problem: text('problem'),
});

/** Plays that count and are still to be forwarded; a row is written in the transaction in which its play comes to count. */
export const forwards = historySchema.table(
  'forwards',
  {
    accountId: text('account_id').notNull(),
    playId: text('play_id').notNull(),
    trackId: text('track_id').notNull(),
    startedAt: epochMs('started_at').notNull(),
    queuedAt: epochMs('queued_at').notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.accountId, table.playId] }),
    index('forwards_in_time').on(table.accountId, table.startedAt),
    index('forwards_age').on(table.queuedAt),
  ],
);

/** What each of an account's devices had in its queue when it was put away. */
export const queues = historySchema.table(
  'queues',
  {
    accountId: text('account_id').notNull(),
    /** A tab, or an app by its password. Empty: an app's, from before queues were kept for each device. */
    device: text('device').notNull().default(''),
    trackIds: jsonb('track_ids').$type<string[]>().notNull(),
    /** Which of them was current, from 0. */
    currentIndex: integer('current_index').notNull(),
    /** Within that. */
    positionMs: integer('position_ms').notNull(),
    repeat: text('repeat').$type<NonNullable<SavedQueue['repeat']>>(),
    /** Places of the tracks in the order before shuffling. */
    unshuffled: jsonb('unshuffled').$type<number[]>(),
    changedAt: epochMs('changed_at').notNull(),
    /** What the device calls itself. */
    changedBy: text('changed_by').notNull(),
  },
  (table) => [primaryKey({ columns: [table.accountId, table.device] })],
);

/** Places within tracks, one a track. */
export const bookmarks = historySchema.table(
  'bookmarks',
  {
    accountId: text('account_id').notNull(),
    trackId: text('track_id').notNull(),
    positionMs: integer('position_ms').notNull(),
    comment: text('comment').notNull(),
    createdAt: epochMs('created_at').notNull(),
    changedAt: epochMs('changed_at').notNull(),
  },
  (table) => [primaryKey({ columns: [table.accountId, table.trackId] })],
);

export const outbox = makeOutboxTable(historySchema);
export const inbox = makeInboxTable(historySchema);
