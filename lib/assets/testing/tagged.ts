/** Small files with tags, byte for byte as their formats have them. */
import { makeWav } from './wav';

/** A frame of ID3v2: four letters, and what is in it. A frame may come several times. */
export type Id3Frame = readonly [id: string, bytes: Buffer];

/** A text frame in Latin-1 (ID3's encoding 0). */
export const latin1Text = (id: string, text: string): Id3Frame => [id, Buffer.from(`\0${text}`, 'latin1')];
/** A text frame in UTF-16 with a byte order mark (encoding 1). */
export const utf16Text = (id: string, text: string): Id3Frame => [
  id,
  Buffer.concat([Buffer.from([1, 0xff, 0xfe]), Buffer.from(text, 'utf16le')]),
];
/** A text frame in UTF-8 (encoding 3, ID3v2.4 only). */
export const utf8Text = (id: string, text: string): Id3Frame => [id, Buffer.from(`\x03${text}`)];

/** A WAV of one second with an ID3v2 tag of these frames. @param version 3 or 4: of ID3v2 */
export function taggedWav(frames: readonly Id3Frame[], version = 3): Buffer {
  const written = frames.map(([id, bytes]) => {
    const header = Buffer.alloc(10);
    header.write(id, 'latin1');
    if (version === 4) syncSafe(bytes.length).copy(header, 4);
    else header.writeUInt32BE(bytes.length, 4);
    return Buffer.concat([header, bytes]);
  });
  const size = written.reduce((sum, { length }) => sum + length, 0);
  const tag = Buffer.concat([Buffer.from([0x49, 0x44, 0x33, version, 0, 0]), syncSafe(size), ...written]);
  const chunk = Buffer.alloc(8 + tag.length + (tag.length % 2));
  chunk.write('id3 ', 'latin1');
  chunk.writeUInt32LE(tag.length, 4);
  tag.copy(chunk, 8);
  const wav = Buffer.concat([makeWav(1), chunk]);
  wav.writeUInt32LE(wav.length - 8, 4);
  return wav;
}

/** Seven bits a byte. */
function syncSafe(size: number): Buffer {
  return Buffer.from([21, 14, 7, 0].map((shift) => (size >> shift) & 0x7f));
}

/** Bytes of `fLaC`, and of the block behind it, which every FLAC begins with. */
const FLAC_HEAD_BYTES = 4 + 4 + 34;

/** The same FLAC with these comments in the stead of its own. @param comments `NAME=value`, in this order */
export function taggedFlac(flac: Buffer, comments: readonly string[]): Buffer {
  const field = (text: string) => Buffer.concat([u32(Buffer.byteLength(text)), Buffer.from(text)]);
  const block = Buffer.concat([field('test'), u32(comments.length), ...comments.map(field)]);
  const header = Buffer.from([0x84, block.length >> 16, (block.length >> 8) & 0xff, block.length & 0xff]);
  let frames = FLAC_HEAD_BYTES;
  for (let isLast = false; !isLast; frames += 4 + flac.readUIntBE(frames + 1, 3))
    isLast = (flac[frames] ?? 0x80) >= 0x80;
  return Buffer.concat([flac.subarray(0, FLAC_HEAD_BYTES), header, block, flac.subarray(frames)]);
}

function u32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}
