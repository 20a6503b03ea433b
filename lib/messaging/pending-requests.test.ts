import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { EnxameError } from '@/lib/contracts/errors';
import { RPC_TIMEOUT_MS } from './bus';
import { PendingRequests } from './pending-requests';

describe('Replies', () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it('gives each question its own answer, and drops one that nobody waits for', async () => {
    const replies = new PendingRequests();
    const sent: string[] = [];
    const ask = (id: string) => replies.wait(id, 'x', {}, () => void sent.push(id));
    const [first, second] = [ask('1'), ask('2')];
    replies.settle('3', 'to nobody');
    replies.settle('2', 'two');
    replies.settle('1', 'one');
    expect(await Promise.all([first, second])).toEqual(['one', 'two']);
    expect(sent).toEqual(['1', '2']);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('times out', async () => {
    const replies = new PendingRequests();
    const outcome = expect(replies.wait('1', 'catalog.search', {}, () => {})).rejects.toMatchObject({
      code: 'timeout',
      message: expect.stringContaining('catalog.search'),
    });
    await vi.advanceTimersByTimeAsync(RPC_TIMEOUT_MS);
    await outcome;
  });

  it('can be called off, also before it began, and leaves no listener', async () => {
    const replies = new PendingRequests();
    const abort = new AbortController();
    const removed = vi.spyOn(abort.signal, 'removeEventListener');
    const called = replies.wait('1', 'x', { signal: abort.signal }, () => {});
    abort.abort(new Error('enough'));
    await expect(called).rejects.toThrow('enough');
    expect(removed).toHaveBeenCalled();
    const send = vi.fn();
    await expect(replies.wait('2', 'x', { signal: abort.signal }, send)).rejects.toThrow('enough');
    expect(send).not.toHaveBeenCalled();
  });

  it('ends with the failure of the sending, or of everything', async () => {
    const replies = new PendingRequests();
    await expect(replies.wait('1', 'x', {}, () => Promise.reject(new Error('no channel')))).rejects.toThrow(
      'no channel',
    );
    const waiting = replies.wait('2', 'x', {}, () => {});
    replies.failAll(new EnxameError('unavailable', 'away'));
    await expect(waiting).rejects.toMatchObject({ code: 'unavailable' });
    expect(vi.getTimerCount()).toBe(0);
  });
});
