/** Seek index of FLAC: finds a frame near each of evenly spaced bytes instead of reading all, and trusts no SEEKTABLE. */
import { MAX_SEEK_POINTS } from '@/lib/contracts/manifest';
import { isFlacFrameIntact } from './checksums';
import {
  type FlacFrame,
  MAX_FRAME_HEADER_BYTES,
  parseFlacFrame,
  parseStreamInfo,
  STREAMINFO_BYTES,
  type StreamInfo,
} from './flac-frame';
import type { Checked, SeekDescription, SeekParser } from './parser';
import { broken, hasText, type RandomAccess, WindowReader } from './reader';
import { skipLeadingTags, startOfTrailingTags } from './tags';

const MAGIC_BYTES = 4;
const BLOCK_HEADER_BYTES = 4;
/** `fLaC`, STREAMINFO's block header and STREAMINFO. */
const HEADER_BYTES = MAGIC_BYTES + BLOCK_HEADER_BYTES + STREAMINFO_BYTES;
const MAX_METADATA_BLOCKS = 1024;
const LAST_BLOCK = 0x80;
/** Read at a time by a search: a frame of CD sound has about 8 KB. */
const SCAN_BYTES = 16_384;
/** How far back the last frame is looked for: 2 s of 8 channels at 192 kHz and 24 bit are 9 MB, usual frames 16 KB. */
const MAX_TAIL_BYTES = 4_194_304;

export const flacParser: SeekParser = {
  recognises: (head) => hasText(head, 0, 'fLaC'),
  check: checkFlac,
  describe: describeFlac,
};

/**
 * The header is `fLaC` and STREAMINFO alone (42 bytes): comments, pictures and seek table are left out. A decoder given just these
 * bytes and frames must therefore be told that no other metadata follows: the reader sets the last-block flag, the top bit of byte 4.
 * @throws {EnxameError} `format_unsupported`
 */
async function describeFlac(source: RandomAccess): Promise<SeekDescription> {
  const reader = new WindowReader(source, 2 * SCAN_BYTES);
  const { begin, info } = await readHeader(reader);
  const limit = await startOfTrailingTags(reader);
  const first = await findFrame(reader, await skipMetadata(reader, begin + MAGIC_BYTES), limit, info, -1);
  if (first === null) throw broken('it has no FLAC frame');
  const last = await findLastFrame(reader, first.position, limit, info);
  const totalSamples = last.frame.sample + last.frame.samples;
  const durationS = totalSamples / info.sampleRate;
  return {
    codec: 'flac',
    sampleRate: info.sampleRate,
    channels: info.channels,
    bitsPerSample: info.bitsPerSample,
    durationS,
    priming: 0,
    seek: {
      header: [begin, begin + HEADER_BYTES],
      firstAudio: first.position,
      endAudio: limit,
      points: await probePoints(reader, first, limit, info, durationS),
    },
  };
}

/** Frames have the checksum that they name, for a second or to the end of a shorter file. */
async function checkFlac(source: RandomAccess): Promise<Checked> {
  const reader = new WindowReader(source);
  const { begin, info } = await readHeader(reader);
  const start = await skipMetadata(reader, begin + MAGIC_BYTES);
  const limit = await startOfTrailingTags(reader);
  let intact = 0;
  let looked = 0;
  let found = await findFrame(reader, start, Math.min(limit, start + MAX_TAIL_BYTES), info, -1);
  if (found === null) throw broken('it has no FLAC frame', start >= limit ? 'truncated' : 'damaged');
  while (found !== null && looked < info.sampleRate) {
    const { position, frame }: Found = found;
    const next: Found | null = await findFrame(
      reader,
      position + 1,
      Math.min(limit, position + MAX_TAIL_BYTES),
      info,
      frame.sample,
    );
    const end = next?.position ?? limit;
    if (end - position <= MAX_TAIL_BYTES && isFlacFrameIntact(await reader.at(position, end - position))) {
      intact += frame.samples;
    }
    looked += frame.samples;
    found = next;
  }
  if (intact * 2 < looked) throw broken('the checksums of its frames are wrong');
  return { durationS: null, startS: 0 };
}

async function readHeader(reader: WindowReader): Promise<{ begin: number; info: StreamInfo }> {
  const begin = await skipLeadingTags(reader);
  const head = await reader.at(begin, HEADER_BYTES);
  if (head.length < HEADER_BYTES || !hasText(head, 0, 'fLaC') || ((head[4] ?? 0) & 0x7f) !== 0) {
    throw broken('it does not begin with STREAMINFO');
  }
  const info = parseStreamInfo(head.subarray(MAGIC_BYTES + BLOCK_HEADER_BYTES));
  if (info.sampleRate === 0) throw broken('its sample rate is 0');
  return { begin, info };
}

interface Found {
  position: number;
  frame: FlacFrame;
}

async function skipMetadata(reader: WindowReader, start: number): Promise<number> {
  let position = start;
  for (let i = 0; i < MAX_METADATA_BLOCKS; i++) {
    const [type, high, middle, low] = await reader.at(position, BLOCK_HEADER_BYTES);
    if (type === undefined || high === undefined || middle === undefined || low === undefined) {
      throw broken('it ends inside its metadata');
    }
    position += BLOCK_HEADER_BYTES + (high << 16) + (middle << 8) + low;
    if ((type & LAST_BLOCK) !== 0) return position;
  }
  throw broken('its metadata has no end');
}

/**
 * A point at the first frame behind each of as many evenly spaced bytes as there are seconds. Even in bytes, not in time: what a jump
 * costs is bytes, and a long silence is a few of them. Each search ends where the next begins, so a broken file is read once at most.
 */
async function probePoints(
  reader: WindowReader,
  first: Found,
  limit: number,
  info: StreamInfo,
  durationS: number,
): Promise<number[]> {
  const count = Math.min(MAX_SEEK_POINTS, Math.max(1, Math.ceil(durationS)));
  const step = (limit - first.position) / count;
  const points = [toMs(first.frame, info), first.position];
  let previous = first.frame.sample;
  for (let i = 1; i < count; i++) {
    const from = first.position + Math.floor(i * step);
    const to = first.position + Math.floor((i + 1) * step);
    const found = await findFrame(reader, from, to, info, previous);
    if (found === null) continue;
    points.push(toMs(found.frame, info), found.position);
    previous = found.frame.sample;
  }
  return points;
}

function toMs(frame: FlacFrame, info: StreamInfo): number {
  return Math.round((frame.sample / info.sampleRate) * 1000);
}

/** The first frame that begins in [from, to) with a sample number over `after`. */
async function findFrame(
  reader: WindowReader,
  from: number,
  to: number,
  info: StreamInfo,
  after: number,
): Promise<Found | null> {
  for (let position = from; position < to; position += SCAN_BYTES) {
    const length = Math.min(SCAN_BYTES, to - position);
    const bytes = await reader.at(position, length + MAX_FRAME_HEADER_BYTES);
    for (let at = bytes.indexOf(0xff); at >= 0 && at < length; at = bytes.indexOf(0xff, at + 1)) {
      const frame = parseFlacFrame(bytes.subarray(at, at + MAX_FRAME_HEADER_BYTES), info);
      if (frame !== null && frame.sample > after) return { position: position + at, frame };
    }
  }
  return null;
}

/** From the end backwards, so that the length is known also where STREAMINFO says nothing, or the file was cut. */
async function findLastFrame(reader: WindowReader, from: number, limit: number, info: StreamInfo): Promise<Found> {
  let end = limit;
  while (end > from && limit - end < MAX_TAIL_BYTES) {
    const start = Math.max(from, end - SCAN_BYTES);
    let last: Found | null = null;
    for (let at = start; ; ) {
      const found: Found | null = await findFrame(reader, at, end, info, last?.frame.sample ?? -1);
      if (found === null) break;
      last = found;
      at = found.position + 1;
    }
    if (last !== null) return last;
    end = start;
  }
  throw broken('no FLAC frame was found at its end');
}
