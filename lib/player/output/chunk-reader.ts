import type { ManifestHeader } from '@/lib/contracts/manifest';
import { BoundedMap } from '@/lib/util/bounded-map';
import type { Bytes } from './segments';

/** Chunks kept: enough for a frame that straddles two, and a container's far-off index. */
const KEPT_CHUNKS = 4;

/**
 * Reads an asset by whole chunks and answers small reads from memory: a demuxer reads dozens of bytes at a time. What to have ready
 * before it is read is the asset's to decide.
 */
export class ChunkReader {
  private readonly kept = new BoundedMap<number, Promise<Uint8Array<ArrayBuffer>>>(KEPT_CHUNKS);
  private readonly size: number;
  private readonly chunkSize: number;

  constructor(
    private readonly bytes: Bytes,
    { size, chunkSize }: Pick<ManifestHeader, 'size' | 'chunkSize'>,
    private readonly signal: AbortSignal,
  ) {
    this.size = size;
    this.chunkSize = chunkSize;
  }

  /** Bytes [start, end) of the file, which must lie inside it. @throws what reading the asset throws */
  async read(start: number, end: number): Promise<Uint8Array<ArrayBuffer>> {
    const first = Math.floor(start / this.chunkSize);
    const last = Math.floor((end - 1) / this.chunkSize);
    if (first === last) {
      const chunk = await this.chunk(first);
      return chunk.subarray(start - first * this.chunkSize, end - first * this.chunkSize);
    }
    const out = new Uint8Array(end - start);
    for (let n = first; n <= last; n++) {
      const chunk = await this.chunk(n);
      const chunkStart = n * this.chunkSize;
      const from = Math.max(start, chunkStart);
      const to = Math.min(end, chunkStart + chunk.length);
      out.set(chunk.subarray(from - chunkStart, to - chunkStart), from - start);
    }
    return out;
  }

  private chunk(n: number): Promise<Uint8Array<ArrayBuffer>> {
    const kept = this.kept.get(n);
    const start = n * this.chunkSize;
    const chunk = kept ?? this.bytes.read(start, Math.min(start + this.chunkSize, this.size), this.signal);
    this.kept.set(n, chunk);
    return chunk;
  }
}
