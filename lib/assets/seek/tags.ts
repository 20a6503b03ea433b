/** Tags around the sound of MP3 and FLAC files: found, so that they are neither fetched nor decoded. */
import { dataView, hasText, type WindowReader } from './reader';

const ID3V2_HEADER_BYTES = 10;
const ID3V2_FOOTER_FLAG = 0x10;
const ID3V1_BYTES = 128;
const APE_FOOTER_BYTES = 32;
const APE_HAS_HEADER = 0x8000_0000;
/** "LYRICS200" and a decimal size of 6 digits before it. */
const LYRICS3_FOOTER_BYTES = 15;
/** Some writers put a tag before a tag; nobody puts more than a few. */
const MAX_TAGS = 8;

/** Byte after all ID3v2 tags at the beginning. */
export async function skipLeadingTags(reader: WindowReader): Promise<number> {
  let position = 0;
  for (let i = 0; i < MAX_TAGS; i++) {
    const head = await reader.at(position, ID3V2_HEADER_BYTES);
    if (head.length < ID3V2_HEADER_BYTES || !hasText(head, 0, 'ID3')) break;
    const footer = ((head[5] ?? 0) & ID3V2_FOOTER_FLAG) !== 0 ? ID3V2_HEADER_BYTES : 0;
    position += ID3V2_HEADER_BYTES + syncSafe(head.subarray(6, 10)) + footer;
  }
  return Math.min(position, reader.size);
}

/** First byte of the tags at the end (ID3v1, APE, Lyrics3, ID3v2.4 with a footer), or the file's size. */
export async function startOfTrailingTags(reader: WindowReader): Promise<number> {
  let end = reader.size;
  for (let i = 0; i < MAX_TAGS; i++) {
    const start = await startOfLastTag(reader, end);
    if (start === null || start < 0 || start >= end) break;
    end = start;
  }
  return end;
}

async function startOfLastTag(reader: WindowReader, end: number): Promise<number | null> {
  const tail = await reader.at(Math.max(0, end - ID3V1_BYTES), Math.min(ID3V1_BYTES, end));
  if (tail.length === ID3V1_BYTES && hasText(tail, 0, 'TAG')) return end - ID3V1_BYTES;
  const ape = tail.subarray(-APE_FOOTER_BYTES);
  if (hasText(ape, 0, 'APETAGEX')) {
    const view = dataView(ape);
    const header = (view.getUint32(20, true) & APE_HAS_HEADER) !== 0 ? APE_FOOTER_BYTES : 0;
    return end - view.getUint32(12, true) - header;
  }
  const lyrics = tail.subarray(-LYRICS3_FOOTER_BYTES);
  if (hasText(lyrics, 6, 'LYRICS200')) {
    return end - LYRICS3_FOOTER_BYTES - Number.parseInt(String.fromCharCode(...lyrics.subarray(0, 6)), 10);
  }
  const id3 = tail.subarray(-ID3V2_HEADER_BYTES);
  if (hasText(id3, 0, '3DI')) return end - 2 * ID3V2_HEADER_BYTES - syncSafe(id3.subarray(6, 10));
  return null;
}

/** ID3's 28-bit numbers: seven bits in each of four bytes. */
function syncSafe(bytes: Uint8Array): number {
  return bytes.reduce((sum, byte) => sum * 128 + (byte & 0x7f), 0);
}
