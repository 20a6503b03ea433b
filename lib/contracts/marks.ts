/** What a listener marked: favourites and ratings of tracks, albums and artists. */
import * as z from 'zod/mini';
import { MARKED_KINDS, MAX_ENTRIES_A_CHANGE, MAX_RATING } from './choices';
import { epochMs, id } from './ids';

export const markedKind = z.enum(MARKED_KINDS);
export type { MarkedKind } from './choices';

/** Stars. */
export const rating = z.int().check(z.gte(1), z.lte(MAX_RATING));

/** Marks that one question may ask for, all kinds together: their ids fit into an address. */
export const MAX_MARKS_ASKED = 200;

export const mark = z.object({
  kind: markedKind,
  id,
  /** Since when it is a favourite; null: it is none. */
  lovedAt: z.nullable(epochMs),
  /** Null: not rated. */
  rating: z.nullable(rating),
});
export type Mark = z.infer<typeof mark>;

/** One kind a command. `since`: to restore a favourite that was removed; absent: now. A time to come counts as now. */
export const favouriteChange = z.object({
  kind: markedKind,
  loved: z.boolean(),
  items: z.array(z.object({ id, since: z.optional(epochMs) })).check(z.minLength(1), z.maxLength(MAX_ENTRIES_A_CHANGE)),
});
/** `rating` null: takes it away. */
export const ratingChange = z.object({
  kind: markedKind,
  ids: z.array(id).check(z.minLength(1), z.maxLength(MAX_ENTRIES_A_CHANGE)),
  rating: z.nullable(rating),
});
