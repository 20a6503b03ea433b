import * as z from 'zod/mini';
import { STATS_WINDOWS } from './choices';
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
/** So that a queue stays one answer: 5,000 ids have 130 KB. */
export const MAX_SAVED_QUEUE = 5_000;

/** What an app had in its queue when it was put away, for the same listener's next device. */
export const savedQueue = z.object({
  trackIds: z.array(id).check(z.maxLength(MAX_SAVED_QUEUE)),
  /** Which of them was current, from 0. */
  currentIndex: z.int().check(z.gte(0), z.lte(MAX_SAVED_QUEUE)),
  positionMs,
  /** Epoch ms. */
  changedAt: epochMs,
  /** What the app calls itself. */
  changedBy: line(60),
});
export type SavedQueue = z.infer<typeof savedQueue>;

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
