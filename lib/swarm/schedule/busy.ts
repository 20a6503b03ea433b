/** Whether this tab's processor is too busy to serve others: a pure judgement over samples, with hysteresis. */

/**
 * Share of time, 0 to 1, above which a sample counts as busy and below which as calm. Between the two nothing changes. Calm was 0.6: of eight
 * tabs on a machine that was full for a moment and then three quarters so, five never served again, and the origin did (bench:swarm).
 */
const BUSY_ABOVE = 0.85;
const CALM_BELOW = 0.8;
/** It must stay so for this long, ms: a page that loads is busy for a second, and sharing should not flicker. */
const BUSY_AFTER_MS = 5_000;
const CALM_AFTER_MS = 10_000;

export interface Busyness {
  busy: boolean;
  /** Since when samples say the opposite of `busy` (epoch ms); null while they agree. */
  contraryAt: number | null;
}

export const CALM: Busyness = { busy: false, contraryAt: null };

/** @param load 0 (idle) to 1 (nothing left) @param now epoch ms, not before the last one's */
export function judge(before: Busyness, load: number, now: number): Busyness {
  const isContrary = before.busy ? load < CALM_BELOW : load > BUSY_ABOVE;
  if (!isContrary) return before.contraryAt === null ? before : { busy: before.busy, contraryAt: null };
  const since = before.contraryAt ?? now;
  const enough = before.busy ? CALM_AFTER_MS : BUSY_AFTER_MS;
  if (now - since >= enough) return { busy: !before.busy, contraryAt: null };
  return { busy: before.busy, contraryAt: since };
}
