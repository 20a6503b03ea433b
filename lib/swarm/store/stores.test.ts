import 'fake-indexeddb/auto';
import { forceCloseDatabase } from 'fake-indexeddb';
import { deleteDB, openDB } from 'idb';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { newId } from '@/lib/contracts/ids';
import { HandClock } from '@/lib/util/testing/hand-clock';
import { eventually } from '@/testing/wait';
import { openIdbStore } from './idb-store';
import { MemoryStore } from './memory-store';
import type { ChunkStore } from './store';

const info = { trackId: newId(), manifest: Uint8Array.of(1, 2, 3) };
const bytes = (length: number, value: number) => new Uint8Array(length).fill(value);
/** The database in memory works in turns of the event loop, none of them waiting for a clock: more turns than a batch of writes takes. */
const settled = async () => {
  for (let turn = 0; turn < 200; turn++) await new Promise((resolve) => setImmediate(resolve));
};

let clock: HandClock;
let name: string;
let open: ChunkStore[];
let quota: number;
let usage: number;
beforeEach(() => {
  clock = new HandClock();
  name = `enxame-${newId()}`;
  open = [];
  quota = 1_000_000;
  usage = 0;
});
afterEach(async () => {
  await Promise.all(open.map((store) => store.close()));
  vi.restoreAllMocks();
});

async function idb(leastBytes = 0): Promise<ChunkStore> {
  const estimate = async () => ({ quota, usage });
  const store = await openIdbStore({ name, clock, estimate, log: () => {}, leastBytes });
  open.push(store);
  return store;
}
const written = async () => {
  clock.pass(100);
  await settled();
};
const lostBy = (store: ChunkStore) => {
  const lost: [string, readonly number[] | 'all'][] = [];
  store.onEvicted((versionId, chunks) => lost.push([versionId, chunks]));
  return lost;
};

describe.each([
  ['in memory', async () => new MemoryStore(clock, 100_000)],
  ['in IndexedDB', () => idb()],
])('a cache %s', (_, make) => {
  it('gives back what was put, and says what it holds', async () => {
    const store = await make();
    expect([...(await store.use('v', info))]).toEqual([]);
    store.put('v', 0, bytes(10, 1));
    store.put('v', 5, bytes(10, 2));
    expect(await store.get('v', 5)).toEqual(bytes(10, 2));
    await written();
    expect(await store.get('v', 0)).toEqual(bytes(10, 1));
    expect(await store.get('v', 1)).toBeNull();
    expect(await store.get('w', 0)).toBeNull();
    expect([...(await store.use('v', info))]).toEqual([0, 5]);
    expect(await store.manifest('v')).toEqual(info.manifest);
    expect(store.usage()).toMatchObject({ usedBytes: 20, budgetBytes: 100_000, assets: 1 });
    store.evictChunk('v', 0);
    await settled();
    expect(await store.get('v', 0)).toBeNull();
    await store.evict('v');
    expect(await store.get('v', 5)).toBeNull();
    expect(await store.manifest('v')).toBeNull();
    expect(store.usage().assets).toBe(0);
  });

  it('makes room by the asset used longest ago, never by one in use', async () => {
    const store = await make();
    const lost = lostBy(store);
    for (const versionId of ['a', 'b', 'c']) {
      await store.use(versionId, info);
      store.put(versionId, 0, bytes(40_000, 1));
      await written();
      clock.pass(1000);
      if (versionId !== 'a') store.release(versionId);
    }
    expect(lost).toEqual([['b', 'all']]);
    expect(await store.get('b', 0)).toBeNull();
    expect(await store.get('a', 0)).not.toBeNull();
    expect(await store.get('c', 0)).not.toBeNull();
  });

  it('makes room by what is pinned last, and by it like any other once it is not', async () => {
    const store = await make();
    const lost = lostBy(store);
    const keep = async (versionId: string) => {
      clock.pass(1000);
      await store.use(versionId, info);
      store.put(versionId, 0, bytes(30_000, 1));
      await written();
      store.release(versionId);
    };
    await keep('pinned');
    store.pin('pinned', true);
    store.pin('unknown', true);
    for (const versionId of ['a', 'b', 'c']) await keep(versionId);
    expect(lost).toEqual([['a', 'all']]);
    store.pin('pinned', false);
    await keep('d');
    expect(lost[1]).toEqual(['pinned', 'all']);
    // All pinned: the one used longest ago goes.
    for (const versionId of ['b', 'c', 'd']) store.pin(versionId, true);
    await keep('e');
    expect(lost[2]).toEqual(['b', 'all']);
  });

  it('says so when there is no room even so', async () => {
    const store = await make();
    const lost = lostBy(store);
    await store.use('a', info);
    store.put('a', 0, bytes(60_000, 1));
    await written();
    store.put('a', 1, bytes(60_000, 1));
    await written();
    expect(lost).toHaveLength(1);
    expect(store.usage().usedBytes).toBe(60_000);
    expect(store.fits(95_000)).toBe(false);
    expect(store.fits(80_000)).toBe(true);
  });
});

describe('the cache in IndexedDB', () => {
  it('is found again after a reload', async () => {
    const before = await idb();
    await before.use('v', info);
    before.put('v', 3, bytes(10, 7));
    await before.close();
    const after = await idb();
    expect(await after.manifest('v')).toEqual(info.manifest);
    expect([...(await after.use('v', info))]).toEqual([3]);
    expect(await after.get('v', 3)).toEqual(bytes(10, 7));
    expect(after.usage()).toMatchObject({ usedBytes: 10, lasting: true });
  });

  it('knows after a reload what is pinned, and what was heard last', async () => {
    const before = await idb();
    for (const versionId of ['pinned', 'heard', 'other']) {
      clock.pass(1000);
      await before.use(versionId, info);
      before.put(versionId, 0, bytes(30_000, 1));
      await written();
    }
    before.pin('pinned', true);
    before.release('other');
    clock.pass(1000);
    before.release('heard');
    await before.close();
    const after = await idb();
    const lost = lostBy(after);
    for (const versionId of ['new', 'newer']) {
      await after.use(versionId, info);
      after.put(versionId, 0, bytes(30_000, 1));
      await written();
    }
    expect(lost).toEqual([
      ['other', 'all'],
      ['heard', 'all'],
    ]);
  });

  it('shares its quota with other tabs', async () => {
    usage = 70_000;
    expect((await idb()).usage().budgetBytes).toBe(30_000);
    expect((await idb(50_000)).usage().budgetBytes).toBe(50_000);
  });

  it('writes a burst at once, with what else there is to note', async () => {
    const store = await idb();
    await store.use('v', info);
    await store.use('w', info);
    const transactions = vi.spyOn(IDBDatabase.prototype, 'transaction');
    for (let chunk = 0; chunk < 20; chunk++) store.put(chunk % 2 ? 'v' : 'w', chunk, bytes(10, chunk));
    await written();
    expect(transactions).toHaveBeenCalledTimes(1);
    expect([...(await store.use('v', info))]).toHaveLength(10);
  });

  it('keeps nobody waiting for a slow disk: chunks are read before they are written, and an asset begins', async () => {
    const store = await idb();
    await store.use('v', info);
    await written();
    // Another page writes to the same database, and does not come to an end.
    const other = await openDB(name, 1);
    const busy = other.transaction(['chunks', 'assets'], 'readwrite');
    let isOver = false;
    const keepBusy = async () => {
      while (!isOver) await busy.objectStore('assets').count();
    };
    const working = keepBusy();
    try {
      store.put('v', 0, bytes(10, 1));
      expect(await store.get('v', 0)).toEqual(bytes(10, 1));
      clock.pass(100);
      expect(await store.get('v', 0)).toEqual(bytes(10, 1));
      expect([...(await store.use('new', info))]).toEqual([]);
      store.put('v', 1, bytes(10, 2));
      expect(await store.get('v', 1)).toEqual(bytes(10, 2));
      // What only the disk knows is not waited for long.
      const reading = store.get('v', 7);
      const using = store.use('v', info);
      await settled();
      clock.pass(3000);
      expect(await reading).toBeNull();
      expect([...(await using)]).toEqual([0, 1]);
    } finally {
      isOver = true;
      await working;
      other.close();
    }
    await eventually(async () => expect([...(await store.use('v', info))]).toEqual([0, 1]));
    expect(store.usage().lasting).toBe(true);
  });

  it('lives with less when the browser gives less than it said', async () => {
    const store = await idb();
    const lost = lostBy(store);
    await store.use('old', info);
    store.put('old', 0, bytes(50_000, 1));
    await written();
    store.release('old');
    await store.use('new', info);
    const put = IDBObjectStore.prototype.put;
    let refusals = 1;
    vi.spyOn(IDBObjectStore.prototype, 'put').mockImplementation(function (this: IDBObjectStore, ...args) {
      if (refusals-- > 0) throw new DOMException('full', 'QuotaExceededError');
      return put.apply(this, args);
    });
    store.put('new', 0, bytes(20_000, 2));
    await written();
    await settled();
    expect(lost).toEqual([['old', 'all']]);
    expect(await store.get('new', 0)).toEqual(bytes(20_000, 2));
    expect(store.usage().budgetBytes).toBeLessThan(50_000);
  });

  it('lives with less when the browser takes back a whole batch for want of room', async () => {
    const store = await idb();
    const lost = lostBy(store);
    await store.use('old', info);
    store.put('old', 0, bytes(50_000, 1));
    await written();
    store.release('old');
    await written();
    await store.use('new', info);
    const transaction = IDBDatabase.prototype.transaction;
    let refusals = 1;
    vi.spyOn(IDBDatabase.prototype, 'transaction').mockImplementation(function (this: IDBDatabase, ...args) {
      const tx = transaction.apply(this, args);
      if (args[1] === 'readwrite' && refusals-- > 0) {
        // As Chromium does it at the commit: the transaction has the reason, its writes say only that it was aborted.
        vi.spyOn(tx, 'error', 'get').mockReturnValue(new DOMException('full', 'QuotaExceededError'));
        queueMicrotask(() => tx.abort());
      }
      return tx;
    });
    store.put('new', 0, bytes(20_000, 2));
    await written();
    await eventually(() => expect(lost).toEqual([['old', 'all']]));
    expect(await store.get('new', 0)).toEqual(bytes(20_000, 2));
    await written();
    expect(store.usage()).toMatchObject({ usedBytes: 20_000, lasting: true });
  });

  it('loses what there is no room for at all, and stays a database', async () => {
    const store = await idb();
    const lost = lostBy(store);
    await store.use('v', info);
    vi.spyOn(IDBObjectStore.prototype, 'put').mockImplementation(() => {
      throw new DOMException('full', 'QuotaExceededError');
    });
    store.put('v', 0, bytes(10, 1));
    await written();
    await eventually(() => expect(lost).toEqual([['v', [0]]]));
    expect(await store.get('v', 0)).toBeNull();
    expect(store.usage().lasting).toBe(true);
  });

  it('misses rows that the browser threw away, and takes them again', async () => {
    const store = await idb();
    await store.use('v', info);
    store.put('v', 0, bytes(10, 1));
    store.put('v', 1, bytes(10, 2));
    await written();
    const other = await openDB(name, 1);
    await other.clear('assets');
    await other.delete('chunks', ['v', 0]);
    other.close();
    expect(await store.get('v', 0)).toBeNull();
    expect(await store.get('v', 1)).toEqual(bytes(10, 2));
    store.put('v', 0, bytes(10, 3));
    await written();
    expect(await store.get('v', 0)).toEqual(bytes(10, 3));
    await store.close();
    expect([...(await (await idb()).use('v', info))]).toEqual([0, 1]);
  });

  it('goes on in memory when the database is deleted under it', async () => {
    const store = await idb();
    const lost = lostBy(store);
    await store.use('v', info);
    store.put('v', 0, bytes(10, 1));
    await written();
    await deleteDB(name);
    await settled();
    expect(lost).toContainEqual(['v', 'all']);
    store.put('v', 1, bytes(10, 2));
    expect(await store.get('v', 1)).toEqual(bytes(10, 2));
    expect(await store.get('v', 0)).toBeNull();
    await store.use('w', info);
    expect(store.usage()).toMatchObject({ usedBytes: 10, assets: 2, lasting: false });
  });

  it('goes on in memory when the browser closes the database, with what was pinned', async () => {
    const transaction = vi.spyOn(IDBDatabase.prototype, 'transaction');
    const store = await idb();
    const lost = lostBy(store);
    await store.use('v', info);
    store.pin('v', true);
    store.put('v', 0, bytes(10, 1));
    await written();
    forceCloseDatabase(transaction.mock.contexts[0] as never);
    await settled();
    expect(lost).toEqual([['v', 'all']]);
    store.put('v', 1, bytes(10, 2));
    expect(await store.get('v', 1)).toEqual(bytes(10, 2));
    expect(store.usage()).toMatchObject({ usedBytes: 10, lasting: false });
  });

  describe.each([
    [
      'where the browser has none',
      async () => {
        vi.stubGlobal('indexedDB', undefined);
        return idb();
      },
    ],
    [
      'where the browser refuses it, as in some private windows',
      async () => {
        vi.spyOn(indexedDB, 'open').mockImplementation(() => {
          throw new DOMException('not allowed', 'SecurityError');
        });
        return idb();
      },
    ],
    [
      'that a newer Enxame made',
      async () => {
        (await openDB(name, 7)).close();
        return idb();
      },
    ],
    [
      'that another tab keeps from being deleted',
      async () => {
        const stubborn = await openDB(name, 1);
        const deleting = deleteDB(name);
        const opening = idb();
        await settled();
        clock.pass(5000);
        const store = await opening;
        stubborn.close();
        await deleting;
        return store;
      },
    ],
  ])('%s', (_case, opened) => {
    afterEach(() => vi.unstubAllGlobals());

    it('is in memory, and says so', async () => {
      const store = await opened();
      await store.use('v', info);
      store.put('v', 0, bytes(10, 1));
      expect(await store.get('v', 0)).toEqual(bytes(10, 1));
      expect(store.usage()).toMatchObject({ usedBytes: 10, lasting: false });
    });
  });
});
