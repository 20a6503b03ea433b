import { EnxameError } from '@/lib/contracts/errors';
import { steadyNow } from '@/lib/util/steady-clock';

/** How many at once, and how fast they come back. */
export interface Limit {
  burst: number;
  /** Seconds until one more is allowed. */
  everyS: number;
}

/** The least recently used key is forgotten beyond this many: a flood of names cannot grow the process. */
const MAX_KEYS = 10_000;

/**
 * Bounds how often something happens, by key, in this process's memory. Keeps one number a key (the generic cell rate
 * algorithm): the time at which all that was taken is paid for.
 */
export class RateLimiter {
  private readonly paidAt = new Map<string, number>();

  /** @param now ms of a clock that is not set back */
  constructor(
    private readonly limit: Limit,
    private readonly now: () => number = steadyNow,
  ) {}

  /**
   * Counts one for `key`.
   * @throws {EnxameError} `too_many_requests` with the seconds to wait
   */
  take(key: string): void {
    const now = this.now();
    const everyMs = this.limit.everyS * 1000;
    // More than a whole burst cannot be owed: whatever happened to the clock, a wait is no longer than that.
    const mostOwedMs = this.limit.burst * everyMs;
    const paidAt = Math.min(Math.max(now, this.paidAt.get(key) ?? now), now + mostOwedMs);
    const waitMs = paidAt - now - (this.limit.burst - 1) * everyMs;
    if (waitMs > 0) {
      throw new EnxameError('too_many_requests', 'Too many attempts. Wait a moment and try again.', {
        retryAfterS: Math.ceil(waitMs / 1000),
      });
    }
    // Deleted and set again, so that the map's order is the order of use.
    this.paidAt.delete(key);
    this.paidAt.set(key, paidAt + everyMs);
    for (const oldest of this.paidAt.keys()) {
      if (this.paidAt.size <= MAX_KEYS) break;
      this.paidAt.delete(oldest);
    }
  }

  /** Nothing was taken, as after a right password. */
  forget(key: string): void {
    this.paidAt.delete(key);
  }
}
