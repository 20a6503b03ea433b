/** One asset version as this tab has it: what is held, and whether it is what the manifest says. */
import { isChunk } from '@/lib/assets/manifest';
import { ChunkSet } from '@/lib/assets/ranges';
import type { Manifest } from '@/lib/contracts/manifest';
import type { ChunkStore } from '../store/store';

export class CachedAsset {
  /** Resolves when the manifest has its hashes. */
  private hashed: Promise<void> = Promise.resolve();
  private onHashed: () => void = () => {};

  constructor(
    readonly versionId: string,
    readonly trackId: string,
    readonly manifest: Manifest,
    /** All of the manifest's bytes before its hashes. */
    readonly manifestHead: Uint8Array,
    readonly held: ChunkSet,
    private readonly store: ChunkStore,
  ) {
    // What an older or broken cache may hold beyond the asset.
    held.remove(manifest.chunks, Math.max(manifest.chunks + 1, 2 ** 31));
  }

  /** Of a manifest whose hashes are still to come: until `complete` is called, no chunk is right or wrong. */
  static ahead(
    versionId: string,
    trackId: string,
    manifest: Manifest,
    manifestHead: Uint8Array,
    store: ChunkStore,
  ): CachedAsset {
    const cached = new CachedAsset(versionId, trackId, manifest, manifestHead, ChunkSet.empty(), store);
    cached.hashed = new Promise((resolve) => {
      cached.onHashed = resolve;
    });
    return cached;
  }

  /** The whole manifest is here and was checked. @param held what the cache has */
  complete({ hashes }: Manifest, held: ChunkSet): void {
    this.manifest.hashes.set(hashes);
    for (const [start, end] of held.runs()) this.held.add(start, Math.min(end, this.manifest.chunks));
    this.onHashed();
  }

  has(chunk: number): boolean {
    return this.held.has(chunk);
  }

  get isWhole(): boolean {
    return this.held.count === this.manifest.chunks;
  }

  /** A sealed chunk from the cache, hashed again; null when it is not held, or no longer what it was. */
  async read(chunk: number): Promise<Uint8Array | null> {
    if (!this.has(chunk)) return null;
    const sealed = await this.store.get(this.versionId, chunk);
    if (sealed !== null && (await isChunk(this.manifest, chunk, sealed))) return sealed;
    if (sealed !== null) this.store.evictChunk(this.versionId, chunk);
    this.held.remove(chunk);
    return null;
  }

  /** Keeps a chunk if it is the right one. @returns whether it is */
  async verifyAndKeep(chunk: number, sealed: Uint8Array<ArrayBuffer>): Promise<'new' | 'held' | 'wrong'> {
    await this.hashed;
    if (!(await isChunk(this.manifest, chunk, sealed))) return 'wrong';
    // Two sources may have been asked, and both may have answered while the hashes were on their way.
    if (this.has(chunk)) return 'held';
    this.held.add(chunk);
    this.store.put(this.versionId, chunk, sealed);
    return 'new';
  }

  /** The cache no longer has these. */
  evict(chunks: readonly number[] | 'all'): void {
    if (chunks === 'all') this.held.remove(0, this.manifest.chunks);
    else for (const chunk of chunks) this.held.remove(chunk);
  }
}
