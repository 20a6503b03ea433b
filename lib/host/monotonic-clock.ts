import type { Clock } from '@/lib/swarm/clock';

/** Time for durations: a wall clock that is set back or forward changes nothing. `now` counts ms from the process's start, not from 1970. */
export const monotonicClock: Clock = {
  now: () => performance.now(),
  after(ms, fn) {
    const timer = setTimeout(fn, ms);
    return () => clearTimeout(timer);
  },
};
