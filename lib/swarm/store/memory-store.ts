import { ChunkSet } from '@/lib/assets/ranges';
import type { Clock } from '@/lib/util/clock';
import { toEvict } from '../schedule/evict';
import type { AssetInfo, ChunkStore, LostHandler, StoreUsage } from './store';

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
  private lost: LostHandler = () => {};

  constructor(
    private readonly clock: Clock,
    private readonly budgetBytes = MEMORY_BUDGET_BYTES,
  ) {}

  async use(version: string, info: AssetInfo): Promise<ChunkSet> {
    this.inUse.add(version);
    const asset = this.kept.get(version) ?? { ...info, chunks: new Map(), bytes: 0, lastUsed: 0, pinned: false };
    asset.lastUsed = this.clock.now();
    this.kept.set(version, asset);
    return ChunkSet.of(asset.chunks.keys());
  }

  release(version: string): void {
    this.inUse.delete(version);
    const asset = this.kept.get(version);
    if (asset !== undefined) asset.lastUsed = this.clock.now();
  }

  knows(trackId: string): boolean {
    return [...this.kept.values()].some((asset) => asset.trackId === trackId);
  }

  async manifest(version: string): Promise<Uint8Array | null> {
    return this.kept.get(version)?.manifest ?? null;
  }

  put(version: string, chunk: number, sealed: Uint8Array<ArrayBuffer>): void {
    const asset = this.kept.get(version);
    if (asset === undefined || asset.chunks.has(chunk)) return;
    const cached = [...this.kept].map(([id, { bytes, lastUsed, pinned }]) => ({
      version: id,
      bytes,
      lastUsed,
      pinned,
    }));
    for (const other of toEvict(cached, this.budgetBytes, sealed.length, this.inUse)) {
      this.remove(other);
      this.lost(other, 'all');
    }
    // What is in use alone fills the budget: its oldest chunks, mostly long heard, make room.
    while (this.usedBytes + sealed.length > this.budgetBytes) {
      const [oldest] = asset.chunks.keys();
      if (oldest === undefined) {
        this.lost(version, [chunk]);
        return;
      }
      this.forget(version, oldest);
      this.lost(version, [oldest]);
    }
    asset.chunks.set(chunk, sealed);
    asset.bytes += sealed.length;
    this.usedBytes += sealed.length;
  }

  async get(version: string, chunk: number): Promise<Uint8Array | null> {
    return this.kept.get(version)?.chunks.get(chunk) ?? null;
  }

  forget(version: string, chunk: number): void {
    const asset = this.kept.get(version);
    const bytes = asset?.chunks.get(chunk)?.length;
    if (asset === undefined || bytes === undefined) return;
    asset.chunks.delete(chunk);
    asset.bytes -= bytes;
    this.usedBytes -= bytes;
  }

  async drop(version: string): Promise<void> {
    this.remove(version);
  }

  pin(version: string, pinned: boolean): void {
    const asset = this.kept.get(version);
    if (asset !== undefined) asset.pinned = pinned;
  }

  usage(): StoreUsage {
    return { usedBytes: this.usedBytes, budgetBytes: this.budgetBytes, assets: this.kept.size, lasting: false };
  }

  fits(bytes: number): boolean {
    return bytes <= this.budgetBytes * 0.9;
  }

  onLost(handler: LostHandler): void {
    this.lost = handler;
  }

  async close(): Promise<void> {
    this.kept.clear();
    this.usedBytes = 0;
  }

  private remove(version: string): void {
    this.usedBytes -= this.kept.get(version)?.bytes ?? 0;
    this.kept.delete(version);
    this.inUse.delete(version);
  }
}
