import { byteAt } from '@/lib/assets/seek/points';
import type { ManifestHeader } from '@/lib/contracts/manifest';
import { SOUND_TO_BEGIN_S } from '@/lib/swarm/schedule/constants';
import { BoundedMap } from '@/lib/util/bounded-map';
import type { Bytes } from './segments';

/** Chunks kept: enough for a frame that straddles two, the one read ahead, and a container's far-off index. */
const KEPT_CHUNKS = 6;

/**
 * Reads an asset by whole chunks and answers small reads from memory: a demuxer reads dozens of bytes at a time. Where
 * one chunk is read after the other, the following one is read ahead; where reading lands after a jump, all that sound needs to begin.
 */
export class ChunkReader {
  private readonly bytes: Bytes;
  private readonly size: number;
  private readonly chunkSize: number;
  private readonly beginEnd: number;
  private readonly signal: AbortSignal;
  private readonly kept = new BoundedMap<number, Promise<Uint8Array<ArrayBuffer>>>(KEPT_CHUNKS);
  private last = -1;

  /** @param timeS where sound shall begin, which is a little after where reading lands */
  constructor(bytes: Bytes, file: ManifestHeader, timeS: number, signal: AbortSignal) {
    this.bytes = bytes;
    this.size = file.size;
    this.chunkSize = file.chunkSize;
    this.beginEnd = byteAt(file, timeS + SOUND_TO_BEGIN_S);
    this.signal = signal;
  }

  /** Bytes [start, end) of the file, which must lie inside it. @throws what reading the asset throws */
  async read(start: number, end: number): Promise<Uint8Array<ArrayBuffer>> {
    const first = Math.floor(start / this.chunkSize);
    const last = Math.floor((end - 1) / this.chunkSize);
    const lands = first !== this.last && first !== this.last + 1;
    // A header is far before the sound.
    if (lands && this.beginEnd - start <= KEPT_CHUNKS * this.chunkSize) this.readAhead(first, this.beginEnd);
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

  /** Reads ahead: chunks from `n` on that hold bytes before `end`, at most as many as are kept. */
  private readAhead(n: number, end: number): void {
    const last = Math.min(n + KEPT_CHUNKS - 1, Math.ceil(Math.min(end, this.size) / this.chunkSize) - 1);
    // Whoever needs them sees the failure; maybe nobody does.
    for (let i = n; i <= last; i++) this.fetch(i).catch(() => {});
  }

  private chunk(n: number): Promise<Uint8Array<ArrayBuffer>> {
    const chunk = this.fetch(n);
    if (n === this.last + 1) this.readAhead(n + 1, (n + 2) * this.chunkSize);
    this.last = n;
    return chunk;
  }

  private fetch(n: number): Promise<Uint8Array<ArrayBuffer>> {
    const kept = this.kept.get(n);
    const start = n * this.chunkSize;
    const chunk = kept ?? this.bytes.read(start, Math.min(start + this.chunkSize, this.size), this.signal);
    this.kept.set(n, chunk);
    return chunk;
  }
}
