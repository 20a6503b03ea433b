import { boolean, pgSchema, text } from 'drizzle-orm/pg-core';

/** What concerns a whole server and no service alone. */
export const hostSchema = pgSchema('host');

/** One row: which secret this database was made with. */
export const secretUsed = hostSchema.table('secret_used', {
  id: boolean('id').primaryKey().default(true),
  /** `Secrets.fingerprint`. */
  fingerprint: text('fingerprint').notNull(),
});
