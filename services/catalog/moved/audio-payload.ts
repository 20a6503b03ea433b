/** Where the sound of a file lies in it: without tags, pictures and headers, which programs rewrite while the sound stays. */
import type { OpenMedia } from '@/lib/media-store/media-store';

/** Bytes of a file, from `start` to before `end`. */
export interface Range {
  start: number;
  end: number;
}

export interface Payload {
  /** In the order of the file. Empty: no sound was found. */
  ranges: Range[];
  /** Its bytes are Ogg pages, whose headers a tagger numbers anew. */
  isOgg: boolean;
}

/** Boxes, chunks, blocks or pages looked at in one file at most: what a broken or hostile file has more of is not searched. */
const MAX_PARTS = 20_000;
const ID3V1_BYTES = 128;
const ID3V2_HEADER_BYTES = 10;
const APE_FOOTER_BYTES = 32;
/** `LYRICS200` at the end, and before it the length in six digits (Lyrics3 v2). */
const LYRICS3_END = 'LYRICS200';
const LYRICS3_FOOTER_BYTES = 15;
const OGG_HEADER_BYTES = 27;
const OGG_MAX_SEGMENTS = 255;
/** A page that ends no packet has this position. */
const NO_POSITION = 0xffff_ffff_ffff_ffffn;

/** @throws {MediaError} */
export async function payloadOf(file: OpenMedia): Promise<Payload> {
  const { size } = file.state;
  const start = await skipId3v2(file, 0);
  const magic = (await read(file, start, 12)).toString('latin1');
  if (magic.startsWith('OggS')) return { ranges: range(await skipOggHeaders(file, start), size), isOgg: true };
  if (/^(?:RIFF|RF64)....WAVE/s.test(magic)) {
    return { ranges: await waveData(file, start), isOgg: false };
  }
  if (magic.slice(4, 8) === 'ftyp') return { ranges: await mp4Data(file, start), isOgg: false };
  const begin = magic.startsWith('fLaC') ? await skipFlacBlocks(file, start) : start;
  return { ranges: range(begin, await withoutTrailingTags(file, begin)), isOgg: false };
}

async function read(file: OpenMedia, position: number, length: number): Promise<Buffer> {
  const into = Buffer.alloc(Math.max(0, Math.min(length, file.state.size - position)));
  return into.subarray(0, await file.read(into, position));
}

function range(start: number, end: number): Range[] {
  return end > start ? [{ start, end }] : [];
}

/** One tag behind the other, as some programs leave them (ID3v2.4, section 3.1). */
async function skipId3v2(file: OpenMedia, from: number): Promise<number> {
  let at = from;
  for (let i = 0; i < MAX_PARTS; i++) {
    const head = await read(file, at, ID3V2_HEADER_BYTES);
    if (head.length < ID3V2_HEADER_BYTES || head.toString('latin1', 0, 3) !== 'ID3') break;
    const length = [6, 7, 8, 9].reduce((sum, byte) => sum * 128 + ((head[byte] ?? 0) & 0x7f), 0);
    const hasFooter = ((head[5] ?? 0) & 0x10) !== 0;
    at += ID3V2_HEADER_BYTES + length + (hasFooter ? ID3V2_HEADER_BYTES : 0);
  }
  return at;
}

/** @returns end of the sound: before ID3v1, Lyrics3 and APE tags, in whatever order they stand */
async function withoutTrailingTags(file: OpenMedia, begin: number): Promise<number> {
  let end = file.state.size;
  for (let i = 0; i < MAX_PARTS; i++) {
    const length = await trailingTag(file, end);
    if (length === 0 || end - length < begin) break;
    end -= length;
  }
  return end;
}

async function trailingTag(file: OpenMedia, end: number): Promise<number> {
  const tail = await read(file, Math.max(0, end - ID3V1_BYTES), Math.min(ID3V1_BYTES, end));
  if (tail.length === ID3V1_BYTES && tail.toString('latin1', 0, 3) === 'TAG') return ID3V1_BYTES;
  const footer = tail.subarray(-APE_FOOTER_BYTES);
  if (footer.length === APE_FOOTER_BYTES && footer.toString('latin1', 0, 8) === 'APETAGEX') {
    const hasHeader = (footer.readUInt32LE(20) & 0x8000_0000) !== 0;
    return footer.readUInt32LE(12) + (hasHeader ? APE_FOOTER_BYTES : 0);
  }
  const lyrics = tail.subarray(-LYRICS3_FOOTER_BYTES).toString('latin1');
  if (lyrics.endsWith(LYRICS3_END) && /^\d{6}/.test(lyrics)) return Number(lyrics.slice(0, 6)) + LYRICS3_FOOTER_BYTES;
  return 0;
}

async function skipFlacBlocks(file: OpenMedia, start: number): Promise<number> {
  let at = start + 4;
  for (let i = 0; i < MAX_PARTS; i++) {
    const head = await read(file, at, 4);
    if (head.length < 4) break;
    at += 4 + head.readUIntBE(1, 3);
    const isLast = ((head[0] ?? 0) & 0x80) !== 0;
    if (isLast) break;
  }
  return at;
}

/** Pages of headers stand at position 0; those between them, in which a long comment goes on, have none (RFC 7845, RFC 5334). */
async function skipOggHeaders(file: OpenMedia, start: number): Promise<number> {
  let at = start;
  let end = start;
  for (let i = 0; i < MAX_PARTS; i++) {
    const head = await read(file, at, OGG_HEADER_BYTES + OGG_MAX_SEGMENTS);
    if (head.length < OGG_HEADER_BYTES || head.toString('latin1', 0, 4) !== 'OggS') break;
    const segments = head[26] ?? 0;
    const lengths = head.subarray(OGG_HEADER_BYTES, OGG_HEADER_BYTES + segments);
    at += OGG_HEADER_BYTES + segments + lengths.reduce((sum, length) => sum + length, 0);
    const position = head.readBigUInt64LE(6);
    if (position !== 0n && position !== NO_POSITION) break;
    if (position === 0n) end = at;
  }
  return end;
}

async function waveData(file: OpenMedia, start: number): Promise<Range[]> {
  const { size } = file.state;
  let at = start + 12;
  for (let i = 0; i < MAX_PARTS; i++) {
    const head = await read(file, at, 8);
    if (head.length < 8) break;
    const length = head.readUInt32LE(4);
    if (head.toString('latin1', 0, 4) === 'data') return range(at + 8, Math.min(size, at + 8 + length));
    // Chunks begin at even places.
    at += 8 + length + (length % 2);
  }
  return [];
}

/** All `mdat` boxes: one in a plain file, one a fragment in a fragmented one. */
async function mp4Data(file: OpenMedia, start: number): Promise<Range[]> {
  const { size } = file.state;
  const found: Range[] = [];
  let at = start;
  for (let i = 0; i < MAX_PARTS && at < size; i++) {
    const head = await read(file, at, 16);
    if (head.length < 8) break;
    const short = head.readUInt32BE(0);
    const isLong = short === 1 && head.length === 16;
    const length = isLong ? Number(head.readBigUInt64BE(8)) : short === 0 ? size - at : short;
    const headBytes = isLong ? 16 : 8;
    if (length < headBytes) break;
    if (head.toString('latin1', 4, 8) === 'mdat') found.push(...range(at + headBytes, Math.min(size, at + length)));
    at += length;
  }
  return found;
}
