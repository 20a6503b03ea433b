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

/** The real clock, `factor` times faster: a test of seconds takes milliseconds. */
export function fasterClock(factor: number): Clock {
  const began = Date.now();
  return {
    now: () => began + (Date.now() - began) * factor,
    after: (ms, fn) => systemClock.after(ms / factor, fn),
  };
}
