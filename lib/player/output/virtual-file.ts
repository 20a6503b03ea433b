/** A file put together from pieces of another: what a decoder needs first, then sound from the middle. */
import type { ManifestHeader } from '@/lib/contracts/manifest';
import { joined } from './bytes';
import type { ChunkReader } from './chunk-reader';

export interface VirtualFile {
  readonly size: number;
  /** Bytes [start, end) of the virtual file. */
  read(start: number, end: number): Promise<Uint8Array<ArrayBuffer>>;
}

/** @param ranges half-open, of the real file, in order */
export function filePieces(
  reader: Pick<ChunkReader, 'read'>,
  ranges: readonly (readonly [number, number])[],
): VirtualFile {
  const size = ranges.reduce((sum, [start, end]) => sum + end - start, 0);
  return {
    size,
    async read(start, end) {
      const parts: Uint8Array<ArrayBuffer>[] = [];
      let pieceStart = 0;
      for (const [realStart, realEnd] of ranges) {
        const pieceEnd = pieceStart + realEnd - realStart;
        const from = Math.max(start, pieceStart);
        const to = Math.min(end, pieceEnd);
        if (from < to) parts.push(await reader.read(realStart + from - pieceStart, realStart + to - pieceStart));
        pieceStart = pieceEnd;
      }
      return joined(parts);
    },
  };
}

/** Header and sound from one byte on, as a file of its own that begins there. */
export function fileFrom(reader: Pick<ChunkReader, 'read'>, file: ManifestHeader, byte: number): VirtualFile {
  const ranges: [number, number][] = [];
  for (let i = 0; i + 1 < file.seek.header.length; i += 2) {
    const start = file.seek.header[i] ?? 0;
    const end = Math.min(file.seek.header[i + 1] ?? 0, file.seek.firstAudio);
    if (start < end) ranges.push([start, end]);
  }
  ranges.push([byte, file.seek.endAudio]);
  return filePieces(reader, ranges);
}
