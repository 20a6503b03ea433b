import { ChunkSet } from '@/lib/assets/ranges';
import type { Clock } from '@/lib/util/clock';
import { toEvict } from '../schedule/evict';
import type { AssetInfo, ChunkStore, EvictionHandler, StoreUsage } from './store';

/** Bytes, where there is no database: what a phone's tab can spare, and some tracks' worth. */
export const MEMORY_BUDGET_BYTES = 96 * 1024 * 1024;

interface Kept extends AssetInfo {
  chunks: Map<number, Uint8Array>;
  bytes: number;
  lastUsed: number;
  pinned: boolean;
}

/** A cache that ends with the page. */
export class MemoryStore implements ChunkStore {
  private readonly kept = new Map<string, Kept>();
  private readonly inUse = new Set<string>();
  private usedBytes = 0;
  private evicted: EvictionHandler = () => {};

  constructor(
    private readonly clock: Clock,
    private readonly budgetBytes = MEMORY_BUDGET_BYTES,
  ) {}

  async use(versionId: string, info: AssetInfo): Promise<ChunkSet> {
    this.inUse.add(versionId);
    const asset = this.kept.get(versionId) ?? { ...info, chunks: new Map(), bytes: 0, lastUsed: 0, pinned: false };
    asset.lastUsed = this.clock.now();
    this.kept.set(versionId, asset);
    return ChunkSet.of(asset.chunks.keys());
  }

  release(versionId: string): void {
    this.inUse.delete(versionId);
    const asset = this.kept.get(versionId);
    if (asset !== undefined) asset.lastUsed = this.clock.now();
  }

  knows(trackId: string): boolean {
    return [...this.kept.values()].some((asset) => asset.trackId === trackId);
  }

  async manifest(versionId: string): Promise<Uint8Array | null> {
    return this.kept.get(versionId)?.manifest ?? null;
  }

  put(versionId: string, chunk: number, sealed: Uint8Array<ArrayBuffer>): void {
    const asset = this.kept.get(versionId);
    if (asset === undefined || asset.chunks.has(chunk)) return;
    const cached = [...this.kept].map(([id, { bytes, lastUsed, pinned }]) => ({
      versionId: id,
      bytes,
      lastUsed,
      pinned,
    }));
    for (const other of toEvict(cached, this.budgetBytes, sealed.length, this.inUse)) {
      this.remove(other);
      this.evicted(other, 'all');
    }
    // What is in use alone fills the budget: its oldest chunks, mostly long heard, make room.
    while (this.usedBytes + sealed.length > this.budgetBytes) {
      const [oldest] = asset.chunks.keys();
      if (oldest === undefined) {
        this.evicted(versionId, [chunk]);
        return;
      }
      this.evictChunk(versionId, oldest);
      this.evicted(versionId, [oldest]);
    }
    asset.chunks.set(chunk, sealed);
    asset.bytes += sealed.length;
    this.usedBytes += sealed.length;
  }

  async get(versionId: string, chunk: number): Promise<Uint8Array | null> {
    return this.kept.get(versionId)?.chunks.get(chunk) ?? null;
  }

  evictChunk(versionId: string, chunk: number): void {
    const asset = this.kept.get(versionId);
    const bytes = asset?.chunks.get(chunk)?.length;
    if (asset === undefined || bytes === undefined) return;
    asset.chunks.delete(chunk);
    asset.bytes -= bytes;
    this.usedBytes -= bytes;
  }

  async evict(versionId: string): Promise<void> {
    this.remove(versionId);
  }

  pin(versionId: string, pinned: boolean): void {
    const asset = this.kept.get(versionId);
    if (asset !== undefined) asset.pinned = pinned;
  }

  usage(): StoreUsage {
    return { usedBytes: this.usedBytes, budgetBytes: this.budgetBytes, assets: this.kept.size, lasting: false };
  }

  fits(bytes: number): boolean {
    return bytes <= this.budgetBytes * 0.9;
  }

  onEvicted(handler: EvictionHandler): void {
    this.evicted = handler;
  }

  async close(): Promise<void> {
    this.kept.clear();
    this.usedBytes = 0;
  }

  private remove(versionId: string): void {
    this.usedBytes -= this.kept.get(versionId)?.bytes ?? 0;
    this.kept.delete(versionId);
    this.inUse.delete(versionId);
  }
}
