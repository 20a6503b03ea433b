/**
 * The cache of a headless peer: one folder a version below `folder`, with the signed manifest, the track's id and one file a chunk. Every
 * file is written under another name and renamed, so a killed process leaves whole files only; whoever reads a chunk hashes it again.
 */
import { mkdir, readdir, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ChunkSet } from '@/lib/assets/ranges';
import { toEvict } from '@/lib/swarm/schedule/evict';
import type { AssetInfo, ChunkStore, EvictionHandler, StoreUsage } from '@/lib/swarm/store/store';
import type { Clock } from '@/lib/util/clock';

export interface DiskStoreOptions {
  /** Made when it is not there. One process alone may use it. */
  folder: string;
  budgetBytes: number;
  clock: Clock;
  log: (message: string) => void;
}

interface Kept {
  versionId: string;
  trackId: string;
  /** Sealed bytes by chunk. */
  chunks: Map<number, number>;
  bytes: number;
  /** Epoch ms; the manifest's time of change on disk. */
  lastUsed: number;
  pinned: boolean;
}

const VERSION = /^[A-Za-z0-9_-]{22}$/;
const CHUNK = /^\d{1,7}$/;
const MANIFEST = 'manifest';
const TRACK = 'track';
/** An empty file: there while the asset is pinned. */
const PINNED = 'pinned';
/** Chunks that wait to be written hold memory; beyond this they are not kept. */
const MAX_UNWRITTEN_BYTES = 64 * 1024 * 1024;
/** Share of the budget that one asset may take. */
const ONE_ASSET_SHARE = 0.9;

/** Opens the cache and takes stock of it. @throws {Error} as the file system says, when the folder cannot be made or read */
export async function openDiskStore(options: DiskStoreOptions): Promise<ChunkStore> {
  const store = new DiskStore(options);
  await store.open();
  return store;
}

class DiskStore implements ChunkStore {
  private readonly kept = new Map<string, Kept>();
  private readonly inUse = new Set<string>();
  private readonly unwritten = new Map<string, Uint8Array>();
  private unwrittenBytes = 0;
  private usedBytes = 0;
  /** Changes on disk, one after another. */
  private work: Promise<void> = Promise.resolve();
  private evicted: EvictionHandler = () => {};

  constructor(private readonly options: DiskStoreOptions) {}

  async open(): Promise<void> {
    await mkdir(this.options.folder, { recursive: true });
    for (const versionId of await readdir(this.options.folder)) {
      if (VERSION.test(versionId)) await this.takeStock(versionId);
    }
    // The limit may be lower than the last time.
    this.makeRoom(0);
  }

  async use(versionId: string, info: AssetInfo): Promise<ChunkSet> {
    this.inUse.add(versionId);
    const now = this.options.clock.now();
    const known = this.kept.get(versionId);
    if (known !== undefined) {
      known.lastUsed = now;
      this.touch(versionId, now);
      return ChunkSet.of(known.chunks.keys());
    }
    this.kept.set(versionId, {
      versionId,
      trackId: info.trackId,
      chunks: new Map(),
      bytes: 0,
      lastUsed: now,
      pinned: false,
    });
    this.later(async () => {
      await mkdir(this.path(versionId), { recursive: true });
      await this.write(this.path(versionId, TRACK), new TextEncoder().encode(info.trackId));
      await this.write(this.path(versionId, MANIFEST), info.manifest);
    });
    this.touch(versionId, now);
    return ChunkSet.empty();
  }

  release(versionId: string): void {
    this.inUse.delete(versionId);
    const asset = this.kept.get(versionId);
    if (asset === undefined) return;
    asset.lastUsed = this.options.clock.now();
    this.touch(versionId, asset.lastUsed);
  }

  knows(trackId: string): boolean {
    return [...this.kept.values()].some((asset) => asset.trackId === trackId);
  }

  async manifest(versionId: string): Promise<Uint8Array | null> {
    return this.kept.has(versionId) ? readFile(this.path(versionId, MANIFEST)).catch(() => null) : null;
  }

  put(versionId: string, chunk: number, sealed: Uint8Array<ArrayBuffer>): void {
    const asset = this.kept.get(versionId);
    if (asset === undefined || asset.chunks.has(chunk)) return;
    const isTooMuch = this.unwrittenBytes + sealed.length > MAX_UNWRITTEN_BYTES;
    if (isTooMuch || !this.makeRoom(sealed.length)) {
      this.evicted(versionId, [chunk]);
      return;
    }
    this.count(asset, chunk, sealed.length);
    const key = `${versionId}/${chunk}`;
    this.unwritten.set(key, sealed);
    this.unwrittenBytes += sealed.length;
    this.later(async () => {
      try {
        // Dropped, forgotten or evicted meanwhile: nothing to keep.
        if (this.kept.get(versionId) === asset && this.unwritten.get(key) === sealed) {
          await this.write(this.path(versionId, String(chunk)), sealed);
        }
      } catch (error) {
        if (this.kept.get(versionId) !== asset) return;
        this.discount(asset, chunk);
        this.evicted(versionId, [chunk]);
        throw error;
      } finally {
        this.unwrittenBytes -= sealed.length;
        if (this.unwritten.get(key) === sealed) this.unwritten.delete(key);
      }
    });
  }

  async get(versionId: string, chunk: number): Promise<Uint8Array | null> {
    if (this.kept.get(versionId)?.chunks.has(chunk) !== true) return null;
    const waiting = this.unwritten.get(`${versionId}/${chunk}`);
    return waiting ?? (await readFile(this.path(versionId, String(chunk))).catch(() => null));
  }

  evictChunk(versionId: string, chunk: number): void {
    const asset = this.kept.get(versionId);
    if (asset === undefined || !this.discount(asset, chunk)) return;
    this.unwritten.delete(`${versionId}/${chunk}`);
    this.later(() => rm(this.path(versionId, String(chunk)), { force: true }));
  }

  async evict(versionId: string): Promise<void> {
    this.remove(versionId);
    await this.work;
  }

  pin(versionId: string, pinned: boolean): void {
    const asset = this.kept.get(versionId);
    if (asset === undefined || asset.pinned === pinned) return;
    asset.pinned = pinned;
    const path = this.path(versionId, PINNED);
    this.later(() => (pinned ? writeFile(path, '') : rm(path, { force: true })));
  }

  usage(): StoreUsage {
    const { budgetBytes } = this.options;
    return { usedBytes: this.usedBytes, budgetBytes, assets: this.kept.size, lasting: true };
  }

  fits(bytes: number): boolean {
    return bytes <= this.options.budgetBytes * ONE_ASSET_SHARE;
  }

  onEvicted(handler: EvictionHandler): void {
    this.evicted = handler;
  }

  async close(): Promise<void> {
    await this.work;
  }

  /** What a folder holds; one without its manifest, or with anything half done, is put right. */
  private async takeStock(versionId: string): Promise<void> {
    const manifest = await stat(this.path(versionId, MANIFEST)).catch(() => null);
    if (manifest === null) {
      await rm(this.path(versionId), { recursive: true, force: true });
      return;
    }
    const trackId = await readFile(this.path(versionId, TRACK), 'utf8').catch(() => '');
    const asset: Kept = { versionId, trackId, chunks: new Map(), bytes: 0, lastUsed: manifest.mtimeMs, pinned: false };
    this.kept.set(versionId, asset);
    for (const name of await readdir(this.path(versionId))) {
      if (CHUNK.test(name)) this.count(asset, Number(name), (await stat(this.path(versionId, name))).size);
      else if (name === PINNED) asset.pinned = true;
      else if (name !== MANIFEST && name !== TRACK) await rm(this.path(versionId, name), { force: true });
    }
  }

  /** Whole assets go, least recently used first. @returns whether there is room now */
  private makeRoom(bytes: number): boolean {
    const { budgetBytes } = this.options;
    if (this.usedBytes + bytes > budgetBytes) {
      for (const versionId of toEvict([...this.kept.values()], budgetBytes, bytes, this.inUse)) {
        this.remove(versionId);
        this.evicted(versionId, 'all');
      }
    }
    return this.usedBytes + bytes <= budgetBytes;
  }

  private count(asset: Kept, chunk: number, bytes: number): void {
    asset.chunks.set(chunk, bytes);
    asset.bytes += bytes;
    this.usedBytes += bytes;
  }

  /** @returns false when it was not held */
  private discount(asset: Kept, chunk: number): boolean {
    const bytes = asset.chunks.get(chunk);
    if (bytes === undefined) return false;
    asset.chunks.delete(chunk);
    asset.bytes -= bytes;
    this.usedBytes -= bytes;
    return true;
  }

  private remove(versionId: string): void {
    this.inUse.delete(versionId);
    const asset = this.kept.get(versionId);
    if (asset === undefined) return;
    this.kept.delete(versionId);
    this.usedBytes -= asset.bytes;
    for (const chunk of asset.chunks.keys()) this.unwritten.delete(`${versionId}/${chunk}`);
    this.later(() => rm(this.path(versionId), { recursive: true, force: true }));
  }

  private touch(versionId: string, at: number): void {
    this.later(() => utimes(this.path(versionId, MANIFEST), at / 1000, at / 1000));
  }

  /** No fsync: what a power cut spoils is noticed by its hash. */
  private async write(path: string, bytes: Uint8Array): Promise<void> {
    await writeFile(`${path}.new`, bytes);
    await rename(`${path}.new`, path);
  }

  private later(change: () => Promise<void>): void {
    this.work = this.work.then(change).catch((error: Error) => this.options.log(`cache: ${error.message}`));
  }

  private path(...parts: string[]): string {
    return join(this.options.folder, ...parts);
  }
}
