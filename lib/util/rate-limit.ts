import { EnxameError } from '@/lib/contracts/errors';
import { BoundedMap } from './bounded-map';
import { steadyNow } from './clock';

/** How many at once, and how fast they come back. */
export interface Rate {
  burst: number;
  /** Milliseconds until one more is allowed. */
  everyMs: number;
}

/** A {@link RateLimiter} forgets the least recently used key beyond this many: a flood of names cannot grow the process. */
const MAX_KEYS = 10_000;

/**
 * Lets a burst through, then a steady rate. Keeps one number (the generic cell rate algorithm, ITU-T I.371): the time at which all that was
 * taken is paid for. Times are milliseconds of any clock; one that is set back does no harm.
 */
export class TokenBucket {
  private paidAt = Number.NEGATIVE_INFINITY;

  constructor(private readonly rate: Rate) {}

  /** @returns false when there are not `cost` tokens; nothing is taken then */
  take(now: number, cost = 1): boolean {
    if (this.waitMs(now, cost) > 0) return false;
    this.paidAt = Math.max(now, this.paidAt) + cost * this.rate.everyMs;
    return true;
  }

  /** How long until there are `cost` tokens; 0 when there are. */
  waitMs(now: number, cost = 1): number {
    const mostOwedMs = this.rate.burst * this.rate.everyMs;
    // More than a whole burst cannot be owed: whatever happened to the clock, a wait is no longer than that.
    this.paidAt = Math.min(this.paidAt, now + mostOwedMs);
    return Math.max(0, Math.max(now, this.paidAt) + cost * this.rate.everyMs - now - mostOwedMs);
  }

  /** Nothing would change if this bucket were thrown away and made anew. */
  isFull(now: number): boolean {
    return this.paidAt <= now;
  }
}

/** One bucket a key. Beyond `maxKeys` the least recently used is forgotten. */
export class TokenBuckets {
  private readonly buckets: BoundedMap<string, TokenBucket>;

  constructor(
    private readonly rate: Rate,
    maxKeys = Number.POSITIVE_INFINITY,
  ) {
    this.buckets = new BoundedMap(maxKeys);
  }

  get size(): number {
    return this.buckets.size;
  }

  take(key: string, now: number): boolean {
    return this.of(key).take(now);
  }

  waitMs(key: string, now: number): number {
    return this.of(key).waitMs(now);
  }

  /** Nothing was taken. */
  forget(key: string): void {
    this.buckets.delete(key);
  }

  /** Lets go of buckets that are full. */
  purge(now: number): void {
    for (const [key, bucket] of this.buckets.all()) if (bucket.isFull(now)) this.buckets.delete(key);
  }

  private of(key: string): TokenBucket {
    const bucket = this.buckets.get(key) ?? new TokenBucket(this.rate);
    this.buckets.set(key, bucket);
    return bucket;
  }
}

/** Bounds how often something happens, by key, in this process's memory, and refuses with an error that says when to come again. */
export class RateLimiter {
  private readonly buckets: TokenBuckets;

  /** @param now ms of a clock that is not set back */
  constructor(
    rate: Rate,
    private readonly now: () => number = steadyNow,
  ) {
    this.buckets = new TokenBuckets(rate, MAX_KEYS);
  }

  /**
   * Counts one for `key`.
   * @throws {EnxameError} `too_many_requests` with the seconds to wait
   */
  take(key: string): void {
    const now = this.now();
    if (!this.buckets.take(key, now)) throw this.refusal(key, now);
  }

  /**
   * Counts nothing.
   * @throws {EnxameError} as `take` would
   */
  assertRoom(key: string): void {
    const now = this.now();
    if (this.buckets.waitMs(key, now) > 0) throw this.refusal(key, now);
  }

  private refusal(key: string, now: number): EnxameError {
    return new EnxameError('too_many_requests', 'Too many attempts. Wait a moment and try again.', {
      retryAfterS: Math.ceil(this.buckets.waitMs(key, now) / 1000),
    });
  }

  /** Nothing was taken, as after a right password. */
  forget(key: string): void {
    this.buckets.forget(key);
  }
}
