import { bigint, bigserial, index, integer, pgSchema, primaryKey, text } from 'drizzle-orm/pg-core';
import { makeInboxTable, makeOutboxTable } from '@/lib/messaging/outbox-tables';

export const playlistsSchema = pgSchema('playlists');

export const playlists = playlistsSchema.table(
  'playlists',
  {
    id: text('id').primaryKey(),
    ownerId: text('owner_id').notNull(),
    name: text('name').notNull(),
    /** 1 when created; one more with every change that was applied. */
    revision: integer('revision').notNull(),
    createdAt: bigint('created_at', { mode: 'number' }).notNull(),
    updatedAt: bigint('updated_at', { mode: 'number' }).notNull(),
    /** A deleted one is kept: a late command about it is told from one that came too early. Epoch ms. */
    deletedAt: bigint('deleted_at', { mode: 'number' }),
  },
  (table) => [index('playlists_owner').on(table.ownerId)],
);

export const entries = playlistsSchema.table(
  'entries',
  {
    playlistId: text('playlist_id')
      .notNull()
      .references(() => playlists.id, { onDelete: 'cascade' }),
    entryId: text('entry_id').notNull(),
    trackId: text('track_id').notNull(),
    addedAt: bigint('added_at', { mode: 'number' }).notNull(),
    /** Entries play in this order; a later one is always larger. */
    position: bigserial('position', { mode: 'number' }).notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.playlistId, table.entryId] }),
    index('entries_position').on(table.playlistId, table.position),
  ],
);

export const outbox = makeOutboxTable(playlistsSchema);
export const inbox = makeInboxTable(playlistsSchema);
