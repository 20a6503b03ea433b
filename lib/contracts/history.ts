import * as z from 'zod/mini';
import { MAX_QUEUE_ITEMS, REPEAT_MODES, STATS_WINDOWS } from './choices';
import { line, lines } from './fields';
import { epochMs, id } from './ids';

/** Bytes of a play by source. */
export const sourceBytes = z.object({ cache: z.int(), peer: z.int(), origin: z.int() });

/** One press of play. */
export const play = z.object({
  playId: id,
  trackId: id,
  /** Epoch ms. */
  startedAt: z.int(),
  state: z.enum(['started', 'finished', 'skipped']),
  positionS: z.number(),
  /** Time that was heard; 0 until it ended. */
  listenedS: z.number(),
  /** Heard for half the track or four minutes: what Last.fm and ListenBrainz count. */
  counted: z.boolean(),
  bytes: sourceBytes,
});
export type Play = z.infer<typeof play>;

export const statsWindow = z.enum(STATS_WINDOWS);
export type { StatsWindow } from './choices';

export const topTrack = z.object({ trackId: id, plays: z.int(), listenedS: z.number(), lastAt: z.int() });
export type TopTrack = z.infer<typeof topTrack>;

/** A listener's own numbers over a window. */
export const listeningStats = z.object({
  /** Plays that count. */
  plays: z.int(),
  skips: z.int(),
  listenedS: z.number(),
  tracks: z.int(),
  bytes: sourceBytes,
  /** `2026-11-24` in the time zone asked for; days with plays only, the oldest first. */
  days: z.array(z.object({ day: z.string(), plays: z.int(), listenedS: z.number() })),
  /** Plays by hour of the day, 24 of them. */
  hours: z.array(z.int()),
});
export type ListeningStats = z.infer<typeof listeningStats>;

/** Within a track; a day at most. */
const positionMs = z.int().check(z.gte(0), z.lte(86_400_000));

/** A tab, or an app by its password: whatever keeps a queue of its own. */
export const deviceId = z.string().check(z.regex(/^[A-Za-z0-9_-]{1,64}$/));
/** What a device calls itself. */
export const deviceName = line(60);
/** A place in a queue, from 0. */
const place = z.int().check(z.gte(0), z.lt(MAX_QUEUE_ITEMS));

/** Places of a queue's tracks, in another order. */
export const queueOrder = z.array(place).check(z.maxLength(MAX_QUEUE_ITEMS));

/** What a device had in its queue when it was put away, for the same listener's next device. 10,000 ids have 250 KB. */
export const savedQueue = z.object({
  trackIds: z.array(id).check(z.maxLength(MAX_QUEUE_ITEMS)),
  /** Which of them was current. */
  currentIndex: place,
  positionMs,
  /** Absent where an app saved it: apps do not tell. */
  repeat: z.optional(z.enum(REPEAT_MODES)),
  /** Where the tracks stand, in the order before shuffling; null or absent: not shuffled. */
  unshuffled: z.optional(z.nullable(queueOrder)),
  /** Epoch ms. */
  changedAt: epochMs,
  changedBy: deviceName,
});
export type SavedQueue = z.infer<typeof savedQueue>;

/** A saved queue in a list of them. */
export const queueSummary = z.object({
  device: deviceId,
  trackId: id,
  count: z.int(),
  positionMs,
  changedAt: epochMs,
  changedBy: deviceName,
});

/** A place within a track. */
export const trackBookmark = z.object({
  trackId: id,
  positionMs,
  comment: lines(2000),
  /** Epoch ms. */
  createdAt: epochMs,
  changedAt: epochMs,
});
export type TrackBookmark = z.infer<typeof trackBookmark>;

/** Forwarding of plays to a ListenBrainz-compatible server. The token is never told. */
export const forwarding = z.object({
  /** The server that the administrator chose (LISTENBRAINZ_URL); null: none, and nothing can be forwarded. */
  server: z.nullable(z.string()),
  /** The listener's name there; null: not forwarding. */
  userName: z.nullable(z.string()),
  /** Plays that wait to be forwarded. */
  pending: z.int(),
  /** Epoch ms. */
  lastForwardedAt: z.nullable(z.int()),
  /** Why the last try failed, in a sentence; null when it did not. */
  problem: z.nullable(z.string()),
});
export type Forwarding = z.infer<typeof forwarding>;
