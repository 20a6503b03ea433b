/** What the player reads: plain bytes of one version, opened only to be heard. */
import { chunksCovering, plainRange, sealedRange } from '@/lib/assets/geometry';
import { openChunk } from '@/lib/assets/seal';
import type { Manifest } from '@/lib/contracts/manifest';
import type { Grant } from '@/lib/contracts/playback';
import { orAborted } from '@/lib/util/abort';
import type { ChunkSource, OpenAsset, PlaybackHint } from '../api';
import type { Download, Reader } from '../download/download';
import type { Holding } from './holding';

/** Opened chunks kept so that small reads do not open one again: 4 MiB. */
const MAX_PLAIN_CHUNKS = 64;

/** Opened chunks of all assets, least recently read first. */
export class PlainCache {
  private readonly chunks = new Map<string, Promise<Uint8Array<ArrayBuffer>>>();

  get(version: string, chunk: number): Promise<Uint8Array<ArrayBuffer>> | undefined {
    const key = `${version}:${chunk}`;
    const plain = this.chunks.get(key);
    if (plain !== undefined) {
      this.chunks.delete(key);
      this.chunks.set(key, plain);
    }
    return plain;
  }

  set(version: string, chunk: number, plain: Promise<Uint8Array<ArrayBuffer>>): void {
    const key = `${version}:${chunk}`;
    this.chunks.set(key, plain);
    plain.catch(() => this.chunks.delete(key));
    const [oldest] = this.chunks.keys();
    if (this.chunks.size > MAX_PLAIN_CHUNKS && oldest !== undefined) this.chunks.delete(oldest);
  }

  drop(version: string): void {
    for (const key of [...this.chunks.keys()]) if (key.startsWith(`${version}:`)) this.chunks.delete(key);
  }
}

export interface OpenAssetOptions {
  grant: Grant;
  holding: Holding;
  download: Download;
  key: CryptoKey;
  plain: PlainCache;
  /** A chunk was read from the cache for the first time in this opening. `bytes` sealed. */
  onCacheRead: (bytes: number) => void;
  onHint: (asset: PlayedAsset, hint: PlaybackHint) => void;
  onClose: (asset: PlayedAsset) => void;
}

export class PlayedAsset implements OpenAsset {
  readonly grant: Grant;
  readonly manifest: Manifest;
  lastHint: PlaybackHint | null = null;
  private readonly from: ChunkSource[];
  private readonly fromCache = new Set<number>();
  private readonly counted = { cache: 0, peer: 0, origin: 0 };
  private readonly closing = new AbortController();

  constructor(private readonly options: OpenAssetOptions) {
    this.grant = options.grant;
    this.manifest = options.holding.manifest;
    this.from = Array.from({ length: this.manifest.chunks }, (_, chunk) =>
      options.holding.has(chunk) ? 'cache' : 'none',
    );
  }

  get version(): string {
    return this.options.holding.version;
  }

  async read(start: number, end: number, signal?: AbortSignal): Promise<Uint8Array<ArrayBuffer>> {
    const until = signal === undefined ? this.closing.signal : AbortSignal.any([signal, this.closing.signal]);
    until.throwIfAborted();
    const from = Math.max(0, start);
    const to = Math.max(from, Math.min(end, this.manifest.size));
    const covering = chunksCovering(this.manifest, from, to);
    const bytes = new Uint8Array(to - from);
    const chunks = Array.from({ length: covering.end - covering.start }, (_, i) => covering.start + i);
    const reader: Reader = {};
    const stop = () => this.options.download.cancel(reader, until.reason);
    until.addEventListener('abort', stop, { once: true });
    const parts = chunks.map(async (chunk) => {
      const plain = await this.plainChunk(chunk, reader, until);
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
    this.options.onHint(this, hint);
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
    this.options.onClose(this);
  }

  /** The version is over, or the peer closes: reads end with `reason`. */
  end(reason: unknown): void {
    this.closing.abort(reason);
  }

  arrived(chunk: number, source: 'peer' | 'origin', bytes: number): void {
    this.from[chunk] = source;
    this.counted[source] += bytes;
  }

  lost(chunks: readonly number[] | 'all'): void {
    if (chunks === 'all') this.from.fill('none');
    else for (const chunk of chunks) this.from[chunk] = 'none';
  }

  private async plainChunk(chunk: number, reader: Reader, signal: AbortSignal): Promise<Uint8Array<ArrayBuffer>> {
    const { holding, plain, key } = this.options;
    const known = plain.get(holding.version, chunk);
    if (known !== undefined) {
      this.countCache(chunk);
      return known;
    }
    const sealed = await this.sealedChunk(chunk, reader, signal);
    const opened = plain.get(holding.version, chunk) ?? openChunk(key, holding.version, chunk, sealed);
    plain.set(holding.version, chunk, opened);
    return opened;
  }

  private async sealedChunk(chunk: number, reader: Reader, signal: AbortSignal): Promise<Uint8Array> {
    const { holding, download } = this.options;
    while (holding.has(chunk)) {
      const sealed = await holding.read(chunk);
      signal.throwIfAborted();
      if (sealed !== null) {
        this.countCache(chunk);
        return sealed;
      }
      this.lost([chunk]);
    }
    return download.want(chunk, reader);
  }

  private countCache(chunk: number): void {
    if (this.from[chunk] !== 'cache' || this.fromCache.has(chunk)) return;
    this.fromCache.add(chunk);
    const { start, end } = sealedRange(this.manifest, chunk);
    this.counted.cache += end - start;
    this.options.onCacheRead(end - start);
  }
}
