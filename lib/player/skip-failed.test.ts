import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { SkipFailed } from './skip-failed';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

it('goes to the next track once the reason was shown', () => {
  const skip = vi.fn();
  new SkipFailed().failed('track_withdrawn', 3, skip);
  vi.advanceTimersByTime(3999);
  expect(skip).not.toHaveBeenCalled();
  vi.advanceTimersByTime(1);
  expect(skip).toHaveBeenCalledOnce();
});

it.each(['too_many_streams', 'account_disabled', 'internal'] as const)('stays after %s', (code) => {
  new SkipFailed().failed(code, 3, vi.fn());
  expect(vi.getTimerCount()).toBe(0);
});

it('stays where there is nothing to skip to', () => {
  new SkipFailed().failed('file_missing', 3, null);
  expect(vi.getTimerCount()).toBe(0);
});

it('tries every track of the queue once, and counts anew after one that played', () => {
  const failed = new SkipFailed();
  let skipped = 0;
  const fail = () => {
    failed.failed('file_missing', 3, () => skipped++);
    vi.runAllTimers();
  };
  for (let i = 0; i < 5; i++) fail();
  expect(skipped).toBe(2);
  failed.reset();
  fail();
  expect(skipped).toBe(3);
});

it('does not skip once it was cancelled', () => {
  const failed = new SkipFailed();
  failed.failed('file_missing', 3, vi.fn());
  failed.cancel();
  expect(vi.getTimerCount()).toBe(0);
});
