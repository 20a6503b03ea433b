import { describe, expect, it, vi } from 'vitest';

import { SESSION_KEPT_MS, SessionCache } from './session-cache';
import type { Session } from './sessions';

const of = (id: string, more: Partial<Session> = {}): Session => ({
  id: `session of ${id}`,
  account: { id, name: id, email: `${id}@example.org`, role: 'listener', locale: null },
  disabled: false,
  setCookies: [],
  ...more,
});

function cacheAt(start = 0) {
  let now = start;
  const cache = new SessionCache<Session>(() => now);
  return { cache, pass: (ms: number) => (now += ms) };
}

describe('a session that was looked up', () => {
  it('is kept for a minute and no longer', async () => {
    const { cache, pass } = cacheAt();
    const look = vi.fn(async () => of('ada'));
    await cache.get('a', look);
    pass(SESSION_KEPT_MS - 1);
    expect((await cache.get('a', look)).account?.id).toBe('ada');
    expect(look).toHaveBeenCalledTimes(1);
    pass(1);
    await cache.get('a', look);
    expect(look).toHaveBeenCalledTimes(2);
  });

  it.each([
    ['nobody is signed in', of('ada', { account: null })],
    ['the account is disabled', of('ada', { account: null, disabled: true })],
    ['the reply must carry a new cookie', of('ada', { setCookies: ['a=1'] })],
  ])('is asked for again where %s', async (_, session) => {
    const { cache } = cacheAt();
    const look = vi.fn(async () => session);
    await cache.get('a', look);
    expect(await cache.get('a', look)).toBe(session);
    expect(look).toHaveBeenCalledTimes(2);
  });

  it('is forgotten as a session, however its cookie was written, or with its account, and others stay', async () => {
    const { cache } = cacheAt();
    for (const [cookie, id, session] of [
      ['a1', 'ada', 'phone'],
      ['%611', 'ada', 'phone'],
      ['a2', 'ada', 'desk'],
      ['b', 'bia', 'bed'],
    ] as const)
      await cache.get(cookie, async () => of(id, { id: session }));
    const isKept = async (cookie: string) => {
      const again = vi.fn(async () => of('x', { account: null }));
      await cache.get(cookie, again);
      return again.mock.calls.length === 0;
    };
    cache.forget('phone');
    expect([await isKept('a2'), await isKept('b')]).toEqual([true, true]);
    expect([await isKept('a1'), await isKept('%611')]).toEqual([false, false]);
    cache.forgetAccount('ada');
    expect([await isKept('a2'), await isKept('b')]).toEqual([false, true]);
    cache.forgetAll();
    expect(await isKept('b')).toBe(false);
  });

  it('is not kept when the account changed while it was looked up', async () => {
    const { cache } = cacheAt();
    const look = vi.fn(async () => {
      cache.forgetAccount('ada');
      return of('ada');
    });
    await cache.get('a', look);
    await cache.get('a', look);
    expect(look).toHaveBeenCalledTimes(2);
  });
});
