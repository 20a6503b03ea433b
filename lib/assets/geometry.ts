/** Where a chunk lies, in the plain file and in the sealed asset. All ranges are half-open, in bytes. */

import { MAX_CHUNKS } from '@/lib/contracts/fields';

/** Plain bytes of a chunk. Small enough to ask of several peers at once, large enough that 48 bytes of tag and hash are nothing (to be measured from 16 to 256 KiB). */
export const CHUNK_BYTES = 65_536;
/** 64 GiB: the numbers of more chunks do not cross a boundary. */
export const MAX_ASSET_BYTES = MAX_CHUNKS * CHUNK_BYTES;
/** Authentication tag of AES-GCM (NIST SP 800-38D), at the end of every sealed chunk. */
export const TAG_BYTES = 16;

/** Size of the plain file and of its chunks in bytes; a manifest is one. */
export interface Geometry {
  size: number;
  chunkSize: number;
}

export interface ByteRange {
  start: number;
  end: number;
}

export function chunkCount({ size, chunkSize }: Geometry): number {
  return Math.ceil(size / chunkSize);
}

/** Bytes of the whole sealed asset. */
export function sealedSize(of: Geometry): number {
  return of.size + chunkCount(of) * TAG_BYTES;
}

/** @throws {RangeError} when there is no such chunk */
export function plainRange(of: Geometry, index: number): ByteRange {
  checkIndex(of, index);
  const start = index * of.chunkSize;
  return { start, end: Math.min(start + of.chunkSize, of.size) };
}

/** Chunk `index` begins at `index` × the sealed length of a full chunk. @throws {RangeError} when there is no such chunk */
export function sealedRange(of: Geometry, index: number): ByteRange {
  const plain = plainRange(of, index);
  const start = index * (of.chunkSize + TAG_BYTES);
  return { start, end: start + (plain.end - plain.start) + TAG_BYTES };
}

/** Where the plain bytes [start, end), at least one, lie in the sealed asset; tags between them are part of it. */
export function sealedPiece({ chunkSize }: Pick<Geometry, 'chunkSize'>, { start, end }: ByteRange): ByteRange {
  const place = (byte: number) => byte + Math.floor(byte / chunkSize) * TAG_BYTES;
  return { start: place(start), end: place(end - 1) + 1 };
}

/** Chunk numbers, half-open, that hold the plain bytes [start, end); empty for an empty range. Clipped to the file. */
export function chunksCovering(of: Geometry, start: number, end: number): ByteRange {
  return covering(of.chunkSize, Math.max(0, start), Math.min(end, of.size));
}

/** Chunk numbers, half-open, that hold the bytes [start, end) of the sealed asset. */
export function chunksCoveringSealed(of: Geometry, start: number, end: number): ByteRange {
  return covering(of.chunkSize + TAG_BYTES, Math.max(0, start), Math.min(end, sealedSize(of)));
}

function covering(chunkBytes: number, start: number, end: number): ByteRange {
  const first = Math.floor(start / chunkBytes);
  return { start: first, end: start < end ? Math.ceil(end / chunkBytes) : first };
}

function checkIndex(of: Geometry, index: number): void {
  if (!Number.isInteger(index) || index < 0 || index >= chunkCount(of)) throw new RangeError(`no chunk ${index}`);
}
