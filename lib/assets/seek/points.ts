import { MAX_SEEK_POINTS, type ManifestHeader, type SeekIndex } from '@/lib/contracts/manifest';
import { FRAME_SLACK_BYTES, framePlace } from './frame-place';

/** A point a second: a jump then reads at most a second of sound that is not heard. */
const POINT_EVERY_S = 1;

/**
 * Gathers seek points from a walk that does not know its length beforehand: one a second, and every other one is dropped (and the
 * distance doubled) each time there would be too many.
 */
export class PointList {
  /** Pairs of seconds and byte. */
  private flat: number[] = [];
  private everyS = POINT_EVERY_S;
  private nextS = 0;

  /** Offers a place where a jump may start; kept when it is due. Places come in ascending order. */
  offer(timeS: number, byte: number): void {
    if (timeS < this.nextS) return;
    this.flat.push(timeS, byte);
    if (this.flat.length > MAX_SEEK_POINTS * 2) {
      this.flat = this.flat.filter((_, i) => i % 4 < 2);
      this.everyS *= 2;
    }
    this.nextS = (Math.floor(timeS / this.everyS) + 1) * this.everyS;
  }

  /** Pairs of milliseconds and byte, as in the contract. @param primingS what comes before the first sample that is heard */
  toPoints(primingS = 0): number[] {
    return this.flat.map((value, i) => (i % 2 === 0 ? Math.round(Math.max(0, value - primingS) * 1000) : value));
  }
}

/**
 * Where reading for a jump to `timeS` starts: the last point at or before it. A decoder fed from there is exact after a short
 * run-in (MP3's bit reservoir, up to some frames; Opus' 80 ms), so who wants the very sample asks for a moment earlier.
 * Without points (MP4, WAV) it is the first audio: those formats' own header knows better.
 */
export function nextPoint(seek: SeekIndex, timeS: number): { timeS: number; byte: number } {
  const { points } = seek;
  const timeMs = timeS * 1000;
  let low = 0;
  let high = points.length / 2;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((points[middle * 2] ?? 0) <= timeMs) low = middle + 1;
    else high = middle;
  }
  const at = Math.max(0, low - 1) * 2;
  const [ms, byte] = [points[at], points[at + 1]];
  return ms === undefined || byte === undefined ? { timeS: 0, byte: seek.firstAudio } : { timeS: ms / 1000, byte };
}

/**
 * As `nextPoint`, with the time of the first sample that a plain decoder makes from there: at the start of the file that is before 0, where
 * the priming lies.
 */
export function decodingStart(
  file: Pick<ManifestHeader, 'seek' | 'sampleRate' | 'priming'>,
  timeS: number,
): { timeS: number; byte: number } {
  const point = nextPoint(file.seek, timeS);
  return point.byte === file.seek.firstAudio ? { ...point, timeS: -(file.priming ?? 0) / file.sampleRate } : point;
}

/** The chunk that is needed first to play from `timeS` on: that of the header, where the format has one, else that of the sound. */
export function headChunk({ seek, chunkSize }: { seek: SeekIndex; chunkSize: number }, timeS: number): number {
  return Math.floor((seek.header[0] ?? nextPoint(seek, timeS).byte) / chunkSize);
}

/**
 * The chunks that sound from `timeS` on needs to begin and last for `forS` seconds, in the order they are read: those of the header, where
 * the format has one, then from where reading starts (`soundToBegin`, else `nextPoint`) on. Where the index is of no help (MP4), roughly.
 */
export function chunksToPlay(
  file: Playable & Pick<ManifestHeader, 'chunkSize'>,
  timeS: number,
  forS: number,
): readonly number[] {
  const { seek, chunkSize } = file;
  const point = seek.points.length > 0 ? nextPoint(seek, timeS).byte : byteAt(file, timeS);
  const from = soundToBegin(file, timeS)?.start ?? point;
  const ranges: [number, number][] = [];
  for (let i = 0; i + 1 < seek.header.length; i += 2) ranges.push([seek.header[i] ?? 0, seek.header[i + 1] ?? 0]);
  ranges.push([from, Math.max(from + 1, byteAt(file, timeS + forS))]);
  const chunks = new Set<number>();
  for (const [start, end] of ranges) {
    for (let chunk = Math.floor(start / chunkSize); chunk * chunkSize < end; chunk++) chunks.add(chunk);
  }
  return [...chunks];
}

/**
 * A browser begins to sound with this much behind the place jumped to: Chromium did with 0.28 s of MP3, and not with 0.1 (measured). What sounds
 * within it is all due at once.
 */
export const SOUND_TO_BEGIN_S = 0.3;
/** Most of an MP3 frame: the last one is cut. */
const BEGIN_MARGIN_S = 0.02;
/** More is not worth asking for apart: an index with a point in several seconds. */
const MOST_TO_BEGIN_BYTES = 65_536;

/**
 * The plain bytes from where reading starts to all that sound needs to begin at `timeS`, for formats that can be played from there on
 * alone; null for the others, whose header comes first, and where there is nothing to play. Of an MP3 of constant rate they begin
 * FRAME_SLACK_BYTES before a frame close to the place, else at the point before it.
 */
export function soundToBegin(file: Playable, timeS: number): { start: number; end: number } | null {
  const { header, points, endAudio } = file.seek;
  if (header.length > 0 || points.length === 0) return null;
  const place = framePlace(file, timeS);
  const start = place === null ? nextPoint(file.seek, timeS).byte : place.byte - FRAME_SLACK_BYTES;
  const end = Math.min(endAudio, byteAt(file, timeS + SOUND_TO_BEGIN_S + BEGIN_MARGIN_S));
  return start < end && end - start <= MOST_TO_BEGIN_BYTES ? { start, end } : null;
}

type Playable = Pick<ManifestHeader, 'container' | 'sampleRate' | 'priming' | 'durationS' | 'seek'>;
type Indexed = Pick<ManifestHeader, 'durationS' | 'seek'>;

/** The byte that plays at a time, roughly: linear between the seek points around it, or over the whole file where there are none. */
export function byteAt({ durationS, seek }: Indexed, timeS: number): number {
  const { points, firstAudio, endAudio } = seek;
  const timeMs = timeS * 1000;
  let from = { ms: 0, byte: firstAudio };
  let to = { ms: durationS * 1000, byte: endAudio };
  for (let i = 0; i + 1 < points.length; i += 2) {
    const point = { ms: points[i] ?? 0, byte: points[i + 1] ?? 0 };
    if (point.ms > timeMs) {
      to = point;
      break;
    }
    from = point;
  }
  const share = to.ms > from.ms ? (timeMs - from.ms) / (to.ms - from.ms) : 0;
  return Math.round(from.byte + Math.min(1, Math.max(0, share)) * (to.byte - from.byte));
}

/** Mean bytes a second of sound; at least 1. */
export function meanBytesPerSecond({ durationS, seek }: Indexed): number {
  return Math.max(1, (seek.endAudio - seek.firstAudio) / Math.max(durationS, 0.001));
}
