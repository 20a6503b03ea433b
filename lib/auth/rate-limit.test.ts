import { afterEach, expect, test, vi } from 'vitest';
import { RateLimiter } from './rate-limit';

function limiter(burst: number, everyS: number) {
  const clock = { ms: 0 };
  return { clock, limiter: new RateLimiter({ burst, everyS }, () => clock.ms) };
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
  const l = new RateLimiter({ burst: 2, everyS: 30 });
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
