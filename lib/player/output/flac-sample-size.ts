/**
 * mediabunny writes 16 as the sample size of every FLAC; Chromium refuses what differs from STREAMINFO ("sample size
 * mismatches STREAMINFO"), which it does for 24-bit music.
 */

/** Boxes on the way from `moov` to the sample entry, and how many bytes of each come before its children. */
const PATH = [
  ['moov', 0],
  ['trak', 0],
  ['mdia', 0],
  ['minf', 0],
  ['stbl', 0],
  ['stsd', 8],
  ['fLaC', 0],
] as const;
const BOX_HEADER_BYTES = 8;
/** Of `samplesize` in an AudioSampleEntry, after the box header (ISO/IEC 14496-12, 12.2.3). */
const SAMPLE_SIZE_OFFSET = 18;

/** Writes the true sample size into a `moov` box, in place. Does nothing when the box holds no FLAC. */
export function setFlacSampleSize(moov: Uint8Array, bitsPerSample: number): void {
  const view = new DataView(moov.buffer, moov.byteOffset, moov.byteLength);
  let start = 0;
  let end = moov.length;
  for (const [name, skip] of PATH) {
    const box = findBox(view, start, end, name);
    if (!box) return;
    start = box.start + BOX_HEADER_BYTES + skip;
    end = box.end;
  }
  if (start + SAMPLE_SIZE_OFFSET + 2 <= end) view.setUint16(start + SAMPLE_SIZE_OFFSET, bitsPerSample);
}

function findBox(view: DataView, start: number, end: number, name: string): { start: number; end: number } | null {
  for (let at = start; at + BOX_HEADER_BYTES <= end; ) {
    const size = view.getUint32(at);
    if (size < BOX_HEADER_BYTES || at + size > end) return null;
    const type = String.fromCharCode(...[4, 5, 6, 7].map((i) => view.getUint8(at + i)));
    if (type === name) return { start: at, end: at + size };
    at += size;
  }
  return null;
}
