/** The cache of a browser: in IndexedDB (chunk-database.ts), written behind and under a budget; in memory when there is no database. */
import { ChunkSet } from '@/lib/assets/ranges';
import type { Clock } from '@/lib/util/clock';
import { CACHE_MAX_BYTES, CACHE_QUOTA_SHARE } from '../schedule/constants';
import { type EvictionCandidate, toEvict } from '../schedule/evict';
import { type AssetRecord, ChunkDatabase, isQuotaError } from './chunk-database';
import { MemoryStore } from './memory-store';
import type { AssetInfo, ChunkStore, EvictionHandler, StoreUsage } from './store';

/** Chunks to be written, by version. */
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
/** Chunks that wait to be written hold memory; beyond this they are not kept. */
const MAX_UNWRITTEN_BYTES = 64 * 1024 * 1024;
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
  private db: ChunkDatabase | null = null;
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
  private evicted: EvictionHandler = () => {};

  constructor(private readonly options: IdbStoreOptions) {}

  async open(): Promise<void> {
    try {
      const db = await ChunkDatabase.open(this.options.name, this.options.clock, (reason) => this.fail(reason));
      // It may have gone before it was here.
      if (this.memory !== null) return db.close();
      this.db = db;
      for (const record of await db.assets()) this.records.set(record.version, record);
      await this.refreshBudget();
    } catch (error) {
      this.fail(String(error));
    }
  }

  async use(versionId: string, info: AssetInfo): Promise<ChunkSet> {
    this.inUse.add(versionId);
    if (this.memory !== null) return this.memory.use(versionId, info);
    const known = this.records.get(versionId);
    const record = {
      version: versionId,
      ...info,
      bytes: known?.bytes ?? 0,
      pinned: known?.pinned ?? false,
      lastUsed: this.options.clock.now(),
    };
    this.records.set(versionId, record);
    this.writeSoon(versionId);
    // Nothing is held of what has no record, and a first press of play need not wait for the disk to say so.
    if (known === undefined) return ChunkSet.empty();
    try {
      const held = ChunkSet.of(await this.database().chunksOf(versionId));
      for (const batch of [this.writing, this.unwritten]) {
        for (const chunk of batch.get(versionId)?.keys() ?? []) held.add(chunk);
      }
      return held;
    } catch (error) {
      return this.failOver(error).use(versionId, info);
    }
  }

  release(versionId: string): void {
    this.inUse.delete(versionId);
    this.memory?.release(versionId);
    const record = this.records.get(versionId);
    if (record === undefined) return;
    record.lastUsed = this.options.clock.now();
    this.writeSoon(versionId);
  }

  knows(trackId: string): boolean {
    if (this.memory !== null) return this.memory.knows(trackId);
    return [...this.records.values()].some((record) => record.trackId === trackId);
  }

  async manifest(versionId: string): Promise<Uint8Array | null> {
    return this.memory?.manifest(versionId) ?? this.records.get(versionId)?.manifest ?? null;
  }

  put(versionId: string, chunk: number, sealed: Uint8Array<ArrayBuffer>): void {
    if (this.memory !== null) {
      this.memory.put(versionId, chunk, sealed);
      return;
    }
    if (!this.records.has(versionId) || this.unwritten.get(versionId)?.has(chunk)) return;
    if (this.unwrittenBytes + sealed.length > MAX_UNWRITTEN_BYTES) {
      this.evicted(versionId, [chunk]);
      return;
    }
    this.writeSoon(versionId).set(chunk, sealed);
    this.unwrittenBytes += sealed.length;
  }

  async get(versionId: string, chunk: number): Promise<Uint8Array | null> {
    if (this.memory !== null) return this.memory.get(versionId, chunk);
    const waiting = this.unwritten.get(versionId)?.get(chunk) ?? this.writing.get(versionId)?.get(chunk);
    if (waiting !== undefined) return waiting;
    try {
      return await this.database().chunk(versionId, chunk);
    } catch (error) {
      return this.failOver(error).get(versionId, chunk);
    }
  }

  evictChunk(versionId: string, chunk: number): void {
    if (this.memory !== null) {
      this.memory.evictChunk(versionId, chunk);
      return;
    }
    this.unwritten.get(versionId)?.delete(chunk);
    this.database()
      .removeChunk(versionId, chunk)
      .catch((error) => this.failOver(error));
  }

  async evict(versionId: string): Promise<void> {
    this.inUse.delete(versionId);
    this.records.delete(versionId);
    this.unwritten.delete(versionId);
    if (this.memory !== null) return this.memory.evict(versionId);
    try {
      await this.database().remove(versionId);
    } catch (error) {
      this.failOver(error);
    }
  }

  pin(versionId: string, pinned: boolean): void {
    this.memory?.pin(versionId, pinned);
    const record = this.records.get(versionId);
    if (record === undefined) return;
    record.pinned = pinned;
    this.writeSoon(versionId);
  }

  usage(): StoreUsage {
    if (this.memory !== null) return this.memory.usage();
    return { usedBytes: this.usedBytes(), budgetBytes: this.budgetBytes, assets: this.records.size, lasting: true };
  }

  fits(bytes: number): boolean {
    return this.memory?.fits(bytes) ?? bytes <= this.budgetBytes * 0.9;
  }

  onEvicted(handler: EvictionHandler): void {
    this.evicted = handler;
    this.memory?.onEvicted(handler);
  }

  async close(): Promise<void> {
    this.cancelFlush?.();
    if (this.memory === null) await this.flush();
    this.db?.close();
    await this.memory?.close();
  }

  private database(): ChunkDatabase {
    if (this.db === null) throw new Error('the database is closed');
    return this.db;
  }

  /** The version's record is written with the next batch, and whatever chunks are put into what this returns. */
  private writeSoon(versionId: string): Map<number, Uint8Array> {
    const chunks = this.unwritten.get(versionId) ?? new Map<number, Uint8Array>();
    this.unwritten.set(versionId, chunks);
    this.cancelFlush ??= this.options.clock.after(WRITE_BEHIND_MS, () => void this.flush());
    return chunks;
  }

  private candidates(): EvictionCandidate[] {
    return [...this.records.values()].map(({ version, bytes, lastUsed, pinned }) => ({
      versionId: version,
      bytes,
      lastUsed,
      pinned,
    }));
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
        if (await this.makeRoom(bytes, batch)) await this.write(batch).catch(() => this.evictBatch(batch));
      }
    } catch (error) {
      this.failOver(error);
    } finally {
      this.writing = new Map();
    }
  }

  private async write(batch: Batch): Promise<void> {
    const changes = [...batch].flatMap(([versionId, chunks]) => {
      const record = this.records.get(versionId);
      if (record === undefined) return [];
      let { bytes } = record;
      for (const sealed of chunks.values()) bytes += sealed.length;
      return [{ record: { ...record, bytes }, chunks }];
    });
    await this.database().write(changes);
    for (const [versionId, chunks] of batch) {
      const record = this.records.get(versionId);
      if (record !== undefined) for (const sealed of chunks.values()) record.bytes += sealed.length;
    }
  }

  /** @returns false when there is none to be had: the batch is lost */
  private async makeRoom(bytes: number, batch: Batch): Promise<boolean> {
    for (const versionId of toEvict(this.candidates(), this.budgetBytes, bytes, this.inUse)) {
      await this.evict(versionId);
      this.evicted(versionId, 'all');
    }
    if (this.usedBytes() + bytes <= this.budgetBytes) return true;
    this.evictBatch(batch);
    return false;
  }

  private evictBatch(batch: Batch): void {
    for (const [versionId, chunks] of batch) if (chunks.size > 0) this.evicted(versionId, [...chunks.keys()]);
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
    memory.onEvicted(this.evicted);
    this.memory = memory;
    this.db?.close();
    this.db = null;
    for (const record of this.records.values()) {
      if (!this.inUse.has(record.version)) continue;
      void memory.use(record.version, record);
      memory.pin(record.version, record.pinned);
    }
    for (const versionId of this.records.keys()) this.evicted(versionId, 'all');
    this.records.clear();
    this.unwritten.clear();
    return memory;
  }
}
