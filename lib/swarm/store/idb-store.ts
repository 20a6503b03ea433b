/** The cache in IndexedDB: sealed chunks under [version, chunk], and one record for each asset. */
import { type DBSchema, type IDBPDatabase, openDB } from 'idb';
import { ChunkSet } from '@/lib/assets/ranges';
import { orTimeout } from '@/lib/util/abort';
import type { Clock } from '@/lib/util/clock';
import { CACHE_MAX_BYTES, CACHE_QUOTA_SHARE } from '../schedule/constants';
import { toEvict } from '../schedule/evict';
import { MemoryStore } from './memory-store';
import type { AssetInfo, ChunkStore, LostHandler, StoreUsage } from './store';

interface AssetRecord extends AssetInfo {
  version: string;
  bytes: number;
  lastUsed: number;
  pinned: boolean;
}

interface Schema extends DBSchema {
  chunks: { key: [string, number]; value: Uint8Array };
  assets: { key: string; value: AssetRecord };
}

type Batch = Map<string, Map<number, Uint8Array>>;

export interface IdbStoreOptions {
  /** Of the database. */
  name: string;
  clock: Clock;
  /** `navigator.storage.estimate`: bytes of the whole origin. */
  estimate: () => Promise<{ quota?: number; usage?: number }>;
  log: (message: string) => void;
  /** The budget is never less, whatever other tabs hold. */
  leastBytes?: number;
}

/** Writes are gathered for this long, so that a burst of chunks is one transaction. */
const WRITE_BEHIND_MS = 60;
/** A disk that has not answered by then is not waited for: the network is sooner, and the player has some seconds in hand. */
const READ_TIMEOUT_MS = 2000;
/** Chunks that wait to be written hold memory; beyond this they are not kept. */
const MAX_UNWRITTEN_BYTES = 64 * 1024 * 1024;
/** A database that does not open in this time (a blocked upgrade, a broken profile) is done without. */
const OPEN_TIMEOUT_MS = 4000;
/** How often the budget is taken anew: other tabs fill the same quota. */
const BUDGET_EVERY_MS = 30_000;
/** However much the other tabs hold, what plays now should fit: bytes, some tracks' worth. */
const MIN_BUDGET_BYTES = 64 * 1024 * 1024;
/** Where a browser tells no quota: bytes. */
const UNKNOWN_QUOTA_BYTES = 2 * 1024 ** 3;

/** Opens the cache; one in memory when the database cannot be had. Never rejects. */
export async function openIdbStore(options: IdbStoreOptions): Promise<ChunkStore> {
  const store = new IdbStore(options);
  await store.open();
  return store;
}

class IdbStore implements ChunkStore {
  private db: IDBPDatabase<Schema> | null = null;
  /** Takes over when the database fails. */
  private memory: MemoryStore | null = null;
  private readonly records = new Map<string, AssetRecord>();
  private readonly inUse = new Set<string>();
  private unwritten: Batch = new Map();
  private writing: Batch = new Map();
  private unwrittenBytes = 0;
  private flushing: Promise<void> | null = null;
  private cancelFlush: (() => void) | null = null;
  private budgetBytes = 0;
  private budgetAt = Number.NEGATIVE_INFINITY;
  private lost: LostHandler = () => {};

  constructor(private readonly options: IdbStoreOptions) {}

  async open(): Promise<void> {
    try {
      const opening = openDB<Schema>(this.options.name, 1, {
        upgrade(db) {
          db.createObjectStore('chunks');
          db.createObjectStore('assets', { keyPath: 'version' });
        },
        blocking: () => this.fail('the database is being deleted'),
        terminated: () => this.fail('the browser closed the database'),
      });
      const late = () => new Error('the database did not open in time');
      // Opened too late, it must not stand in the way of who deletes it.
      void opening.then((db) => this.memory !== null && db.close()).catch(() => {});
      this.db = await orTimeout(opening, OPEN_TIMEOUT_MS, this.options.clock, late);
      for (const record of await this.db.getAll('assets')) this.records.set(record.version, record);
      await this.refreshBudget();
    } catch (error) {
      this.fail(String(error));
    }
  }

  async use(version: string, info: AssetInfo): Promise<ChunkSet> {
    this.inUse.add(version);
    if (this.memory !== null) return this.memory.use(version, info);
    const known = this.records.get(version);
    const record = {
      version,
      ...info,
      bytes: known?.bytes ?? 0,
      pinned: known?.pinned ?? false,
      lastUsed: this.options.clock.now(),
    };
    this.records.set(version, record);
    this.writeSoon(version);
    // Nothing is held of what has no record, and a first press of play need not wait for the disk to say so.
    if (known === undefined) return ChunkSet.empty();
    try {
      const keys = (await this.inTime(this.database().getAllKeys('chunks', keysOf(version)))) ?? [];
      const held = ChunkSet.of(keys.map(([, chunk]) => chunk));
      for (const batch of [this.writing, this.unwritten]) {
        for (const chunk of batch.get(version)?.keys() ?? []) held.add(chunk);
      }
      return held;
    } catch (error) {
      return this.failOver(error).use(version, info);
    }
  }

  release(version: string): void {
    this.inUse.delete(version);
    this.memory?.release(version);
    const record = this.records.get(version);
    if (record === undefined) return;
    record.lastUsed = this.options.clock.now();
    this.writeSoon(version);
  }

  knows(trackId: string): boolean {
    if (this.memory !== null) return this.memory.knows(trackId);
    return [...this.records.values()].some((record) => record.trackId === trackId);
  }

  async manifest(version: string): Promise<Uint8Array | null> {
    return this.memory?.manifest(version) ?? this.records.get(version)?.manifest ?? null;
  }

  put(version: string, chunk: number, sealed: Uint8Array<ArrayBuffer>): void {
    if (this.memory !== null) {
      this.memory.put(version, chunk, sealed);
      return;
    }
    if (!this.records.has(version) || this.unwritten.get(version)?.has(chunk)) return;
    if (this.unwrittenBytes + sealed.length > MAX_UNWRITTEN_BYTES) {
      this.lost(version, [chunk]);
      return;
    }
    this.writeSoon(version).set(chunk, sealed);
    this.unwrittenBytes += sealed.length;
  }

  async get(version: string, chunk: number): Promise<Uint8Array | null> {
    if (this.memory !== null) return this.memory.get(version, chunk);
    const waiting = this.unwritten.get(version)?.get(chunk) ?? this.writing.get(version)?.get(chunk);
    if (waiting !== undefined) return waiting;
    try {
      return (await this.inTime(this.database().get('chunks', [version, chunk]))) ?? null;
    } catch (error) {
      return this.failOver(error).get(version, chunk);
    }
  }

  forget(version: string, chunk: number): void {
    if (this.memory !== null) {
      this.memory.forget(version, chunk);
      return;
    }
    this.unwritten.get(version)?.delete(chunk);
    this.database()
      .delete('chunks', [version, chunk])
      .catch((error) => this.failOver(error));
  }

  async drop(version: string): Promise<void> {
    this.inUse.delete(version);
    this.records.delete(version);
    this.unwritten.delete(version);
    if (this.memory !== null) return this.memory.drop(version);
    try {
      const tx = this.database().transaction(['chunks', 'assets'], 'readwrite', { durability: 'relaxed' });
      await Promise.all([
        tx.objectStore('chunks').delete(keysOf(version)),
        tx.objectStore('assets').delete(version),
        tx.done,
      ]);
    } catch (error) {
      this.failOver(error);
    }
  }

  pin(version: string, pinned: boolean): void {
    this.memory?.pin(version, pinned);
    const record = this.records.get(version);
    if (record === undefined) return;
    record.pinned = pinned;
    this.writeSoon(version);
  }

  usage(): StoreUsage {
    if (this.memory !== null) return this.memory.usage();
    return { usedBytes: this.usedBytes(), budgetBytes: this.budgetBytes, assets: this.records.size, lasting: true };
  }

  fits(bytes: number): boolean {
    return this.memory?.fits(bytes) ?? bytes <= this.budgetBytes * 0.9;
  }

  onLost(handler: LostHandler): void {
    this.lost = handler;
    this.memory?.onLost(handler);
  }

  async close(): Promise<void> {
    this.cancelFlush?.();
    if (this.memory === null) await this.flush();
    this.db?.close();
    await this.memory?.close();
  }

  private database(): IDBPDatabase<Schema> {
    if (this.db === null) throw new Error('the database is closed');
    return this.db;
  }

  /** @returns what a read answers; undefined when the disk takes too long */
  private inTime<T>(reading: Promise<T>): Promise<T | undefined> {
    const late = new Promise<undefined>((resolve) => {
      const cancel = this.options.clock.after(READ_TIMEOUT_MS, () => resolve(undefined));
      reading.then(cancel, cancel);
    });
    return Promise.race([reading, late]);
  }

  /** The version's record is written with the next batch, and whatever chunks are put into what this returns. */
  private writeSoon(version: string): Map<number, Uint8Array> {
    const chunks = this.unwritten.get(version) ?? new Map<number, Uint8Array>();
    this.unwritten.set(version, chunks);
    this.cancelFlush ??= this.options.clock.after(WRITE_BEHIND_MS, () => void this.flush());
    return chunks;
  }

  private usedBytes(): number {
    let sum = 0;
    for (const record of this.records.values()) sum += record.bytes;
    return sum;
  }

  /** Writes what waits; one transaction at a time. */
  private async flush(): Promise<void> {
    this.cancelFlush?.();
    this.cancelFlush = null;
    while (this.flushing !== null) await this.flushing;
    if (this.unwritten.size === 0 || this.memory !== null) return;
    this.flushing = this.writeBatch().finally(() => {
      this.flushing = null;
    });
    await this.flushing;
  }

  private async writeBatch(): Promise<void> {
    await this.refreshBudget();
    const batch = this.unwritten;
    this.writing = batch;
    this.unwritten = new Map();
    const bytes = this.unwrittenBytes;
    this.unwrittenBytes = 0;
    try {
      if (!(await this.makeRoom(bytes, batch))) return;
      try {
        await this.write(batch);
      } catch (error) {
        if (!isQuotaError(error)) throw error;
        // The browser gives less than it said: live within what is used now, and try once more.
        this.budgetBytes = Math.floor(this.usedBytes() * 0.9);
        if (await this.makeRoom(bytes, batch)) await this.write(batch).catch(() => this.loseBatch(batch));
      }
    } catch (error) {
      this.failOver(error);
    } finally {
      this.writing = new Map();
    }
  }

  private async write(batch: Batch): Promise<void> {
    const tx = this.database().transaction(['chunks', 'assets'], 'readwrite', { durability: 'relaxed' });
    const updates: Promise<unknown>[] = [];
    for (const [version, chunks] of batch) {
      const record = this.records.get(version);
      if (record === undefined) continue;
      let bytes = record.bytes;
      for (const [chunk, sealed] of chunks) {
        updates.push(tx.objectStore('chunks').put(sealed, [version, chunk]));
        bytes += sealed.length;
      }
      updates.push(tx.objectStore('assets').put({ ...record, bytes }));
    }
    // Of a batch that the browser aborts for want of room each write fails too, and says only that it was aborted.
    await Promise.all([...updates, tx.done]).catch((error: unknown) => {
      throw tx.error ?? error;
    });
    for (const [version, chunks] of batch) {
      const record = this.records.get(version);
      if (record !== undefined) for (const sealed of chunks.values()) record.bytes += sealed.length;
    }
  }

  /** @returns false when there is none to be had: the batch is lost */
  private async makeRoom(bytes: number, batch: Batch): Promise<boolean> {
    for (const version of toEvict([...this.records.values()], this.budgetBytes, bytes, this.inUse)) {
      await this.drop(version);
      this.lost(version, 'all');
    }
    if (this.usedBytes() + bytes <= this.budgetBytes) return true;
    this.loseBatch(batch);
    return false;
  }

  private loseBatch(batch: Batch): void {
    for (const [version, chunks] of batch) if (chunks.size > 0) this.lost(version, [...chunks.keys()]);
  }

  private async refreshBudget(): Promise<void> {
    const now = this.options.clock.now();
    if (now - this.budgetAt < BUDGET_EVERY_MS) return;
    this.budgetAt = now;
    const { quota = UNKNOWN_QUOTA_BYTES, usage = 0 } = await this.options
      .estimate()
      .catch(() => ({}) as StorageEstimate);
    // The share is of all tabs together; the others have used what is not ours.
    const others = Math.max(0, usage - this.usedBytes());
    this.budgetBytes = Math.max(
      this.options.leastBytes ?? MIN_BUDGET_BYTES,
      Math.min(quota * CACHE_QUOTA_SHARE, CACHE_MAX_BYTES) - others,
    );
  }

  private failOver(error: unknown): MemoryStore {
    return this.memory ?? this.fail(String(error));
  }

  /** The database is gone: from here on the cache is memory, and what was only in the database is lost. */
  private fail(reason: string): MemoryStore {
    if (this.memory !== null) return this.memory;
    this.options.log(`cache: ${reason}; it is kept in memory from now on`);
    const memory = new MemoryStore(this.options.clock);
    memory.onLost(this.lost);
    this.memory = memory;
    this.db?.close();
    this.db = null;
    for (const record of this.records.values()) {
      if (!this.inUse.has(record.version)) continue;
      void memory.use(record.version, record);
      memory.pin(record.version, record.pinned);
    }
    for (const version of this.records.keys()) this.lost(version, 'all');
    this.records.clear();
    this.unwritten.clear();
    return memory;
  }
}

function keysOf(version: string): IDBKeyRange {
  return IDBKeyRange.bound([version, 0], [version, Number.POSITIVE_INFINITY]);
}

function isQuotaError(error: unknown): boolean {
  return error instanceof Error && error.name === 'QuotaExceededError';
}
