/** FLAC's STREAMINFO and frame headers (RFC 9639, sections 8.2 and 9.1). */
import { dataView } from './reader';

export const STREAMINFO_BYTES = 34;
/** 4 fixed, 7 of coded number, 2 of block size, 2 of sample rate, 1 of CRC. */
export const MAX_FRAME_HEADER_BYTES = 16;
const MIN_FRAME_HEADER_BYTES = 6;

export interface StreamInfo {
  minBlockSamples: number;
  sampleRate: number;
  channels: number;
  bitsPerSample: number;
  /** 0: unknown. */
  totalSamples: number;
}

export interface FlacFrame {
  /** Number of its first sample. */
  sample: number;
  samples: number;
}

/** @param bytes at least {@link STREAMINFO_BYTES} */
export function parseStreamInfo(bytes: Uint8Array): StreamInfo {
  const view = dataView(bytes);
  const packed = view.getUint32(10);
  return {
    minBlockSamples: view.getUint16(0),
    sampleRate: packed >>> 12,
    channels: ((packed >>> 9) & 7) + 1,
    bitsPerSample: ((packed >>> 4) & 31) + 1,
    totalSamples: (packed & 15) * 2 ** 32 + view.getUint32(14),
  };
}

/**
 * Parses a frame header. Two bytes of sync are common inside compressed sound, so everything that the stream fixes must agree, and
 * the header's own checksum: by chance that happens once in some hundred gigabytes.
 * @returns null for what is no frame header of this stream
 */
export function parseFlacFrame(bytes: Uint8Array, info: StreamInfo): FlacFrame | null {
  const [sync, strategy = 0, sizes = 0, layout = 0] = bytes;
  if (bytes.length < MIN_FRAME_HEADER_BYTES || sync !== 0xff || (strategy & 0xfe) !== 0xf8) return null;
  if ((layout & 1) !== 0 || !channelsAgree(layout >> 4, info) || !bitsAgree((layout >> 1) & 7, info)) return null;

  const number = codedNumber(bytes.subarray(4, 11));
  if (number === null) return null;
  let at = 4 + number.bytes;
  const blockCode = sizes >> 4;
  const rateCode = sizes & 15;
  const samples = blockSamples(blockCode, bytes, at);
  at += blockCode === 6 ? 1 : blockCode === 7 ? 2 : 0;
  if (samples === null || !rateAgrees(rateCode, bytes, at, info)) return null;
  at += rateCode === 12 ? 1 : rateCode === 13 || rateCode === 14 ? 2 : 0;
  if (at >= bytes.length || crc8(bytes.subarray(0, at)) !== bytes[at]) return null;

  const variable = (strategy & 1) === 1;
  const sample = variable ? number.value : number.value * info.minBlockSamples;
  if (info.totalSamples > 0 && sample >= info.totalSamples) return null;
  return { sample, samples };
}

/** UTF-8's scheme, extended to 36 bits in 7 bytes. */
function codedNumber(bytes: Uint8Array): { value: number; bytes: number } | null {
  const first = bytes[0] ?? 0x80;
  if (first < 0x80) return { value: first, bytes: 1 };
  const length = Math.clz32(~(first << 24));
  if (length < 2 || length > 7 || bytes.length < length) return null;
  let value = first & (0x7f >> length);
  for (const byte of bytes.subarray(1, length)) {
    if ((byte & 0xc0) !== 0x80) return null;
    value = value * 64 + (byte & 0x3f);
  }
  return { value, bytes: length };
}

function blockSamples(code: number, bytes: Uint8Array, at: number): number | null {
  if (code === 0) return null;
  if (code === 1) return 192;
  if (code <= 5) return 144 << code;
  if (code === 6) return (bytes[at] ?? 0) + 1;
  if (code === 7) return ((bytes[at] ?? 0) << 8) + (bytes[at + 1] ?? 0) + 1;
  return 1 << code;
}

const RATES_HZ = [0, 88_200, 176_400, 192_000, 8_000, 16_000, 22_050, 24_000, 32_000, 44_100, 48_000, 96_000];

function rateAgrees(code: number, bytes: Uint8Array, at: number, info: StreamInfo): boolean {
  const wide = ((bytes[at] ?? 0) << 8) + (bytes[at + 1] ?? 0);
  if (code === 0) return true;
  if (code === 12) return (bytes[at] ?? 0) * 1000 === info.sampleRate;
  if (code === 13) return wide === info.sampleRate;
  if (code === 14) return wide * 10 === info.sampleRate;
  return RATES_HZ[code] === info.sampleRate;
}

/** 0 to 7: so many and one; 8 to 10: stereo by difference. */
function channelsAgree(code: number, info: StreamInfo): boolean {
  return code < 8 ? code + 1 === info.channels : code <= 10 && info.channels === 2;
}

const BITS = [0, 8, 12, null, 16, 20, 24, 32];

function bitsAgree(code: number, info: StreamInfo): boolean {
  return code === 0 || BITS[code] === info.bitsPerSample;
}

/** Polynomial x^8 + x^2 + x + 1. */
function crc8(bytes: Uint8Array): number {
  let crc = 0;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc & 0x80) !== 0 ? ((crc << 1) ^ 0x07) & 0xff : crc << 1;
  }
  return crc;
}
