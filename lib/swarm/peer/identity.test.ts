import { beforeEach, describe, expect, it, vi } from 'vitest';
import { newId } from '@/lib/contracts/ids';
import { FakeBrowser } from '../testing/fake-browser';
import { claimIdentity, sharedIdentity, sweepOrphans } from './identity';

let locks: Pick<LockManager, 'request'>;
let databases: string[];
beforeEach(() => {
  ({ locks } = new FakeBrowser().page());
  databases = [];
});

const hold = (name: string) => void locks.request(name, {}, () => new Promise(() => {}));

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
  return {
    values,
    claim: () => claimIdentity(parts),
    share: () => sharedIdentity(parts),
    sweep: () => sweepOrphans(parts),
  };
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
    hold(`enxame-peer-${used}`);
    expect((await tab().claim()).peerId).toBe(orphan);
    const third = await tab().claim();
    expect([used, orphan]).not.toContain(third.peerId);
  });

  it('deletes caches that nobody will adopt soon, and none in use', async () => {
    const used = newId();
    hold(`enxame-peer-${used}`);
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

describe('the tabs of one browser that share one peer', () => {
  it('are one, though they begin at once, and leave its lock to whoever leads', async () => {
    const browser = tab();
    const [one, other] = await Promise.all([browser.share(), browser.share()]);
    expect(one).toEqual(other);
    expect(one.databaseName).toBe(`enxame-${one.peerId}`);
    await expect(locks.request(one.lock, { ifAvailable: true }, (lock) => lock !== null)).resolves.toBe(true);
    expect(await browser.share()).toEqual(one);
  });

  it('take over a cache that a tab of its own left behind', async () => {
    const orphan = newId();
    databases = [`enxame-${orphan}`];
    expect((await tab().share()).peerId).toBe(orphan);
  });
});
