import type { RandomAccess } from '@/lib/assets/seek/reader';
import type { ManifestHeader } from '@/lib/contracts/manifest';
import type { Sound } from './meter';

/** Samples of all channels in one piece of sound. */
const PIECE_SAMPLES = 16_384;
/** The chunk that names the encoding is near the beginning (bytes). */
const HEAD_BYTES = 64 * 1024;
const FORMAT_FLOAT = 3;
const FORMAT_EXTENSIBLE = 0xfffe;
/** Of the real format, in a chunk that says `extensible`. */
const SUB_FORMAT_OFFSET = 24;

type ReadSample = (view: DataView, at: number) => number;

/** Each is scaled to -1 to 1; 8 bits are without sign, all others with one. */
const INTEGERS: Partial<Record<number, ReadSample>> = {
  1: (view, at) => (view.getUint8(at) - 0x80) / 0x80,
  2: (view, at) => view.getInt16(at, true) / 0x8000,
  3: (view, at) => (view.getUint8(at) | (view.getInt16(at + 1, true) << 8)) / 0x80_0000,
  4: (view, at) => view.getInt32(at, true) / 0x8000_0000,
};
const FLOATS: Partial<Record<number, ReadSample>> = {
  4: (view, at) => view.getFloat32(at, true),
  8: (view, at) => view.getFloat64(at, true),
};

/** The samples of a WAV file. @param header what its seek index says @throws {RangeError} for samples of a size that WAV does not have */
export async function* wavSound(
  source: RandomAccess,
  header: Pick<ManifestHeader, 'channels' | 'sampleRate' | 'bitsPerSample' | 'seek'>,
): AsyncGenerator<Sound> {
  const { channels, sampleRate, bitsPerSample, seek } = header;
  const sampleBytes = Math.ceil((bitsPerSample ?? 0) / 8);
  const head = await source.read(0, Math.min(seek.firstAudio, HEAD_BYTES));
  const read = (isFloat(head) ? FLOATS : INTEGERS)[sampleBytes];
  if (read === undefined) throw new RangeError('not a size of samples that WAV has');
  const blockBytes = sampleBytes * channels;
  for (let at = seek.firstAudio; at + blockBytes <= seek.endAudio; at += PIECE_SAMPLES * blockBytes) {
    const end = Math.min(at + PIECE_SAMPLES * blockBytes, seek.endAudio);
    const bytes = await source.read(at, end);
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const length = Math.floor(bytes.length / blockBytes);
    yield {
      sampleRate,
      channels: Array.from({ length: channels }, (_, channel) =>
        Float32Array.from({ length }, (_, i) => read(view, i * blockBytes + channel * sampleBytes)),
      ),
    };
  }
}

function isFloat(head: Uint8Array): boolean {
  const bytes = Buffer.from(head.buffer, head.byteOffset, head.byteLength);
  const format = bytes.indexOf('fmt ', 0, 'latin1') + 8;
  if (format < 8 || format + 2 > bytes.length) return false;
  const tag = bytes.readUInt16LE(format);
  const isExtensible = tag === FORMAT_EXTENSIBLE && format + SUB_FORMAT_OFFSET + 2 <= bytes.length;
  return (isExtensible ? bytes.readUInt16LE(format + SUB_FORMAT_OFFSET) : tag) === FORMAT_FLOAT;
}
