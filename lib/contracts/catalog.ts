import * as z from 'zod/mini';
import { line } from './fields';
import { id } from './ids';
import { importEnd, importFault } from './reasons';

const text = z.string().check(z.maxLength(1000));

/**
 * What to add (dB) so that a track, or its album as a whole, is as loud as ReplayGain 2 wants it (-18 LUFS), and the highest sample of
 * each, 1 being full scale. What is not known is left out.
 */
export const trackGain = z.object({
  trackDb: z.optional(z.number().check(z.gte(-100), z.lte(100))),
  trackPeak: z.optional(z.number().check(z.gte(0), z.lte(100))),
  albumDb: z.optional(z.number().check(z.gte(-100), z.lte(100))),
  albumPeak: z.optional(z.number().check(z.gte(0), z.lte(100))),
});
export type TrackGain = z.infer<typeof trackGain>;

export const track = z.object({
  id,
  title: text,
  artist: text,
  artistId: id,
  album: text,
  albumId: id,
  trackNo: z.nullable(z.int()),
  discNo: z.nullable(z.int()),
  durationS: z.number(),
  coverId: z.nullable(id),
  /** MIME type of the file, such as `audio/mpeg`, `audio/flac`, `audio/ogg`, `audio/mp4`, `audio/wav`. */
  mime: z.string(),
  /** An administrator took it out of circulation: shown to administrators and in playlists, never granted. */
  withdrawn: z.boolean(),
  /** The file was gone when last looked for. */
  missing: z.boolean(),
  /** Absent or null: neither tags nor measuring have said it yet. */
  gain: z.optional(z.nullable(trackGain)),
});
export type Track = z.infer<typeof track>;

/** What a playlist of another program says of a track; empty or null where it says nothing. */
export const trackTags = z.object({
  title: line(1000),
  artist: line(1000),
  album: line(1000),
  durationS: z.nullable(z.number()),
  /** Name of the file, without its folders. */
  fileName: line(1000),
  /** Names of the folders that it lies in, the outermost first, as far as they are known. */
  folders: z.optional(z.array(line(1000)).check(z.maxLength(6))),
});
export type TrackTags = z.infer<typeof trackTags>;

export const album = z.object({
  id,
  title: text,
  artist: text,
  artistId: id,
  year: z.nullable(z.int()),
  coverId: z.nullable(id),
  trackCount: z.int(),
});
export type Album = z.infer<typeof album>;

export const artist = z.object({ id, name: text, albumCount: z.int(), trackCount: z.int(), coverId: z.nullable(id) });
export type Artist = z.infer<typeof artist>;

/** What an import may name instead of a folder: the music that comes with Enxame. */
export const DEMO_MUSIC = 'demo';

/** Live state of an import. `failed` lists the first 100 broken files by their path in the folder, with the reason as a sentence and, since it is kept, as a code. */
export const importStatus = z.object({
  id,
  folder: z.string(),
  state: z.enum(['running', 'done', 'failed']),
  found: z.int(),
  /** Files whose tags and cover have been read (new, changed or unchanged). */
  read: z.int(),
  added: z.int(),
  changed: z.int(),
  unchanged: z.int(),
  missing: z.int(),
  sealed: z.int(),
  toSeal: z.int(),
  failedCount: z.int(),
  failed: z.array(z.object({ file: z.string(), reason: z.string(), code: z.optional(importFault) })),
  /** Files of sound or film that were left out, by the ending of their name; the most first. */
  skipped: z.optional(z.array(z.object({ ending: z.string(), count: z.int() }))),
  /** When state is `failed`: a sentence. */
  error: z.nullable(z.string()),
  errorCode: z.optional(importEnd),
  startedAt: z.int(),
  finishedAt: z.nullable(z.int()),
});
export type ImportStatus = z.infer<typeof importStatus>;

export const page = z.object({
  offset: z._default(z.int().check(z.gte(0), z.lte(1_000_000)), 0),
  limit: z._default(z.int().check(z.gte(1), z.lte(200)), 50),
});
