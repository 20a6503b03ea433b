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
  use(version: string, info: AssetInfo): Promise<ChunkSet>;
  /** No longer in use; kept until there is need for its room. */
  release(version: string): void;
  /** Whether some of a version of this track is, or was a moment ago, held. */
  knows(trackId: string): boolean;
  manifest(version: string): Promise<Uint8Array | null>;
  /** Keeps a verified chunk. Returns at once and writes behind. The bytes are the store's own from now on. */
  put(version: string, chunk: number, sealed: Uint8Array<ArrayBuffer>): void;
  get(version: string, chunk: number): Promise<Uint8Array | null>;
  /** This chunk turned out wrong. */
  forget(version: string, chunk: number): void;
  drop(version: string): Promise<void>;
  /** A pinned asset goes only when nothing else makes room. Does nothing where none of it was ever used. */
  pin(version: string, pinned: boolean): void;
  usage(): StoreUsage;
  /** Whether a whole asset of this many bytes may be kept. */
  fits(bytes: number): boolean;
  /** Told of what is no longer held, though it was put here. Set once. */
  onLost(handler: LostHandler): void;
  close(): Promise<void>;
}

export type LostHandler = (version: string, chunks: readonly number[] | 'all') => void;
