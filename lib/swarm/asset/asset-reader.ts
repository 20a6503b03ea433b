/** What the player reads: plain bytes of one version, decrypted only to be played. */
import { chunksCovering, plainRange, sealedRange } from '@/lib/assets/geometry';
import { openChunk } from '@/lib/assets/seal';
import type { Manifest } from '@/lib/contracts/manifest';
import type { Grant } from '@/lib/contracts/playback';
import { orAborted } from '@/lib/util/abort';
import type { ChunkSource, OpenAsset, PlaybackHint } from '../api';
import type { Download } from '../download/download';
import type { ReadToken } from '../download/waiting-reads';
import type { CachedAsset } from './cached-asset';

/** Decrypted chunks kept so that small reads do not decrypt one again: 4 MiB. */
const MAX_PLAIN_CHUNKS = 64;

/** Decrypted chunks of all assets, least recently read first. */
export class PlainCache {
  private readonly chunks = new Map<string, Promise<Uint8Array<ArrayBuffer>>>();

  get(versionId: string, chunk: number): Promise<Uint8Array<ArrayBuffer>> | undefined {
    const key = `${versionId}:${chunk}`;
    const plain = this.chunks.get(key);
    if (plain !== undefined) {
      this.chunks.delete(key);
      this.chunks.set(key, plain);
    }
    return plain;
  }

  set(versionId: string, chunk: number, plain: Promise<Uint8Array<ArrayBuffer>>): void {
    const key = `${versionId}:${chunk}`;
    this.chunks.set(key, plain);
    plain.catch(() => this.chunks.delete(key));
    const [oldest] = this.chunks.keys();
    if (this.chunks.size > MAX_PLAIN_CHUNKS && oldest !== undefined) this.chunks.delete(oldest);
  }

  evict(versionId: string): void {
    for (const key of [...this.chunks.keys()]) if (key.startsWith(`${versionId}:`)) this.chunks.delete(key);
  }
}

/** The session that a reader belongs to. */
export interface ReaderHost {
  /** A chunk was read from the cache by a reader for the first time. `bytes` sealed. */
  readFromCache(bytes: number): void;
  hinted(reader: AssetReader, hint: PlaybackHint): void;
  readerClosed(reader: AssetReader): void;
}

export interface AssetReaderOptions {
  grant: Grant;
  cached: CachedAsset;
  download: Download;
  key: CryptoKey;
  plain: PlainCache;
  host: ReaderHost;
}

export class AssetReader implements OpenAsset {
  readonly grant: Grant;
  readonly manifest: Manifest;
  lastHint: PlaybackHint | null = null;
  private readonly from: ChunkSource[];
  private readonly fromCache = new Set<number>();
  private readonly counted = { cache: 0, peer: 0, origin: 0 };
  private readonly closing = new AbortController();

  constructor(private readonly options: AssetReaderOptions) {
    this.grant = options.grant;
    this.manifest = options.cached.manifest;
    this.from = Array.from({ length: this.manifest.chunks }, (_, chunk) =>
      options.cached.has(chunk) ? 'cache' : 'none',
    );
  }

  get versionId(): string {
    return this.options.cached.versionId;
  }

  /** All of it is held here. */
  get isWhole(): boolean {
    return this.options.cached.isWhole;
  }

  async read(start: number, end: number, signal?: AbortSignal): Promise<Uint8Array<ArrayBuffer>> {
    const until = signal === undefined ? this.closing.signal : AbortSignal.any([signal, this.closing.signal]);
    until.throwIfAborted();
    const from = Math.max(0, start);
    const to = Math.max(from, Math.min(end, this.manifest.size));
    const covering = chunksCovering(this.manifest, from, to);
    const bytes = new Uint8Array(to - from);
    const chunks = Array.from({ length: covering.end - covering.start }, (_, i) => covering.start + i);
    const token: ReadToken = {};
    const stop = () => this.options.download.cancel(token, until.reason);
    until.addEventListener('abort', stop, { once: true });
    const parts = chunks.map(async (chunk) => {
      const plain = await this.plainChunk(chunk, token, until);
      const at = plainRange(this.manifest, chunk).start;
      const part = plain.subarray(Math.max(0, from - at), Math.min(plain.length, to - at));
      bytes.set(part, Math.max(0, at - from));
    });
    // Raced as a whole too: neither cache nor decryption can hold a read that nobody waits for.
    await orAborted(Promise.all(parts), until).finally(() => until.removeEventListener('abort', stop));
    return bytes;
  }

  hint(hint: PlaybackHint): void {
    if (this.closing.signal.aborted) return;
    this.lastHint = hint;
    this.options.download.hint(hint);
    this.options.host.hinted(this, hint);
  }

  sources(): readonly ChunkSource[] {
    return this.from;
  }

  bytes(): { cache: number; peer: number; origin: number } {
    return { ...this.counted };
  }

  close(): void {
    if (this.closing.signal.aborted) return;
    this.closing.abort(new DOMException('the asset was closed', 'AbortError'));
    this.options.host.readerClosed(this);
  }

  /** The version may not be played any more, or the peer closes: reads end with `reason`. */
  abort(reason: unknown): void {
    this.closing.abort(reason);
  }

  chunkArrived(chunk: number, source: 'peer' | 'origin', bytes: number): void {
    this.from[chunk] = source;
    this.counted[source] += bytes;
  }

  evict(chunks: readonly number[] | 'all'): void {
    if (chunks === 'all') this.from.fill('none');
    else for (const chunk of chunks) this.from[chunk] = 'none';
  }

  private async plainChunk(chunk: number, token: ReadToken, signal: AbortSignal): Promise<Uint8Array<ArrayBuffer>> {
    const { cached, plain, key } = this.options;
    const known = plain.get(cached.versionId, chunk);
    if (known !== undefined) {
      this.countCache(chunk);
      return known;
    }
    const sealed = await this.sealedChunk(chunk, token, signal);
    const opened = plain.get(cached.versionId, chunk) ?? openChunk(key, cached.versionId, chunk, sealed);
    plain.set(cached.versionId, chunk, opened);
    return opened;
  }

  private async sealedChunk(chunk: number, token: ReadToken, signal: AbortSignal): Promise<Uint8Array> {
    const { cached, download } = this.options;
    while (cached.has(chunk)) {
      const sealed = await cached.read(chunk);
      signal.throwIfAborted();
      if (sealed !== null) {
        this.countCache(chunk);
        return sealed;
      }
      this.evict([chunk]);
    }
    return download.want(chunk, token);
  }

  private countCache(chunk: number): void {
    if (this.from[chunk] !== 'cache' || this.fromCache.has(chunk)) return;
    this.fromCache.add(chunk);
    const { start, end } = sealedRange(this.manifest, chunk);
    this.counted.cache += end - start;
    this.options.host.readFromCache(end - start);
  }
}
