import type { OpenMedia } from '@/lib/media-store/media-store';

/** No Ogg page is longer (bytes), so that a tail of this length holds the head of the last one. */
const MAX_PAGE_BYTES = 65_307;
const CAPTURE = Buffer.from('OggS\0', 'latin1');
/** Offset in a page of its granule position, u64 little-endian. */
const GRANULE_AT = 6;
/** A page that ends no packet has no position. */
const NO_POSITION = 0xffff_ffff_ffff_ffffn;

/** Samples from the beginning to the end of an Ogg file, as its last page tells; null without one. */
export async function lastOggSample(file: OpenMedia): Promise<number | null> {
  const { size } = file.state;
  const tail = Buffer.alloc(Math.min(size, MAX_PAGE_BYTES));
  return lastGranule(tail.subarray(0, await file.read(tail, size - tail.length)));
}

/** @param tail end of an Ogg file */
export function lastGranule(tail: Buffer): number | null {
  for (let at = tail.lastIndexOf(CAPTURE); at >= 0; at = at === 0 ? -1 : tail.lastIndexOf(CAPTURE, at - 1)) {
    if (at + GRANULE_AT + 8 > tail.length) continue;
    const granule = tail.readBigUInt64LE(at + GRANULE_AT);
    if (granule !== NO_POSITION && granule <= BigInt(Number.MAX_SAFE_INTEGER)) return Number(granule);
  }
  return null;
}
