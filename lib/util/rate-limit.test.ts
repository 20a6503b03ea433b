import { afterEach, expect, test, vi } from 'vitest';
import { RateLimiter, TokenBucket, TokenBuckets } from './rate-limit';

function limiter(burst: number, everyS: number) {
  const clock = { ms: 0 };
  return { clock, limiter: new RateLimiter({ burst, everyMs: everyS * 1000 }, () => clock.ms) };
}

afterEach(() => vi.useRealTimers());

test('allows the burst, then refuses with the seconds to wait, then one more each interval', () => {
  const { clock, limiter: l } = limiter(2, 30);
  l.take('a');
  l.take('a');
  clock.ms = 10_000;
  expect(() => l.take('a')).toThrow(expect.objectContaining({ code: 'too_many_requests', retryAfterS: 20 }));
  clock.ms = 30_000;
  l.take('a');
  expect(() => l.take('a')).toThrow();
});

test('keys do not disturb each other, and a forgotten key starts anew', () => {
  const { limiter: l } = limiter(1, 60);
  l.take('a');
  l.take('b');
  expect(() => l.take('a')).toThrow();
  l.forget('a');
  l.take('a');
});

test('a flood of names cannot grow it: the least recently used go first', () => {
  const { limiter: l } = limiter(1, 60);
  l.take('first');
  for (let i = 0; i < 10_000; i++) l.take(`name ${i}`);
  l.take('first');
  expect(() => l.take('name 9999')).toThrow();
});

test('a wall clock that is set back two hours locks nobody out', () => {
  vi.useFakeTimers({ toFake: ['Date'] });
  const l = new RateLimiter({ burst: 2, everyMs: 30_000 });
  l.take('a');
  vi.setSystemTime(Date.now() - 2 * 3600_000);
  l.take('a');
  expect(() => l.take('a')).toThrow(expect.objectContaining({ code: 'too_many_requests', retryAfterS: 30 }));
});

test('no wait is longer than all that can be owed, whatever the clock does', () => {
  const { clock, limiter: l } = limiter(2, 30);
  l.take('a');
  l.take('a');
  clock.ms = -2 * 3600_000;
  expect(() => l.take('a')).toThrow(expect.objectContaining({ code: 'too_many_requests', retryAfterS: 30 }));
});

test('a bucket lets a burst through, then a steady rate', () => {
  const bucket = new TokenBucket({ burst: 3, everyMs: 500 });
  expect([0, 0, 0, 0].map((now) => bucket.take(now))).toEqual([true, true, true, false]);
  expect(bucket.take(499)).toBe(false);
  expect(bucket.take(500)).toBe(true);
  expect(bucket.take(500)).toBe(false);
  expect(bucket.take(60_000, 4)).toBe(false);
  expect(bucket.take(60_000, 3)).toBe(true);
});

test('a clock set back neither fills a bucket nor locks it', () => {
  const bucket = new TokenBucket({ burst: 1, everyMs: 1_000 });
  expect(bucket.take(100_000)).toBe(true);
  expect(bucket.take(50_000)).toBe(false);
  expect(bucket.take(51_000)).toBe(true);
});

test('buckets are kept only while they are not full', () => {
  const buckets = new TokenBuckets({ burst: 1, everyMs: 1_000 });
  expect([buckets.take('a', 0), buckets.take('a', 0), buckets.take('b', 900)]).toEqual([true, false, true]);
  buckets.purge(1_000);
  expect(buckets.size).toBe(1);
  buckets.purge(1_900);
  expect(buckets.size).toBe(0);
});
