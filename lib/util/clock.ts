/** Time behind an interface, so that tests can make it pass faster. */
export interface Clock {
  /** Epoch ms. */
  now(): number;
  /** Runs `fn` once after `ms`. @returns cancel */
  after(ms: number, fn: () => void): () => void;
}

export const systemClock: Clock = {
  now: () => Date.now(),
  after(ms, fn) {
    const timer = setTimeout(fn, ms);
    return () => clearTimeout(timer);
  },
};

const beganAt = Date.now();
const beganSteady = performance.now();

/**
 * Whole epoch milliseconds as the wall clock had them when this process began, carried on by the machine's monotonic clock: never set back,
 * never jumping. For every duration that one process measures: limits, waits, and how long something is kept. What another clock is compared with
 * (a token's end, a row of the database, a message's time) takes the wall clock, `Date.now`.
 */
export function steadyNow(): number {
  return Math.floor(beganAt + performance.now() - beganSteady);
}

/** The same as a clock with timers. */
export const steadyClock: Clock = { ...systemClock, now: steadyNow };
