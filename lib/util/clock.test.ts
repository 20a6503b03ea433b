import { afterEach, expect, test, vi } from 'vitest';
import { steadyNow } from './clock';

afterEach(() => vi.useRealTimers());

test('is the wall clock’s time, and does not follow where that is set', () => {
  expect(Math.abs(steadyNow() - Date.now())).toBeLessThan(3600_000);
  vi.useFakeTimers({ toFake: ['Date'] });
  const before = steadyNow();
  for (const hours of [-2, 4]) {
    vi.setSystemTime(Date.now() + hours * 3600_000);
    expect(steadyNow() - before).toBeGreaterThanOrEqual(0);
    expect(steadyNow() - before).toBeLessThan(3600_000);
  }
});
