/** Tags of files as they were read, what administrators edited over them, and the list of those edits. */
import { boolean, index, integer, jsonb, primaryKey, text } from 'drizzle-orm/pg-core';
import type { TagEdits, TagField } from '@/lib/contracts/tag-edits';
import type { TagRules } from '@/lib/contracts/tag-rules';
import { catalogSchema, epochMs, tracks } from '../schema';
import type { Tags } from '../tag-values';

/** Apart from the tracks, so that lists and searches do not read it. */
export const trackTags = catalogSchema.table('track_tags', {
  trackId: text('track_id')
    .primaryKey()
    .references(() => tracks.id),
  /** As the file has them. */
  tags: jsonb('tags').$type<Tags>().notNull(),
  /** Names from the imported folder's own down to the file: what names it where its tags do not. */
  path: jsonb('path').$type<string[]>().notNull(),
  /** What was edited over the tags; what is not here follows the file. */
  edits: jsonb('edits').$type<TagEdits>().notNull().default({}),
});

/** Tracks that are to be named anew, since an edit or the rules of splitting names changed. */
export const toName = catalogSchema.table('to_name', {
  trackId: text('track_id')
    .primaryKey()
    .references(() => tracks.id),
  /** Also where nothing that lists show would change. */
  always: boolean('always').notNull(),
});

/** What administrators did; the latest are kept (edits.ts). */
export const tagEdits = catalogSchema.table(
  'tag_edits',
  {
    id: text('id').primaryKey(),
    accountId: text('account_id').notNull(),
    at: epochMs('at').notNull(),
    /** The edit that it takes back. */
    undoes: text('undoes'),
    set: jsonb('set').$type<TagField[]>().notNull(),
    /** Given back to what the files say. */
    reverted: jsonb('reverted').$type<TagField[]>().notNull(),
    tracks: integer('tracks').notNull(),
    name: text('name'),
    undone: epochMs('undone_at'),
  },
  (t) => [index('tag_edits_by_age').on(t.at.desc(), t.id)],
);

/** What was edited of a track before and after one edit, of the fields that this touched. */
export const tagEditTracks = catalogSchema.table(
  'tag_edit_tracks',
  {
    editId: text('edit_id')
      .notNull()
      .references(() => tagEdits.id, { onDelete: 'cascade' }),
    trackId: text('track_id')
      .notNull()
      .references(() => tracks.id),
    before: jsonb('before').$type<TagEdits>().notNull(),
    after: jsonb('after').$type<TagEdits>().notNull(),
  },
  (t) => [primaryKey({ columns: [t.editId, t.trackId] })],
);

/** The rules by which names in tags are split, where an administrator set them: one row. */
export const tagRules = catalogSchema.table('tag_rules', {
  id: integer('id').primaryKey(),
  /** Null: those that come with Enxame. */
  rules: jsonb('rules').$type<TagRules>(),
});
