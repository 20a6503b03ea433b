import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { EnxameError } from '@/lib/contracts/errors';
import { isTemporary, retryDelayMs, waitToRetry } from './retry';

describe('trying again', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it.each([
    ['unavailable', true],
    ['timeout', true],
    ['track_withdrawn', false],
    ['version_retired', false],
    ['too_many_streams', false],
  ] as const)('is worth it after %s: %s', (code, worth) => {
    expect(isTemporary(new EnxameError(code, ''))).toBe(worth);
  });

  it('is not worth it after what nobody expected', () => {
    expect(isTemporary(new Error('unavailable'))).toBe(false);
  });

  it('waits longer and longer, up to 15 s, or as long as it is told', () => {
    expect([0, 1, 2, 9].map((attempt) => retryDelayMs(attempt, null))).toEqual([500, 1000, 2000, 15_000]);
    expect(retryDelayMs(5, new EnxameError('too_many_requests', '', { retryAfterS: 3 }))).toBe(3000);
  });

  it('waits its time, and no more after the end', async () => {
    const abort = new AbortController();
    const outcome: string[] = [];
    waitToRetry(1000, abort.signal).then(() => outcome.push('first'));
    waitToRetry(2000, abort.signal).catch(() => outcome.push('aborted'));
    await vi.advanceTimersByTimeAsync(1001);
    expect(outcome).toEqual(['first']);
    abort.abort();
    await vi.advanceTimersByTimeAsync(0);
    expect(outcome).toEqual(['first', 'aborted']);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('waits no longer once the server is in reach again', async () => {
    const listeners = new Set<() => void>();
    const waiting = waitToRetry(15_000, new AbortController().signal, (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    });
    for (const listener of listeners) listener();
    await waiting;
    expect([listeners.size, vi.getTimerCount()]).toEqual([0, 0]);
  });
});
