/** When a play counts, and how much of what a page says about it is believed. */

/** Heard for this long, a play counts however long the track is. */
export const COUNTS_AFTER_S = 240;
/** Tracks must be longer than this to count. */
export const SHORTEST_COUNTED_S = 30;
/** The start and the end of a play reach the server with different delays. */
export const CLOCK_SLACK_S = 10;

/**
 * The usual rule: half the track or four minutes were heard, whichever comes first
 * (https://listenbrainz.readthedocs.io/en/latest/users/api/core.html, POST /1/submit-listens), of a track longer than 30 s
 * (https://www.last.fm/api/scrobbling#when-is-a-scrobble-a-scrobble; ListenBrainz itself sets no such limit).
 * Pages that do not say how long the track is, or how much was heard, are believed when the track played to its end.
 * @param listenedS time heard, seconds; null: the page did not say
 * @param durationS of the track, seconds; null: the page did not say
 */
export function isCounted(play: { finished: boolean; listenedS: number | null; durationS: number | null }): boolean {
  const { finished, listenedS, durationS } = play;
  if (durationS === null) return finished || (listenedS !== null && listenedS >= COUNTS_AFTER_S);
  if (durationS <= SHORTEST_COUNTED_S) return false;
  if (listenedS === null) return finished;
  return listenedS >= Math.min(durationS / 2, COUNTS_AFTER_S);
}

/** Nobody hears more than the time that went by. @param startedAt epoch ms; @param endedAt epoch ms */
export function plausibleListening(listenedS: number, startedAt: number, endedAt: number): number {
  const passedS = Math.max(0, endedAt - startedAt) / 1000;
  return Math.max(0, Math.min(listenedS, passedS + CLOCK_SLACK_S));
}
