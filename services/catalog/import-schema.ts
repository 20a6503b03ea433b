/** Tables of imports and of the folders that they read. Those of the library itself: schema.ts. */
import { sql } from 'drizzle-orm';
import { index, integer, jsonb, text, uniqueIndex } from 'drizzle-orm/pg-core';
import type { ImportStatus, LibraryFolder } from '@/lib/contracts/catalog';
import type { FolderProblem, WatchProblem } from '@/lib/contracts/reasons';
import { catalogSchema, epochMs } from './schema';

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
    /** Files that lie elsewhere than before. */
    moved: integer('moved').notNull().default(0),
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

/** Folders that were imported, and are kept up to date. */
export const folders = catalogSchema.table('folders', {
  id: text('id').primaryKey(),
  /** Key in the media store; of a folder its absolute path. */
  key: text('key').notNull().unique(),
  /** When all of it was last looked through. */
  lookedAt: epochMs('looked_at'),
  /** Why the last look found nothing: what was imported before is kept as it was. */
  problem: text('problem').$type<FolderProblem>(),
  /** How whoever watches it is told of changes, and why not otherwise. */
  watch: text('watch').$type<LibraryFolder['watch']>().notNull().default('off'),
  watchProblem: text('watch_problem').$type<WatchProblem>(),
  /** Last sign of life of the process that watches it. */
  beatAt: epochMs('beat_at').notNull().default(0),
  /** What could not be read, as of an import. */
  failedCount: integer('failed_count').notNull().default(0),
  failed: jsonb('failed').$type<ImportStatus['failed']>().notNull().default([]),
});
