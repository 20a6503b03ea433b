/** When a whole folder of the library is looked through. */

const HOUR_MS = 3_600_000;
/** A watched folder, too, is looked through this often (ms): the system drops events when very many files change at once. */
export const WATCHED_EVERY_MS = 24 * HOUR_MS;
/** Servers that start, or were configured, together do not all look at a shared disk together. */
export const JITTER = 0.1;
/** After the start (ms), for what changed while the server was off; not before it serves. */
export const FIRST_AFTER_MS = 10_000;
/** After a look that failed, as while the database or the disk is away (ms). */
export const RETRY_MS = 60_000;

/**
 * How long to wait for the next look at all of a folder (ms); null: it is not looked at by schedule.
 * @param of.everyMs the setting, for folders that are not watched; null: there is no schedule
 * @param random from 0 to below 1
 */
export function nextLookMs(
  of: { last: 'none' | 'done' | 'failed'; isWatched: boolean; everyMs: number | null },
  random: number,
): number | null {
  const spread = (ms: number) => Math.round(ms * (1 - JITTER + 2 * JITTER * random));
  if (of.last === 'none') return of.isWatched || of.everyMs !== null ? spread(FIRST_AFTER_MS) : null;
  if (of.last === 'failed') return of.isWatched || of.everyMs !== null ? spread(RETRY_MS) : null;
  if (of.isWatched) return spread(WATCHED_EVERY_MS);
  return of.everyMs === null ? null : spread(of.everyMs);
}
