import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { EnxameError } from '@/lib/contracts/errors';
import type { PlayEvent } from './api';
import { PlayReport } from './play-report';
import { isTemporary, retryDelayMs, waitToRetry } from './retry';
import { createStore } from './store';

describe('a store', () => {
  it('keeps its value until something differs, then replaces it and tells', () => {
    const store = createStore({ a: 1, b: 'x' });
    const before = store.get();
    let told = 0;
    const stop = store.subscribe(() => told++);
    store.set({ a: 1 });
    expect([store.get() === before, told]).toEqual([true, 0]);
    store.set({ a: 2 });
    expect([store.get(), before, told]).toEqual([{ a: 2, b: 'x' }, { a: 1, b: 'x' }, 1]);
    stop();
    store.set({ a: 3 });
    expect(told).toBe(1);
  });
});

describe('what the history hears', () => {
  const bytes = { cache: 1, peer: 2, origin: 3 };
  const heard = (act: (report: PlayReport) => void) => {
    const events: PlayEvent[] = [];
    act(new PlayReport('t', (event) => events.push(event)));
    return events;
  };

  it('is a start and one end, of one play', () => {
    const events = heard((report) => {
      report.started(-0.001);
      report.started(1);
      report.moved(20);
      report.jumped(50);
      report.over('finished', 60, 60, bytes);
      report.over('skipped', 60, 60, bytes);
    });
    expect(events).toMatchObject([
      { type: 'started', trackId: 't', positionS: 0 },
      { type: 'finished', positionS: 60, listenedS: 30.001, durationS: 60, bytes },
    ]);
    expect(events[0]?.playId).toBe(events[1]?.playId);
  });

  it('leaves out a length that nobody knows', () => {
    const [, ended] = heard((report) => {
      report.started(0);
      report.over('skipped', 5, 0, bytes);
    });
    expect(ended).toMatchObject({ listenedS: 5 });
    expect(ended).not.toHaveProperty('durationS');
  });

  it('is nothing of a play that never sounded, nor after its end', () => {
    expect(
      heard((report) => {
        report.over('skipped', 0, 60, bytes);
        report.started(0);
      }),
    ).toEqual([]);
  });
});

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
});
