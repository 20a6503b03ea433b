import { createHash } from 'node:crypto';
import type { OpenMedia } from '@/lib/media-store/media-store';
import { type Payload, payloadOf } from './audio-payload';

/** Places of a file's sound that are hashed: its beginning, its end, and two between. */
const SPANS = 4;
/**
 * Bytes of each, about a second of sound. Two recordings that agree in length to the byte and in all four places are the same but for a file
 * made to deceive, which gains nothing: whatever is served is compared with the whole file's own hashes.
 */
const SPAN_BYTES = 16 * 1024;
/** In an Ogg page's header: serial number, page number and checksum, which taggers renew. */
const OGG_RENEWED = { from: 14, to: 26 };
const OGG_CAPTURE = Buffer.from('OggS\0', 'latin1');
const HASH_CHARS = 22;

/**
 * What stays the same of an audio file when it is moved, renamed or tagged anew: its sound's length, and a hash of four places in it. Reads
 * 64 KiB of a file of any size.
 * @returns null where no sound is found @throws {MediaError}
 */
export async function audioHash(file: OpenMedia): Promise<string | null> {
  const payload = await payloadOf(file);
  const length = payload.ranges.reduce((sum, { start, end }) => sum + end - start, 0);
  if (length === 0) return null;
  const hash = createHash('sha256');
  for (const at of placesOf(length)) hash.update(await span(file, payload, at));
  return `${length.toString(36)}-${hash.digest('base64url').slice(0, HASH_CHARS)}`;
}

/** Offsets into the sound. */
function placesOf(length: number): number[] {
  if (length <= SPANS * SPAN_BYTES) {
    return Array.from({ length: Math.ceil(length / SPAN_BYTES) }, (_, i) => i * SPAN_BYTES);
  }
  return Array.from({ length: SPANS }, (_, i) => Math.floor((i * (length - SPAN_BYTES)) / (SPANS - 1)));
}

async function span(file: OpenMedia, payload: Payload, at: number): Promise<Buffer> {
  if (!payload.isOgg) return await bytesOf(file, payload, at, SPAN_BYTES);
  // A page's header may begin just before the span.
  const before = Math.min(at, OGG_RENEWED.to);
  const bytes = await bytesOf(file, payload, at - before, before + SPAN_BYTES);
  for (let page = bytes.indexOf(OGG_CAPTURE); page >= 0; page = bytes.indexOf(OGG_CAPTURE, page + 1)) {
    bytes.fill(0, page + OGG_RENEWED.from, Math.min(bytes.length, page + OGG_RENEWED.to));
  }
  return bytes.subarray(before);
}

/** @param at offset into the sound, whose ranges are read as if they were one */
async function bytesOf(file: OpenMedia, { ranges }: Payload, at: number, length: number): Promise<Buffer> {
  const parts: Buffer[] = [];
  let skip = at;
  let left = length;
  for (const { start, end } of ranges) {
    const from = start + Math.min(skip, end - start);
    skip -= from - start;
    const part = Buffer.alloc(Math.min(left, end - from));
    if (part.length === 0) continue;
    parts.push(part.subarray(0, await file.read(part, from)));
    left -= part.length;
    if (left === 0) break;
  }
  return Buffer.concat(parts);
}
