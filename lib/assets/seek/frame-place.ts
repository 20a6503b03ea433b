/**
 * Where a frame of an MP3 of constant rate begins, between two points of the seek index: such frames are equally long but for a byte of
 * padding, so counting finds them, and a jump need not read from the point, up to a second before.
 */
import type { ManifestHeader } from '@/lib/contracts/manifest';

export interface FramePlace {
  /** The frame begins here, or up to FRAME_SLACK_BYTES before or behind. */
  byte: number;
  /** Its first sample, as the points count time. */
  timeS: number;
  /** Mean length of a frame, bytes. */
  frameBytes: number;
}

/** Padding makes one byte of difference; the mean of the frames between two points another. */
export const FRAME_SLACK_BYTES = 2;
/** Frames ahead of the place: a decoder may need the bits of the one before, and browsers drop the first 529 samples. */
const RUN_IN_FRAMES = 2;
/** By how many bytes runs of frames of one constant rate may differ from so many mean frames: padding, at both ends. */
const RUN_SLACK_BYTES = 2;
/** Samples of a frame, MPEG 1 and its halves (ISO 11172-3, 13818-3). */
const SAMPLES = 1152;
const MPEG1_LEAST_HZ = 32_000;

type Mp3 = Pick<ManifestHeader, 'container' | 'sampleRate' | 'priming' | 'seek'>;

/** The frame from which sound at `timeS` is whole; null where the index's point is as good, or frames differ in length. */
export function framePlace(file: Mp3, timeS: number): FramePlace | null {
  const { container, seek, sampleRate, priming = 0 } = file;
  if (container !== 'mp3' || seek.header.length > 0) return null;
  const frameS = (sampleRate >= MPEG1_LEAST_HZ ? SAMPLES : SAMPLES / 2) / sampleRate;
  const span = spanAround(seek.points, timeS * 1000);
  if (span === null) return null;
  // The first point is the first frame, which comes before the first sample that is heard.
  const secondsAt = (ms: number, byte: number) => (byte === seek.firstAudio ? -priming / sampleRate : ms / 1000);
  const fromS = secondsAt(span.fromMs, span.fromByte);
  const framesUntil = (ms: number, sinceS: number) => Math.round((ms / 1000 - sinceS) / frameS);
  const frames = framesUntil(span.toMs, fromS);
  const frameBytes = (span.toByte - span.fromByte) / frames;
  const [firstMs = 0, firstByte = 0] = seek.points;
  const [lastMs = 0, lastByte = 0] = seek.points.slice(-2);
  const meanBytes = (lastByte - firstByte) / framesUntil(lastMs, secondsAt(firstMs, firstByte));
  if (!(frames > 0 && Math.abs(frameBytes - meanBytes) * frames <= RUN_SLACK_BYTES)) return null;
  const frame = Math.min(frames - 1, Math.floor((timeS - fromS) / frameS) - RUN_IN_FRAMES);
  if (frame <= RUN_IN_FRAMES) return null;
  return { byte: Math.round(span.fromByte + frame * frameBytes), timeS: fromS + frame * frameS, frameBytes };
}

/**
 * Where in these bytes, which begin FRAME_SLACK_BYTES before a place, its frame begins: a header that looks like the next two.
 * @returns null where there is none: the frames are not what they seemed
 */
export function frameIn(bytes: Uint8Array, frameBytes: number): number | null {
  for (let at = 0; at <= 2 * FRAME_SLACK_BYTES; at++) {
    const [next] = nextLike(bytes, at, frameBytes);
    if (next !== undefined && nextLike(bytes, next, frameBytes).length > 0) return at;
  }
  return null;
}

/** Where the frame behind the one at `at` may begin. */
function nextLike(bytes: Uint8Array, at: number, frameBytes: number): number[] {
  const length = Math.floor(frameBytes);
  return [at + length, at + length + 1].filter((next) => isHeader(bytes, at) && isSameHeader(bytes, at, next));
}

const isHeader = (bytes: Uint8Array, at: number) => bytes[at] === 0xff && ((bytes[at + 1] ?? 0) & 0xe0) === 0xe0;

/** Version, layer, rate and sampling rate are the same; padding and what follows may differ. */
function isSameHeader(bytes: Uint8Array, at: number, next: number): boolean {
  const rates = (i: number) => (bytes[i + 2] ?? 0) & 0xfc;
  return isHeader(bytes, next) && bytes[at + 1] === bytes[next + 1] && rates(at) === rates(next);
}

function spanAround(points: readonly number[], timeMs: number) {
  let low = 0;
  let high = points.length / 2;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((points[middle * 2] ?? 0) <= timeMs) low = middle + 1;
    else high = middle;
  }
  const [fromMs, fromByte, toMs, toByte] = points.slice(Math.max(0, low - 1) * 2, low * 2 + 2);
  if (fromMs === undefined || fromByte === undefined || toMs === undefined || toByte === undefined) return null;
  return { fromMs, fromByte, toMs, toByte };
}
