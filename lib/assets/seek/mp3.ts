/** Seek index of MP3 (MPEG-1, 2 and 2.5, layer III): walks every frame, so that time and bytes are exact also for variable rates. */

import type { Checked, SeekDescription, SeekParser } from './parser';
import { PointList } from './points';
import { broken, dataView, hasText, type RandomAccess, WindowReader } from './reader';
import { skipLeadingTags, startOfTrailingTags } from './tags';

const HEADER_BYTES = 4;
/** Longest frame: 320 kbit/s at 32 kHz is 1,440 bytes, and one of padding (8 to 12 kHz allow 160 kbit/s: 1,440 too). */
const MAX_FRAME_BYTES = 1_441;
/** What may stand between the tags and the first frame (padding, broken tags) before it is no MP3. */
const MAX_LEADING_JUNK_BYTES = 1_048_576;
/** The same where no tag says that it is one. */
const MAX_UNTAGGED_JUNK_BYTES = 16_384;
/** Frames in a row that must agree before a first sync is believed: 11 bits of sync alone are common in pictures. */
const FRAMES_TO_BELIEVE = 3;
/** Looked at, at most, for a second of frames. */
const MAX_CHECKED_BYTES = 1_048_576;
const VBRI_OFFSET_BYTES = HEADER_BYTES + 32;
/** `Xing` or `Info`, and flags that say which fields follow. */
const XING_HEADER_BYTES = 8;
/** Flag and length of each field of a Xing tag: number of frames, of bytes, table of contents, quality. */
const XING_FIELDS = [
  [1, 4],
  [2, 4],
  [4, 100],
  [8, 4],
] as const;
/** In LAME's extension, after the name of the encoder and what it says of volume and rate: 12 bits of delay, 12 of padding. */
const LAME_DELAY_OFFSET = 21;
const LAME_ENCODERS = ['LAME', 'L3.9', 'Lavc', 'Lavf'];
/** Of every decoder of layer III: 528 samples of its filter bank, and one. LAME's delay is without them. */
const DECODER_DELAY_SAMPLES = 529;

const BITRATES_MPEG1_KBPS = [0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320];
const BITRATES_MPEG2_KBPS = [0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160];
const SAMPLE_RATES_MPEG1 = [44_100, 48_000, 32_000];

interface Frame {
  bytes: number;
  samples: number;
  sampleRate: number;
  channels: number;
  /** From the frame's start to the Xing or Info tag, where there is one. */
  xingOffset: number;
}

export const mp3Parser: SeekParser = {
  recognises: (_head, start, source) => start > 0 || beginsWithMp3Frames(source),
  check: checkMp3,
  describe: describeMp3,
};

/**
 * @returns points at frame boundaries. A frame may need bits of some frames before it (the reservoir): the first moments after a
 *   jump may be silent. The Xing, Info or VBRI frame is metadata and left out; the walk is exact where its counts may lie.
 * @throws {EnxameError} `format_unsupported`
 */
async function describeMp3(source: RandomAccess): Promise<SeekDescription> {
  const reader = new WindowReader(source);
  const limit = await startOfTrailingTags(reader);
  const begin = await firstFrame(reader, limit);
  const first = parseFrame(await reader.at(begin, HEADER_BYTES));
  if (first === null) throw broken('it has no MP3 frame');

  const info = await readInfoFrame(reader, begin, first);
  const firstAudio = info === null ? begin : begin + first.bytes;
  const points = new PointList();
  let position = firstAudio;
  let endAudio = firstAudio;
  let samples = 0;
  while (position + HEADER_BYTES <= limit) {
    const frame = parseFrame(await reader.at(position, HEADER_BYTES));
    if (frame === null || !sameStream(frame, first)) {
      const next = await nextSync(reader, position + 1, limit, first);
      if (next === null) break;
      position = next;
      continue;
    }
    if (position + frame.bytes > limit) break;
    points.offer(samples / first.sampleRate, position);
    samples += frame.samples;
    position += frame.bytes;
    endAudio = position;
  }
  if (samples === 0) throw broken('it has no whole MP3 frame');
  const { priming, heard } = heardPart(info, samples, first.samples);
  return {
    codec: 'mp3',
    sampleRate: first.sampleRate,
    channels: first.channels,
    bitsPerSample: null,
    durationS: heard / first.sampleRate,
    priming,
    seek: { header: [], firstAudio, endAudio, points: points.toPoints(priming / first.sampleRate) },
  };
}

/** Frames follow each other for a second, or to the end of a shorter file, and make up most of its bytes. */
async function checkMp3(source: RandomAccess): Promise<Checked> {
  const reader = new WindowReader(source);
  const limit = await startOfTrailingTags(reader);
  const start = await skipLeadingTags(reader);
  const begin = await firstFrame(reader, limit);
  const first = parseFrame(await reader.at(begin, HEADER_BYTES));
  if (first === null) throw broken('it has no MP3 frame');
  const end = Math.min(limit, begin + MAX_CHECKED_BYTES);
  let position = begin;
  let frames = 0;
  let soundBytes = 0;
  while (position + HEADER_BYTES <= end && frames * first.samples < first.sampleRate) {
    const frame = parseFrame(await reader.at(position, HEADER_BYTES));
    if (frame === null || !sameStream(frame, first)) {
      position = (await nextSync(reader, position + 1, end, first)) ?? end;
      continue;
    }
    if (position + frame.bytes > limit) break;
    frames++;
    soundBytes += frame.bytes;
    position += frame.bytes;
  }
  // So few may be there by chance, unless they are where the file begins.
  const isChance = frames < FRAMES_TO_BELIEVE && begin > start;
  if (frames === 0 || isChance || soundBytes * 2 < position - begin) throw broken('its beginning is not MP3 frames');
  return { durationS: null, startS: 0 };
}

/** Whether a file without a known magic is MP3: a run of frames near its start, not only something that looks like one. */
async function beginsWithMp3Frames(source: RandomAccess): Promise<boolean> {
  return (await findFrames(new WindowReader(source), 0, MAX_UNTAGGED_JUNK_BYTES, source.size)) !== null;
}

async function firstFrame(reader: WindowReader, limit: number): Promise<number> {
  const start = await skipLeadingTags(reader);
  const found = await findFrames(reader, start, start + MAX_LEADING_JUNK_BYTES, limit);
  if (found === null) throw broken('no MP3 frames follow its tags');
  return found;
}

/** Where a run of frames begins in [from, to). */
async function findFrames(reader: WindowReader, from: number, to: number, limit: number): Promise<number | null> {
  for (let position = from; ; position++) {
    const sync = await findSyncByte(reader, position, Math.min(to, limit));
    if (sync === null || (await framesAgree(reader, sync, limit))) return sync;
    position = sync;
  }
}

/** A frame like `first`'s stream, confirmed by the frame after it or by the end. */
async function nextSync(reader: WindowReader, from: number, limit: number, first: Frame): Promise<number | null> {
  for (let position = from; ; position++) {
    const sync = await findSyncByte(reader, position, limit);
    if (sync === null) return null;
    const frame = parseFrame(await reader.at(sync, HEADER_BYTES));
    if (frame !== null && sameStream(frame, first)) {
      const after = sync + frame.bytes;
      const next = after + HEADER_BYTES <= limit ? parseFrame(await reader.at(after, HEADER_BYTES)) : null;
      if (after === limit || (next !== null && sameStream(next, first))) return sync;
    }
    position = sync;
  }
}

/** Position of the next 0xFF. */
async function findSyncByte(reader: WindowReader, from: number, limit: number): Promise<number | null> {
  for (let position = from; position < limit; ) {
    const bytes = await reader.at(position, Math.min(MAX_FRAME_BYTES, limit - position));
    const found = bytes.indexOf(0xff);
    if (found >= 0) return position + found;
    position += bytes.length;
  }
  return null;
}

/** Whether frames of one stream follow each other from `position`; at the end of a very short file fewer are enough. */
async function framesAgree(reader: WindowReader, position: number, limit: number): Promise<boolean> {
  let first: Frame | null = null;
  let at = position;
  for (let i = 0; i < FRAMES_TO_BELIEVE; i++) {
    if (i > 0 && at === limit) return true;
    const frame = parseFrame(await reader.at(at, HEADER_BYTES));
    if (frame === null || (first !== null && !sameStream(frame, first))) return false;
    first ??= frame;
    at += frame.bytes;
  }
  return at <= limit;
}

/** What a first frame says that is no sound. `delay` and `padding`: samples that the encoder added. */
interface InfoFrame {
  frames?: number;
  delay?: number;
  padding?: number;
}

/** Null: the frame is sound. */
async function readInfoFrame(reader: WindowReader, position: number, frame: Frame): Promise<InfoFrame | null> {
  const bytes = await reader.at(position, Math.max(frame.bytes, VBRI_OFFSET_BYTES + 4));
  if (hasText(bytes, frame.xingOffset, 'Xing') || hasText(bytes, frame.xingOffset, 'Info')) {
    return parseXing(bytes.subarray(frame.xingOffset, frame.bytes));
  }
  return hasText(bytes, VBRI_OFFSET_BYTES, 'VBRI') ? {} : null;
}

/**
 * The Xing tag, and LAME's extension of it with the samples that the encoder added (http://gabriel.mp3-tech.org/mp3infotag.html). Only those
 * encoders are believed that are known to write them: others leave something else in the same place.
 */
function parseXing(tag: Uint8Array): InfoFrame {
  if (tag.length < XING_HEADER_BYTES) return {};
  const view = dataView(tag);
  const flags = view.getUint32(4);
  const hasFrames = (flags & 1) !== 0 && tag.length >= XING_HEADER_BYTES + 4;
  const frames = hasFrames ? { frames: view.getUint32(XING_HEADER_BYTES) } : {};
  const lame = XING_FIELDS.reduce((at, [flag, bytes]) => ((flags & flag) === 0 ? at : at + bytes), XING_HEADER_BYTES);
  const at = lame + LAME_DELAY_OFFSET;
  if (!LAME_ENCODERS.some((name) => hasText(tag, lame, name)) || at + 3 > tag.length) return frames;
  const both = (view.getUint8(at) << 16) | view.getUint16(at + 1);
  return { ...frames, delay: both >> 12, padding: both & 0xfff };
}

/**
 * Samples before the first that is heard, and how many are: all, where the encoder does not say or cannot mean this file. A file that was cut
 * has lost its padding first.
 */
function heardPart(info: InfoFrame | null, samples: number, perFrame: number): { priming: number; heard: number } {
  const all = { priming: 0, heard: samples };
  if (info?.delay === undefined || info.padding === undefined) return all;
  const declared = info.frames === undefined ? samples : Math.max(samples, info.frames * perFrame);
  const priming = info.delay + DECODER_DELAY_SAMPLES;
  const heard = Math.min(declared - info.delay - info.padding, samples - priming);
  return heard > 0 ? { priming, heard } : all;
}

function sameStream(a: Frame, b: Frame): boolean {
  return a.sampleRate === b.sampleRate && a.samples === b.samples;
}

/** ISO 11172-3, 2.4.1.3, and its extensions to lower sample rates. Null for what is no layer III header. */
function parseFrame(bytes: Uint8Array): Frame | null {
  if (bytes.length < HEADER_BYTES) return null;
  const word = dataView(bytes).getUint32(0);
  if (word >>> 21 !== 0x7ff) return null;
  const version = (word >>> 19) & 3;
  const layer = (word >>> 17) & 3;
  if (version === 1 || layer !== 1) return null;
  const mpeg1 = version === 3;
  const kbps = (mpeg1 ? BITRATES_MPEG1_KBPS : BITRATES_MPEG2_KBPS)[(word >>> 12) & 15];
  const baseRate = SAMPLE_RATES_MPEG1[(word >>> 10) & 3];
  if (kbps === undefined || baseRate === undefined) return null;
  if (kbps === 0) return null;
  const sampleRate = mpeg1 ? baseRate : version === 2 ? baseRate / 2 : baseRate / 4;
  const samples = mpeg1 ? 1152 : 576;
  const mono = ((word >>> 6) & 3) === 3;
  const sideInfoBytes = mpeg1 ? (mono ? 17 : 32) : mono ? 9 : 17;
  return {
    bytes: Math.floor(((samples / 8) * kbps * 1000) / sampleRate) + ((word >>> 9) & 1),
    samples,
    sampleRate,
    channels: mono ? 1 : 2,
    xingOffset: HEADER_BYTES + sideInfoBytes,
  };
}
