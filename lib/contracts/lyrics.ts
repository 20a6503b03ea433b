/** The words of a track. */
import * as z from 'zod/mini';

// Together these keep an answer below the bus's limit of a message (messages.ts). A song has 500 to 5,000 characters; the longest tracks
// with words, acts of an opera, have 40,000.
/** Of all lines together. */
export const MAX_LYRICS_CHARS = 40_000;
export const MAX_LYRICS_LINES = 2_000;
export const MAX_LINE_CHARS = 500;
/** No track is longer: one day. */
export const MAX_LYRICS_MS = 24 * 3_600_000;

const lyricLine = z.object({
  /** When it is sung, from the start of the track; null where the lyrics are not synced. */
  atMs: z.nullable(z.int().check(z.gte(0), z.lte(MAX_LYRICS_MS))),
  /** Empty: a pause, or the space between two verses. */
  text: z.string().check(z.maxLength(MAX_LINE_CHARS)),
});
export type LyricLine = z.infer<typeof lyricLine>;

export const lyrics = z.object({
  /** Every line has a time, and the lines are in the order of their times. */
  synced: z.boolean(),
  lines: z.array(lyricLine).check(z.maxLength(MAX_LYRICS_LINES)),
});
export type Lyrics = z.infer<typeof lyrics>;
