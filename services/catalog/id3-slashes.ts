/**
 * Texts of ID3v2.2 and 2.3 as they are written. music-metadata cuts them at every slash, as the ID3v2.3 standard has it, and what was
 * around the slash is lost: AC/DC and `A / B` look the same then.
 */
import type { OpenMedia } from '@/lib/media-store/media-store';

const HEADER_BYTES = 10;
/** Texts lie before the pictures in nearly all files, or the picture is small: read no more for the sake of a slash. */
const MAX_TAG_BYTES = 4 * 1024 * 1024;
const UNSYNCHRONISED = 0x80;
const EXTENDED = 0x40;
/** Of a frame's second byte of flags: compressed, or encrypted. */
const CODED = 0xc0;

/**
 * Texts with a slash in an ID3v2 tag of before version 2.4, in the order of the file; those that hold several values behind a NUL are left out.
 * Anything else at `at` has none.
 * @param at offset of the tag in the file, in bytes
 */
export async function textsWithSlash(file: OpenMedia, at: number): Promise<string[]> {
  const header = Buffer.alloc(HEADER_BYTES);
  if ((await file.read(header, at)) < HEADER_BYTES || header.toString('latin1', 0, 3) !== 'ID3') return [];
  const size = [6, 7, 8, 9].reduce((sum, i) => sum * 128 + ((header[i] ?? 0) & 0x7f), 0);
  const body = Buffer.alloc(Math.min(size, MAX_TAG_BYTES, Math.max(0, file.state.size - at - HEADER_BYTES)));
  const read = await file.read(body, at + HEADER_BYTES);
  return textsOfTag(header[3] ?? 0, header[5] ?? 0, body.subarray(0, read));
}

/** @param major of ID3v2 @param flags of the tag's header */
export function textsOfTag(major: number, flags: number, body: Buffer): string[] {
  if (major !== 2 && major !== 3) return [];
  const bytes = (flags & UNSYNCHRONISED) === 0 ? body : undoUnsynchronisation(body);
  const texts: string[] = [];
  const [idLength, headLength] = major === 2 ? [3, 6] : [4, 10];
  let at = major === 3 && (flags & EXTENDED) !== 0 && bytes.length >= 4 ? 4 + bytes.readUInt32BE(0) : 0;
  while (at + headLength <= bytes.length) {
    const id = bytes.toString('latin1', at, at + idLength);
    if (!/^[A-Z0-9]+$/.test(id)) break;
    const size = bytes.readUIntBE(at + idLength, idLength);
    const frame = bytes.subarray(at + headLength, at + headLength + size);
    const coded = major === 3 && ((bytes[at + 9] ?? 0) & CODED) !== 0;
    if (!coded && id.startsWith('T')) texts.push(...slashesOf(id, frame));
    at += headLength + size;
  }
  return texts;
}

function slashesOf(id: string, frame: Buffer): string[] {
  const whole = decode(frame).replace(/\0+$/, '');
  // A text that the user named: the name first.
  const text = id === 'TXXX' || id === 'TXX' ? whole.slice(whole.indexOf('\0') + 1) : whole;
  return text.includes('/') && !text.includes('\0') ? [text] : [];
}

/** @param frame the encoding's number, then the text */
function decode(frame: Buffer): string {
  const text = frame.subarray(1);
  if (frame[0] === 0) return text.toString('latin1');
  if (frame[0] === 1 && text[0] === 0xfe && text[1] === 0xff) return new TextDecoder('utf-16be').decode(text);
  if (frame[0] === 1) return new TextDecoder('utf-16le').decode(text).replaceAll('\uFEFF', '');
  return new TextDecoder(frame[0] === 2 ? 'utf-16be' : 'utf-8').decode(text);
}

/** Takes out the zeros that keep players from taking a tag for sound (ID3v2.3, section 5). */
function undoUnsynchronisation(bytes: Buffer): Buffer {
  return Buffer.from(bytes.filter((byte, i) => byte !== 0 || bytes[i - 1] !== 0xff));
}
