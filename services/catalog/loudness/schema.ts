import { bigint, doublePrecision, integer, text } from 'drizzle-orm/pg-core';
import { bytea, catalogSchema, epochMs, tracks } from '../schema';

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
