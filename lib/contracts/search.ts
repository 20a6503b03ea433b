/** What a search answers. */
import * as z from 'zod/mini';
import { album, artist, track } from './catalog';

/** Only these are wanted, a page of them. */
export const searchKind = z.enum(['track', 'album', 'artist']);
export type SearchKind = z.infer<typeof searchKind>;

export const searchMeant = z.object({
  /** What was probably meant, to be searched for as it is. */
  q: z.string(),
  /** Nothing has what was typed: this answer is what is found by `q`. */
  applied: z.boolean(),
});
export type SearchMeant = z.infer<typeof searchMeant>;

export const searchAnswer = z.object({
  tracks: z.array(track),
  albums: z.array(album),
  artists: z.array(artist),
  /** Of tracks, on all pages together. */
  total: z.int(),
  albumTotal: z.int(),
  artistTotal: z.int(),
  meant: z.nullable(searchMeant),
});
export type SearchAnswer = z.infer<typeof searchAnswer>;
