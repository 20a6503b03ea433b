import { sql } from 'drizzle-orm';
import {
  bigint,
  bigserial,
  boolean,
  index,
  integer,
  jsonb,
  pgSchema,
  primaryKey,
  smallint,
  text,
  uuid,
} from 'drizzle-orm/pg-core';
import type { MarkedKind } from '@/lib/contracts/choices';
import type { ErrorCode } from '@/lib/contracts/errors';
import type { CommandType } from '@/lib/contracts/messages';
import type { PlaylistVisibility } from '@/lib/contracts/playlists';
import type { SmartRules } from '@/lib/contracts/smart-fields';
import { makeInboxTable, makeOutboxTable } from '@/lib/messaging/outbox/tables';
import type { Edit } from './edit';

export const playlistsSchema = pgSchema('playlists');

/** Milliseconds since 1970. */
const epochMs = (name: string) => bigint(name, { mode: 'number' });

export const playlists = playlistsSchema.table(
  'playlists',
  {
    id: text('id').primaryKey(),
    ownerId: text('owner_id').notNull(),
    name: text('name').notNull(),
    description: text('description').notNull().default(''),
    visibility: text('visibility').$type<PlaylistVisibility>().notNull().default('private'),
    /** How the owner named the members: accounts and e-mail addresses. Null: by their accounts. */
    named: jsonb('named').$type<string[]>(),
    /** Of a smart playlist, which has no entries. */
    rules: jsonb('rules').$type<SmartRules>(),
    /** 1 when created; one more with every change that was applied. */
    revision: integer('revision').notNull(),
    createdAt: epochMs('created_at').notNull(),
    updatedAt: epochMs('updated_at').notNull(),
    /** A deleted one is kept for a while, with all it held, so that this can be undone (tidy.ts). */
    deletedAt: epochMs('deleted_at'),
  },
  (table) => [
    index('playlists_owner').on(table.ownerId),
    index('playlists_public').on(table.visibility, table.updatedAt.desc()),
  ],
);

const ofPlaylist = () =>
  text('playlist_id')
    .notNull()
    .references(() => playlists.id, { onDelete: 'cascade' });

export const entries = playlistsSchema.table(
  'entries',
  {
    playlistId: ofPlaylist(),
    entryId: text('entry_id').notNull(),
    trackId: text('track_id').notNull(),
    addedAt: epochMs('added_at').notNull(),
    /** Entries play in this order. Numbers may be missing. No index: a playlist is always read whole, and reordered much. */
    position: integer('position').notNull(),
  },
  (table) => [primaryKey({ columns: [table.playlistId, table.entryId] })],
);

/** Whom the owner shares with, himself not among them. They count only while the playlist is `shared`. */
export const members = playlistsSchema.table(
  'members',
  { playlistId: ofPlaylist(), accountId: text('account_id').notNull() },
  (table) => [
    primaryKey({ columns: [table.playlistId, table.accountId] }),
    index('members_account').on(table.accountId),
  ],
);

/** What was done to a playlist, and how to take it back. The last few of each, for a while (tidy.ts). */
export const changes = playlistsSchema.table(
  'changes',
  {
    seq: bigserial('seq', { mode: 'number' }).primaryKey(),
    messageId: uuid('message_id').notNull().unique(),
    playlistId: ofPlaylist(),
    actorId: text('actor_id').notNull(),
    type: text('type').$type<CommandType>().notNull(),
    at: epochMs('at').notNull(),
    inverse: jsonb('inverse').$type<Edit>().notNull(),
    /** Its effect is not there now. */
    undone: boolean('undone').notNull().default(false),
    /** The change that this one, an undo, took back. */
    undoOf: uuid('undo_of'),
  },
  (table) => [index('changes_playlist').on(table.playlistId, table.seq), index('changes_age').on(table.at)],
);

/** Why commands were not applied: for who missed the event that said so. Kept as long as the inbox (tidy.ts). */
export const refusals = playlistsSchema.table(
  'refusals',
  {
    messageId: uuid('message_id').primaryKey(),
    actorId: text('actor_id').notNull(),
    code: text('code').$type<ErrorCode>().notNull(),
    message: text('message').notNull(),
    at: epochMs('at').notNull(),
  },
  (table) => [index('refusals_age').on(table.at)],
);

/**
 * All that an account has marked. Its row is held by whoever changes a mark, so that the changes of one account take turns, and facts leave
 * in that order.
 */
export const markSets = playlistsSchema.table('mark_sets', {
  accountId: text('account_id').primaryKey(),
  /** One more with every change. */
  revision: integer('revision').notNull(),
  /** Its marks, so that they need not be counted. */
  size: integer('size').notNull(),
});

/** Favourites and ratings. What is neither has no row. */
export const marks = playlistsSchema.table(
  'marks',
  {
    accountId: text('account_id').notNull(),
    kind: text('kind').$type<MarkedKind>().notNull(),
    itemId: text('item_id').notNull(),
    /** Since when it is a favourite. */
    lovedAt: epochMs('loved_at'),
    rating: smallint('rating'),
  },
  (table) => [
    primaryKey({ columns: [table.accountId, table.kind, table.itemId] }),
    index('marks_loved')
      .on(table.accountId, table.kind, table.lovedAt.desc(), table.itemId)
      .where(sql`${table.lovedAt} is not null`),
  ],
);

export const outbox = makeOutboxTable(playlistsSchema);
export const inbox = makeInboxTable(playlistsSchema);
