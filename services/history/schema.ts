import { bigint, doublePrecision, index, pgSchema, primaryKey, text } from 'drizzle-orm/pg-core';
import { makeInboxTable, makeOutboxTable } from '@/lib/messaging/outbox-tables';

export const historySchema = pgSchema('history');

/** One press of play. The page makes `playId`; it counts within its account only. */
export const plays = historySchema.table(
  'plays',
  {
    accountId: text('account_id').notNull(),
    playId: text('play_id').notNull(),
    trackId: text('track_id').notNull(),
    /** Epoch ms; where the end arrived first, worked out from it until the start is known. */
    startedAt: bigint('started_at', { mode: 'number' }).notNull(),
    state: text('state', { enum: ['started', 'finished', 'skipped'] }).notNull(),
    positionS: doublePrecision('position_s').notNull(),
    /** Bytes of this play by source; 0 until it ended. */
    cacheBytes: bigint('cache_bytes', { mode: 'number' }).notNull().default(0),
    peerBytes: bigint('peer_bytes', { mode: 'number' }).notNull().default(0),
    originBytes: bigint('origin_bytes', { mode: 'number' }).notNull().default(0),
  },
  (table) => [
    primaryKey({ columns: [table.accountId, table.playId] }),
    index('plays_recent').on(table.accountId, table.startedAt),
  ],
);

export const outbox = makeOutboxTable(historySchema);
export const inbox = makeInboxTable(historySchema);
