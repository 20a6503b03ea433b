import { beforeEach, describe, expect, it, vi } from 'vitest';
import { newId } from '@/lib/contracts/ids';
import { claimIdentity, sweepOrphans } from './identity';

/** Web Locks of one origin, as far as they are used here. */
class Locks {
  readonly held = new Set<string>();
  private readonly waiting = new Map<string, (() => void)[]>();

  request = (async (name: string, options: LockOptions, callback: (lock: Lock | null) => Promise<void> | undefined) => {
    if (this.held.has(name)) {
      if (options.ifAvailable) return callback(null);
      await new Promise<void>((resolve, reject) => {
        options.signal?.addEventListener('abort', () => reject(options.signal?.reason));
        this.waiting.set(name, [...(this.waiting.get(name) ?? []), resolve]);
      });
    }
    this.held.add(name);
    await callback({ name, mode: 'exclusive' });
    this.held.delete(name);
    this.waiting.get(name)?.shift()?.();
    return undefined;
  }) as LockManager['request'];
}

let locks: Locks;
let databases: string[];
beforeEach(() => {
  locks = new Locks();
  databases = [];
});

function tab(copied?: Map<string, string>) {
  const values = new Map(copied);
  const storage = {
    getItem: (key: string) => values.get(key) ?? null,
    setItem: (key: string, value: string) => void values.set(key, value),
  };
  const parts = {
    storage,
    locks,
    databases: async () => databases,
    deleteDatabase: async (name: string) => {
      databases = databases.filter((other) => other !== name);
    },
  };
  return { values, claim: () => claimIdentity(parts), sweep: () => sweepOrphans(parts) };
}

describe('a tab', () => {
  it('keeps its identity over a reload, though the page before it is still being torn down', async () => {
    const page = tab();
    const before = await page.claim();
    expect(before.databaseName).toBe(`enxame-${before.peerId}`);
    const after = page.claim();
    before.release();
    expect((await after).peerId).toBe(before.peerId);
  });

  it('that is a duplicate gets an identity of its own', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout'] });
    const timeouts: AbortController[] = [];
    vi.spyOn(AbortSignal, 'timeout').mockImplementation(() => {
      const controller = new AbortController();
      timeouts.push(controller);
      return controller.signal;
    });
    const original = tab();
    const first = await original.claim();
    const claiming = tab(original.values).claim();
    await Promise.resolve();
    timeouts[0]?.abort(new DOMException('too long', 'TimeoutError'));
    const second = await claiming;
    expect(second.peerId).not.toBe(first.peerId);
    vi.restoreAllMocks();
    vi.useRealTimers();
  });

  it('adopts the cache of a tab that is gone, one each, and none that is in use', async () => {
    const [used, orphan] = [newId(), newId()];
    databases = ['another-site', 'enxame-nonsense', `enxame-${used}`, `enxame-${orphan}`];
    locks.held.add(`enxame-peer-${used}`);
    expect((await tab().claim()).peerId).toBe(orphan);
    const third = await tab().claim();
    expect([used, orphan]).not.toContain(third.peerId);
  });

  it('deletes caches that nobody will adopt soon, and none in use', async () => {
    const used = newId();
    locks.held.add(`enxame-peer-${used}`);
    databases = [`enxame-${used}`, ...Array.from({ length: 6 }, () => `enxame-${newId()}`)];
    const first = tab();
    const { databaseName } = await first.claim();
    await first.sweep();
    expect(databases).toHaveLength(5);
    expect(databases).toContain(`enxame-${used}`);
    expect(databases).toContain(databaseName);
  });

  it('begins anew where nothing can be remembered or listed', async () => {
    const storage = { getItem: () => 'no id', setItem: () => {} };
    const broken = {
      storage,
      locks,
      databases: () => Promise.reject(new Error('not here')),
      deleteDatabase: async () => {},
    };
    expect((await claimIdentity(broken)).peerId).toHaveLength(22);
  });
});
