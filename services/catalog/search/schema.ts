import { sql } from 'drizzle-orm';
import { bigint, boolean, customType, index, text, timestamp } from 'drizzle-orm/pg-core';
import { catalogSchema } from '../schema';

/** Number of a transaction, which never comes again (PostgreSQL's `xid8`). */
const xid8 = customType<{ data: string }>({ dataType: () => 'xid8' });

/**
 * What became different of the names that search knows, for the indexes that catalog processes keep in memory. Written by triggers (migration 0008),
 * so that no way of changing the library can forget it; one row a statement. Rows are deleted after an hour (follow.ts).
 */
export const searchChanges = catalogSchema.table(
  'search_changes',
  {
    seq: bigint('seq', { mode: 'number' }).primaryKey().generatedAlwaysAsIdentity(),
    /** Of the transaction that made it: rows of one that commits late come late, whatever their `seq`. */
    xid: xid8('xid').notNull().default(sql`pg_current_xact_id()`),
    at: timestamp('at', { withTimezone: true }).notNull().defaultNow(),
    kind: text('kind').$type<'track' | 'album' | 'artist' | 'genre'>().notNull(),
    ids: text('ids').array().notNull(),
    /** Tracks of it are found by what was changed. */
    renamed: boolean('renamed').notNull(),
  },
  (t) => [index('search_changes_by_xid').on(t.xid)],
);
