/** Seek index of WAV (RIFF, and RF64 for files over 4 GiB): sound is plain samples, so the header alone says where every moment is. */
import type { SeekDescription, SeekParser } from './parser';
import { broken, dataView, hasText, type RandomAccess, unsupported, WindowReader } from './reader';

const RIFF_HEADER_BYTES = 12;
const CHUNK_HEADER_BYTES = 8;
const FORMAT_PCM = 1;
const FORMAT_FLOAT = 3;
/** What some browsers play as it is, by the codec that a manifest names. */
const OTHER_CODECS: Readonly<Record<number, string>> = { 6: 'alaw', 7: 'ulaw' };
/** The real format is in the first two bytes of the sub-format. */
const FORMAT_EXTENSIBLE = 0xfffe;
const FORMAT_BYTES = 16;
const SUB_FORMAT_OFFSET = 24;
/** A size that stands in the `ds64` chunk (RF64), or was never filled in by a program that streamed. */
const SIZE_UNKNOWN = 0xffff_ffff;
const MAX_CHUNKS_BEFORE_DATA = 1024;

export const wavParser: SeekParser = {
  recognises: (head) => (hasText(head, 0, 'RIFF') || hasText(head, 0, 'RF64')) && hasText(head, 8, 'WAVE'),
  async check(source) {
    return { durationS: (await describeWav(source)).durationS, startS: 0 };
  },
  describe: describeWav,
};

/** @throws {EnxameError} `format_unsupported` */
async function describeWav(source: RandomAccess): Promise<SeekDescription> {
  const reader = new WindowReader(source);
  let format: Format | null = null;
  let longSize: number | null = null;
  let position = RIFF_HEADER_BYTES;
  for (let i = 0; i < MAX_CHUNKS_BEFORE_DATA; i++) {
    const head = await reader.at(position, CHUNK_HEADER_BYTES);
    if (head.length < CHUNK_HEADER_BYTES) break;
    const size = dataView(head).getUint32(4, true);
    const body = position + CHUNK_HEADER_BYTES;
    if (hasText(head, 0, 'data')) {
      if (format === null) throw broken('its audio data comes before its format');
      return describe(reader.size, format, body, size === SIZE_UNKNOWN && longSize !== null ? longSize : size);
    }
    if (hasText(head, 0, 'fmt ')) format = parseFormat(await reader.at(body, Math.min(size, 40)));
    if (hasText(head, 0, 'ds64')) {
      const ds64 = await reader.at(body, 16);
      if (ds64.length === 16) longSize = Number(dataView(ds64).getBigUint64(8, true));
    }
    // Chunks are padded to an even length.
    position = body + size + (size % 2);
  }
  throw broken('it has no audio data');
}

interface Format {
  codec: string;
  channels: number;
  sampleRate: number;
  /** Bytes of one sample of all channels. */
  blockBytes: number;
  bitsPerSample: number;
}

function parseFormat(bytes: Uint8Array): Format {
  if (bytes.length < FORMAT_BYTES) throw broken('its format is truncated');
  const view = dataView(bytes);
  const tag = view.getUint16(0, true);
  const real =
    tag === FORMAT_EXTENSIBLE && bytes.length >= SUB_FORMAT_OFFSET + 2 ? view.getUint16(SUB_FORMAT_OFFSET, true) : tag;
  const codec = real === FORMAT_PCM || real === FORMAT_FLOAT ? 'pcm' : OTHER_CODECS[real];
  if (codec === undefined) throw unsupported(`its WAV encoding (${real}) is not PCM`);
  const format = {
    codec,
    channels: view.getUint16(2, true),
    sampleRate: view.getUint32(4, true),
    blockBytes: view.getUint16(12, true),
    bitsPerSample: view.getUint16(14, true),
  };
  if (format.channels === 0 || format.sampleRate === 0 || format.blockBytes === 0) {
    throw broken('its sample rate or number of channels is 0');
  }
  return format;
}

function describe(fileSize: number, format: Format, start: number, declared: number): SeekDescription {
  // A program that streamed left 0 or the largest number there; a cut file has less than it declares.
  const available = Math.max(0, fileSize - start);
  const bytes = declared === 0 ? available : Math.min(declared, available);
  const samples = Math.floor(bytes / format.blockBytes);
  if (samples === 0) throw broken('it has no audio data');
  return {
    codec: format.codec,
    sampleRate: format.sampleRate,
    channels: format.channels,
    bitsPerSample: format.bitsPerSample,
    durationS: samples / format.sampleRate,
    seek: { header: [0, start], firstAudio: start, endAudio: start + samples * format.blockBytes, points: [] },
  };
}
