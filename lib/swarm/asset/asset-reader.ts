/** What the player reads: plain bytes of one version, decrypted only to be played. */
import { type ByteRange, chunksCovering, plainRange, sealedRange } from '@/lib/assets/geometry';
import { openChunk } from '@/lib/assets/seal';
import { chunksToPlay, SOUND_TO_BEGIN_S } from '@/lib/assets/seek/points';
import type { Manifest } from '@/lib/contracts/manifest';
import type { Grant } from '@/lib/contracts/playback';
import { orAborted } from '@/lib/util/abort';
import type { Clock } from '@/lib/util/clock';
import type { BytesBySource, ChunkSource, OpenAsset, PlaybackHint } from '../api';
import type { Download } from '../download/download';
import type { ReadToken } from '../download/waiting-reads';
import type { CachedAsset } from './cached-asset';
import type { PlainPiece } from './first-sound';
import type { PlainCache } from './plain-cache';

/** Chunks decrypted ahead for one place, at most: a quarter of what is kept decrypted of all assets. */
const MOST_READY_CHUNKS = 16;

/** The session that a reader belongs to. */
export interface ReaderHost {
  /** A chunk was read from the cache by a reader for the first time. `bytes` sealed. */
  readFromCache(bytes: number): void;
  /** The connection costs the listener money: what may never be heard is not fetched. */
  savesData(): boolean;
  hinted(reader: AssetReader, hint: PlaybackHint): void;
  readerClosed(reader: AssetReader): void;
}

export interface AssetReaderOptions {
  clock: Clock;
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
  /** Played before the rest of its chunk is here. */
  private first: PlainPiece | null = null;
  /** Reads that it may answer when it comes. */
  private readonly onFirst = new Set<() => void>();
  /** The last chunk of the last read. */
  private lastRead = -1;
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
    this.readsOn(covering);
    const early = this.fromFirst(from, to);
    if (early !== null) return early;
    const token: ReadToken = {};
    const { download } = this.options;
    const stop = () => download.cancel(token, until.reason);
    until.addEventListener('abort', stop, { once: true });
    const parts = chunks.map(async (chunk) => {
      const plain = await this.plainChunk(chunk, token, until);
      const at = plainRange(this.manifest, chunk).start;
      const part = plain.subarray(Math.max(0, from - at), Math.min(plain.length, to - at));
      bytes.set(part, Math.max(0, at - from));
    });
    const whole = Promise.all(parts).then(() => bytes);
    const first = this.firstFor(from, to);
    // What waits for the rest of the chunks is told that nobody does any more.
    first.coming.then(() => download.cancel(token, new DOMException('read from a piece', 'AbortError')));
    // Raced as a whole too: neither cache nor decryption can hold a read that nobody waits for.
    return await orAborted(Promise.race([whole, first.coming]), until).finally(() => {
      first.forget();
      until.removeEventListener('abort', stop);
    });
  }

  /** Bytes [start, end) of the file, where they are in what came first. */
  private fromFirst(start: number, end: number): Uint8Array<ArrayBuffer> | null {
    const { first } = this;
    if (first === null || start < first.start || end > first.start + first.bytes.length) return null;
    return first.bytes.slice(start - first.start, end - first.start);
  }

  /** The same for what is still to come; `coming` may never resolve. */
  private firstFor(start: number, end: number): { coming: Promise<Uint8Array<ArrayBuffer>>; forget: () => void } {
    let look = () => {};
    const coming = new Promise<Uint8Array<ArrayBuffer>>((resolve) => {
      look = () => {
        const bytes = this.fromFirst(start, end);
        if (bytes !== null) resolve(bytes);
      };
    });
    this.onFirst.add(look);
    return { coming, forget: () => this.onFirst.delete(look) };
  }

  /** These bytes of the file are here, verified, before the rest of their chunk. */
  startWith(first: PlainPiece): void {
    this.first = first;
    for (const look of [...this.onFirst]) look();
  }

  hint(hint: PlaybackHint): void {
    if (this.closing.signal.aborted) return;
    const { download, clock, host } = this.options;
    this.lastHint = hint;
    download.intent.comesNext(null, clock.now());
    download.intent.hint(hint, clock.now());
    download.schedule();
    host.hinted(this, hint);
  }

  expectJump(timeS: number | null): void {
    if (this.closing.signal.aborted) return;
    const { download, host } = this.options;
    // A pointer that wanders over the bar costs money then.
    download.intent.expectJump(host.savesData() ? null : timeS);
    download.schedule();
    if (timeS !== null) this.keepReady(chunksToPlay(this.manifest, timeS, SOUND_TO_BEGIN_S));
  }

  /** It is not played yet, and follows in `inS` seconds (Infinity: maybe never); null: it is played from now on. */
  comesNext(inS: number | null): void {
    if (this.closing.signal.aborted || this.lastHint !== null) return;
    const { download, clock } = this.options;
    download.intent.comesNext(inS, clock.now());
    download.schedule();
    if (inS !== null) this.keepReady(chunksToPlay(this.manifest, 0, SOUND_TO_BEGIN_S));
  }

  sources(): readonly ChunkSource[] {
    return this.from;
  }

  bytes(): BytesBySource {
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

  chunkArrived(chunk: number, source: 'peer' | 'origin', sealed: Uint8Array<ArrayBuffer>): void {
    this.from[chunk] = source;
    this.counted[source] += sealed.length;
    if (chunk === this.lastRead + 1 || this.options.download.intent.mayBeginWith(chunk)) this.decrypt(chunk, sealed);
  }

  evict(chunks: readonly number[] | 'all'): void {
    if (chunks === 'all') this.from.fill('none');
    else for (const chunk of chunks) this.from[chunk] = 'none';
  }

  private async plainChunk(chunk: number, token: ReadToken, signal: AbortSignal): Promise<Uint8Array<ArrayBuffer>> {
    const known = this.options.plain.get(this.versionId, chunk);
    if (known !== undefined) {
      // What was decrypted ahead may have vanished from the cache before that.
      const opened = await known.catch(() => null);
      signal.throwIfAborted();
      if (opened !== null) {
        this.countCache(chunk);
        return opened;
      }
    }
    return this.decrypt(chunk, await this.sealedChunk(chunk, token, signal));
  }

  private decrypt(chunk: number, sealed: Uint8Array): Promise<Uint8Array<ArrayBuffer>> {
    const { plain, key } = this.options;
    const opened = plain.get(this.versionId, chunk) ?? openChunk(key, this.versionId, chunk, sealed);
    plain.set(this.versionId, chunk, opened);
    return opened;
  }

  /** Where one chunk is read after the other, the next is ready before it is asked for. */
  private readsOn({ start, end }: ByteRange): void {
    if (start >= end) return;
    const isInOrder = start === this.lastRead || start === this.lastRead + 1;
    this.lastRead = end - 1;
    if (isInOrder && end < this.manifest.chunks) this.keepReady([end]);
  }

  /** Decrypts those of the chunks that are held; others are decrypted as they arrive. */
  private keepReady(chunks: readonly number[]): void {
    const { cached, plain, key } = this.options;
    for (const chunk of chunks.slice(0, MOST_READY_CHUNKS)) {
      if (!cached.has(chunk) || plain.get(this.versionId, chunk) !== undefined) continue;
      const opened = cached.read(chunk).then((sealed) => {
        if (sealed === null) throw new Error('not held any more');
        return openChunk(key, this.versionId, chunk, sealed);
      });
      // Whoever reads it finds it missing, and asks for it.
      plain.set(this.versionId, chunk, opened);
    }
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
