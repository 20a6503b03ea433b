import { FLACDecoder } from '@wasm-audio-decoders/flac';
import { OggVorbisDecoder } from '@wasm-audio-decoders/ogg-vorbis';
import CodecParser, { type CodecFrame, type OggPage, type OpusHeader } from 'codec-parser';
import { MPEGDecoder } from 'mpg123-decoder';
import { OpusDecoder } from 'opus-decoder';
import { buildSeekIndex } from '@/lib/assets/seek/build';
import type { RandomAccess } from '@/lib/assets/seek/reader';
import { aacSound } from './aac';
import type { ChannelOrder, Sound } from './meter';
import { NoDecoder } from './no-decoder';
import { wavSound } from './wav';

/** The sound of a file, decoded piece by piece. */
export interface Decoded {
  order: ChannelOrder;
  /** Pieces of a second or so at most, so that a file of any length takes the same memory. */
  sound: AsyncGenerator<Sound>;
}

/** Read from the file at once (bytes). */
const READ_BYTES = 64 * 1024;
/** Frames decoded at once; the longest have 65,535 samples in each of eight channels (FLAC). */
const FRAMES_AT_ONCE = 8;
/** Loudspeakers that a file may speak to: the decoders would reserve memory for each of 255. */
const MAX_CHANNELS = 8;
/** Header gains of Opus are in 1/256 dB (RFC 7845, section 5.1). */
const OPUS_UNITS_A_DB = 256;

/**
 * Begins to decode a file, by its contents and not by its name. Decoders are WebAssembly, or for AAC a process of its own: what a broken file
 * does to them stays in their memory.
 * @throws {EnxameError} `format_unsupported` with a sentence @throws {NoDecoder}
 */
export async function decode(source: RandomAccess): Promise<Decoded> {
  const header = await buildSeekIndex(source);
  const { container, codec, channels, seek } = header;
  if (channels > MAX_CHANNELS) throw new NoDecoder(`${channels} channels`);
  const bytes = (from: number) => piecesOf(source, from, seek.endAudio);
  switch (`${container}/${codec}`) {
    case 'mp3/mp3':
      return { order: 'wave', sound: framed(bytes(seek.firstAudio), 'audio/mpeg', new MPEGDecoder()) };
    case 'flac/flac':
      return { order: 'wave', sound: framed(bytes(seek.firstAudio), 'audio/flac', new FLACDecoder()) };
    case 'ogg/vorbis':
      return { order: 'vorbis', sound: vorbis(bytes(0)) };
    case 'ogg/opus':
      return { order: 'vorbis', sound: opus(bytes(0)) };
    case 'wav/pcm':
      return { order: 'wave', sound: wavSound(source, header) };
    default:
      if (codec.startsWith('mp4a.40.')) return { order: 'wave', sound: aacSound(source, header.sampleRate) };
      throw new NoDecoder(codec);
  }
}

async function* piecesOf(source: RandomAccess, from: number, end: number): AsyncGenerator<Uint8Array> {
  for (let at = from; at < end; at += READ_BYTES) yield await source.read(at, Math.min(at + READ_BYTES, end));
}

type MimeType = ConstructorParameters<typeof CodecParser>[0];

/** What stands in the bytes, a few at a time; its parser keeps no more than one of them. */
async function* parsed<T extends CodecFrame | OggPage>(
  bytes: AsyncGenerator<Uint8Array>,
  mime: MimeType,
): AsyncGenerator<T> {
  const parser = new CodecParser<T>(mime, { enableFrameCRC32: false });
  for await (const piece of bytes) yield* iterate(parser.parseChunk(piece));
  yield* iterate(parser.flush());
}

/** Its types call them iterators; they are generators. */
const iterate = <T>(items: Iterator<T>) => items as IterableIterator<T>;

interface FrameDecoder {
  ready: Promise<void>;
  free(): void;
  decodeFrames(frames: Uint8Array[]): DecodedFrames | Promise<DecodedFrames>;
}
interface DecodedFrames {
  channelData: Float32Array[];
  samplesDecoded: number;
  sampleRate: number;
}

async function* framed(
  bytes: AsyncGenerator<Uint8Array>,
  mime: MimeType,
  decoder: FrameDecoder,
): AsyncGenerator<Sound> {
  await decoder.ready;
  try {
    for await (const frames of inGroups(parsed<CodecFrame>(bytes, mime))) {
      yield soundOf(await decoder.decodeFrames(frames.map((frame) => frame.data)));
    }
  } finally {
    decoder.free();
  }
}

async function* vorbis(bytes: AsyncGenerator<Uint8Array>): AsyncGenerator<Sound> {
  const decoder = new OggVorbisDecoder();
  await decoder.ready;
  try {
    for await (const page of parsed<OggPage>(bytes, 'audio/ogg')) {
      // A page may hold 255 packets: handed over in parts, of which only the last may be trimmed as the last page.
      const frames = page.codecFrames;
      for (let at = 0; at === 0 || at < frames.length; at += FRAMES_AT_ONCE) {
        const last = page.isLastPage && at + FRAMES_AT_ONCE >= frames.length;
        const part = { ...page, codecFrames: frames.slice(at, at + FRAMES_AT_ONCE), isLastPage: last };
        yield soundOf(await decoder.decodeOggPages([part]));
      }
    }
  } finally {
    decoder.free();
  }
}

async function* opus(bytes: AsyncGenerator<Uint8Array>): AsyncGenerator<Sound> {
  let decoder: OpusDecoder | null = null;
  let factor = 1;
  try {
    for await (const page of parsed<OggPage>(bytes, 'audio/ogg')) {
      const header = page.codecFrames[0]?.header as OpusHeader | undefined;
      if (header === undefined) continue;
      if (decoder === null) {
        decoder = opusDecoder(header);
        await decoder.ready;
        // Players apply it, and gains in tags are on top of it; this decoder leaves it to us.
        factor = 10 ** (header.outputGain / OPUS_UNITS_A_DB / 20);
      }
      for (let at = 0; at < page.codecFrames.length; at += FRAMES_AT_ONCE) {
        const frames = page.codecFrames.slice(at, at + FRAMES_AT_ONCE).map((frame) => frame.data);
        const sound = soundOf(decoder.decodeFrames(frames));
        if (factor !== 1) for (const samples of sound.channels) scale(samples, factor);
        yield sound;
      }
    }
  } finally {
    decoder?.free();
  }
}

function opusDecoder({ channels, preSkip, streamCount, coupledStreamCount, channelMappingTable }: OpusHeader) {
  if (channels > MAX_CHANNELS) throw new NoDecoder(`${channels} channels`);
  if (channels <= 2) return new OpusDecoder({ channels, preSkip });
  return new OpusDecoder({ channels, preSkip, streamCount, coupledStreamCount, channelMappingTable });
}

function scale(samples: Float32Array, factor: number): void {
  for (let i = 0; i < samples.length; i++) samples[i] = (samples[i] ?? 0) * factor;
}

function soundOf({ channelData, samplesDecoded, sampleRate }: DecodedFrames): Sound {
  return { channels: samplesDecoded === 0 ? [] : channelData, sampleRate };
}

async function* inGroups<T>(items: AsyncGenerator<T>): AsyncGenerator<T[]> {
  let group: T[] = [];
  for await (const item of items) {
    group.push(item);
    if (group.length < FRAMES_AT_ONCE) continue;
    yield group;
    group = [];
  }
  if (group.length > 0) yield group;
}
