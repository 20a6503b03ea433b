/** What the first packet of an Ogg stream says of it, and how many samples are in each packet (RFC 7845, Vorbis I, RFC 9639). */
import { opusPacketS } from '../opus-packet';
import { parseFlacFrame, parseStreamInfo, STREAMINFO_BYTES } from './flac-frame';
import { broken, dataView, hasText } from './reader';

/** Opus counts in samples of 48 kHz, whatever was recorded (RFC 7845, section 4). */
const OPUS_RATE_HZ = 48_000;
/** `\x7fFLAC`, version, number of header packets, `fLaC` and a block header. */
const FLAC_STREAMINFO_AT = 17;
const FLAC_HEADER_COUNT_AT = 7;
/** Of each mode in a Vorbis setup: a flag, two numbers of 16 bits that are 0, and a mapping. */
const MODE_BITS = 41;
const MAX_MODES = 64;
const MODE_COUNT_BITS = 6;
/** As many bytes at the end of a Vorbis setup hold all of its modes. */
export const MODES_TAIL_BYTES = 340;
/** As many bytes at a packet's beginning tell how many samples are in it. */
export const PACKET_HEAD_BYTES = 16;

export interface Stream {
  codec: 'opus' | 'vorbis' | 'flac';
  channels: number;
  /** As listeners know it. */
  sampleRate: number;
  bitsPerSample: number | null;
  /** What granule positions count. */
  granuleRate: number;
  /** Granules before the first sample that is heard. */
  preSkip: number;
  /** Packets before sound: Opus id and comment, Vorbis also the setup. */
  headerPackets: number;
  /**
   * Counts the samples of packets that follow each other, from the beginning of each.
   * @param headerTail last bytes of the header packets @returns null where the header does not say what is needed
   */
  counter(headerTail: Uint8Array): ((packet: Uint8Array) => number) | null;
}

/** @returns null for a stream that is no sound we know */
export function parseIdPacket(packet: Uint8Array): Stream | null {
  if (hasText(packet, 0, 'OpusHead') && packet.length >= 19) return opus(packet);
  if (hasText(packet, 0, '\x01vorbis') && packet.length >= 30) return vorbis(packet);
  if (hasText(packet, 0, '\x7fFLAC') && packet.length >= FLAC_STREAMINFO_AT + STREAMINFO_BYTES) return flac(packet);
  return null;
}

export function isVideo(packet: Uint8Array): boolean {
  return hasText(packet, 0, '\x80theora') || hasText(packet, 0, 'BBCD\0') || hasText(packet, 0, '\x80daala');
}

function opus(packet: Uint8Array): Stream {
  const channels = packet[9] ?? 0;
  if (channels === 0) throw broken('it has no channels');
  return {
    codec: 'opus',
    channels,
    sampleRate: OPUS_RATE_HZ,
    bitsPerSample: null,
    granuleRate: OPUS_RATE_HZ,
    preSkip: dataView(packet).getUint16(10, true),
    headerPackets: 2,
    counter: () => (head) => Math.round((opusPacketS(head) ?? 0) * OPUS_RATE_HZ),
  };
}

function flac(packet: Uint8Array): Stream {
  const info = parseStreamInfo(packet.subarray(FLAC_STREAMINFO_AT));
  if (info.sampleRate === 0) throw broken('its sample rate is 0');
  return {
    codec: 'flac',
    channels: info.channels,
    sampleRate: info.sampleRate,
    bitsPerSample: info.bitsPerSample,
    granuleRate: info.sampleRate,
    preSkip: 0,
    // 0 stands for not known; comments there are always.
    headerPackets: 1 + Math.max(1, dataView(packet).getUint16(FLAC_HEADER_COUNT_AT)),
    counter: () => (head) => parseFlacFrame(head, info)?.samples ?? 0,
  };
}

function vorbis(packet: Uint8Array): Stream {
  const view = dataView(packet);
  const channels = view.getUint8(11);
  const sampleRate = view.getUint32(12, true);
  if (channels === 0 || sampleRate === 0) throw broken('its sample rate or number of channels is 0');
  const sizes = view.getUint8(28);
  const blocks = [2 ** (sizes & 15), 2 ** (sizes >> 4)];
  return {
    codec: 'vorbis',
    channels,
    sampleRate,
    bitsPerSample: null,
    granuleRate: sampleRate,
    preSkip: 0,
    headerPackets: 3,
    counter(headerTail) {
      const isLong = modesOf(headerTail);
      if (isLong === null) return null;
      const modeBits = 32 - Math.clz32(isLong.length - 1);
      let before: number | null = null;
      return ([first = 0]) => {
        // The lowest bit says that it is sound; blocks overlap by half, so the first one alone makes none.
        const block = blocks[isLong[(first >> 1) & (2 ** modeBits - 1)] === true ? 1 : 0] ?? 0;
        const samples = before === null ? 0 : (before + block) / 4;
        before = block;
        return samples;
      };
    },
  };
}

/**
 * Which modes of a Vorbis stream have long blocks. They are the last thing in its setup, before a bit that is 1, and are found from there: all
 * that comes before would have to be parsed for nothing else.
 * @returns null where the end of the setup is none
 */
function modesOf(setup: Uint8Array): boolean[] | null {
  const bit = (at: number) => at >= 0 && (((setup[at >> 3] ?? 0) >> (at & 7)) & 1) === 1;
  const number = (at: number, bits: number) => {
    let value = 0;
    for (let i = 0; i < bits; i++) if (bit(at + i)) value |= 1 << i;
    return value;
  };
  let end = setup.length * 8 - 1;
  while (end > 0 && !bit(end)) end--;
  const found: boolean[] = [];
  let count = 0;
  for (let at = end - MODE_BITS; at >= MODE_COUNT_BITS && found.length < MAX_MODES; at -= MODE_BITS) {
    if (number(at + 1, 16) !== 0 || number(at + 17, 16) !== 0 || number(at + 33, 8) >= MAX_MODES) break;
    found.unshift(bit(at));
    // Not all that looks like a mode is one: where their number stands before them they are complete.
    if (number(at - MODE_COUNT_BITS, MODE_COUNT_BITS) + 1 === found.length) count = found.length;
  }
  return count === 0 ? null : found.slice(found.length - count);
}
