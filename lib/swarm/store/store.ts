import type { ChunkSet } from '@/lib/assets/ranges';

/** What is kept beside an asset's chunks, so that they can be found and checked again after a reload. */
export interface AssetInfo {
  trackId: string;
  /** In its binary form, signed. */
  manifest: Uint8Array;
}

export interface StoreUsage {
  usedBytes: number;
  budgetBytes: number;
  assets: number;
  /** Whether it outlasts the page; false where there is no database to be had. */
  lasting: boolean;
}

/**
 * One tab's cache of sealed chunks, under a budget; the least recently used asset goes first, pinned ones last. Nothing here throws for want of room or of
 * a database, or waits long for a disk: a chunk that cannot be kept or read is lost, and fetched again when it is needed.
 */
export interface ChunkStore {
  /** From now on the asset is in use: it is not evicted. @returns what is held of it */
  use(versionId: string, info: AssetInfo): Promise<ChunkSet>;
  /** No longer in use; kept until there is need for its room. */
  release(versionId: string): void;
  /** Whether some of a version of this track is, or was a moment ago, held. */
  knows(trackId: string): boolean;
  manifest(versionId: string): Promise<Uint8Array | null>;
  /** Keeps a verified chunk. Returns at once and writes behind. The bytes are the store's own from now on. */
  put(versionId: string, chunk: number, sealed: Uint8Array<ArrayBuffer>): void;
  get(versionId: string, chunk: number): Promise<Uint8Array | null>;
  /** Takes one chunk out of the cache: it turned out wrong. */
  evictChunk(versionId: string, chunk: number): void;
  /** Takes all of an asset out of the cache, in use or not. The handler of `onEvicted` is not called. */
  evict(versionId: string): Promise<void>;
  /** A pinned asset goes only when nothing else makes room. Does nothing where none of it was ever used. */
  pin(versionId: string, pinned: boolean): void;
  usage(): StoreUsage;
  /** Whether a whole asset of this many bytes may be kept. */
  fits(bytes: number): boolean;
  /** Told of what is no longer held, though it was put here. Set once. */
  onEvicted(handler: EvictionHandler): void;
  close(): Promise<void>;
}

export type EvictionHandler = (versionId: string, chunks: readonly number[] | 'all') => void;
