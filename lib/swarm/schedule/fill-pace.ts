/** How fast the whole of a track is fetched: the faster, the less there is for line and processor to do besides. */
import { FILL_PACE, FILL_PACE_FAIR, FILL_PACE_IDLE, ORIGIN_AHEAD_S, ORIGIN_ALONE_AHEAD_S } from './constants';

export interface Idleness {
  /** Share of the machine's processor that is used, 0 to 1; 1 where that is not known. */
  cpuLoad: number;
  /** The connection costs the listener money. */
  metered: boolean;
  /** Seconds of sound buffered ahead of the playhead. */
  bufferedS: number;
  /** How many times as long as at its best the origin last took to bring a chunk; 1 where that is not known. */
  originSlowdown: number;
}

/** Loads up to which a processor counts as idle and as fair: between what Chromium calls nominal, fair and serious (cpu-watch.ts). */
const IDLE_LOAD = 0.3;
const FAIR_LOAD = 0.6;
/** From this slowdown on the origin has others to serve, who may be waiting for their first sound. */
const ORIGIN_SHARED = 2;

/** Seconds of sound that are fetched in a second, beyond what is needed soon. */
export function fillPace({ cpuLoad, metered, bufferedS, originSlowdown }: Idleness): number {
  if (metered || bufferedS < ORIGIN_AHEAD_S || originSlowdown >= ORIGIN_SHARED || cpuLoad > FAIR_LOAD) return FILL_PACE;
  return cpuLoad > IDLE_LOAD ? FILL_PACE_FAIR : FILL_PACE_IDLE;
}

/** How much of a track may have been fetched by `at` (epoch ms), in seconds of its sound. */
export interface FillBudget {
  at: number;
  seconds: number;
}

/** What a track begins with. @param now epoch ms */
export function fillBudgetAt(now: number): FillBudget {
  return { at: now, seconds: ORIGIN_ALONE_AHEAD_S };
}

/**
 * The budget now. Each pace counts for the time it was chosen for: a machine that becomes idle does not make up for the time before.
 * @param pace since the last time @param now epoch ms
 */
export function grownBudget({ at, seconds }: FillBudget, pace: number, now: number): FillBudget {
  return { at: now, seconds: seconds + (pace * Math.max(0, now - at)) / 1000 };
}
