/** Fragmented MP4 (ISO 14496-12, 8.8): `moov` describes the tracks, and each `moof` the samples in the `mdat` behind it. */
import { type Box, child, children } from './mp4-boxes';
import { PointList } from './points';
import { broken, dataView, type RandomAccess } from './reader';

/** Hours of sound in one fragment fit. */
const MAX_MOOF_BYTES = 16_777_216;
const HEADER_BYTES = 8;

/** Flags of `tfhd`, each with the bytes that it adds in front of the default duration. */
const TFHD_BEFORE_DURATION = [
  [0x1, 8],
  [0x2, 4],
] as const;
const TFHD_DURATION = 0x8;
const TRUN_DATA_OFFSET = 0x1;
const TRUN_FIRST_FLAGS = 0x4;
const TRUN_DURATION = 0x100;
/** Size, flags and composition offset of a sample, beside its duration. */
const TRUN_OTHERS = [0x200, 0x400, 0x800];

export interface Fragments {
  /** Ticks of all samples together. */
  ticks: number;
  /** Where the first fragment begins. */
  firstAudio: number;
  /** Fragments that a jump may start at. */
  points: number[];
}

/** Whether samples may be described in fragments. */
export function isFragmented(moov: Uint8Array): boolean {
  return child(moov, 'mvex') !== undefined;
}

/**
 * Walks the fragments of one track.
 * @param trackId of `tkhd` @param timescale ticks a second @returns null where no fragment has samples of it
 */
export async function walkFragments(
  source: RandomAccess,
  top: readonly Box[],
  moov: Uint8Array,
  { trackId, timescale }: { trackId: number; timescale: number },
): Promise<Fragments | null> {
  const usual = defaultDuration(moov, trackId);
  const points = new PointList();
  let ticks = 0;
  let firstAudio: number | null = null;
  for (const box of top) {
    if (box.type !== 'moof' || box.end > source.size) continue;
    if (box.end - box.start > MAX_MOOF_BYTES) throw broken('one of its fragments is too large');
    const moof = await source.read(box.bodyStart, box.end);
    const before = ticks;
    for (const traf of children(moof, 'traf')) ticks += ticksOf(traf, trackId, usual);
    if (ticks === before) continue;
    firstAudio ??= box.start;
    points.offer(before / timescale, box.start);
  }
  return firstAudio === null ? null : { ticks, firstAudio, points: points.toPoints() };
}

export function trackIdOf(trak: Uint8Array): number {
  const tkhd = child(trak, 'tkhd');
  if (tkhd === undefined || tkhd.length < 24) throw broken('its audio track has no header');
  const view = dataView(tkhd);
  return view.getUint32(view.getUint8(0) === 1 ? 20 : 12);
}

/** What `trex` says that a sample lasts (ticks), where its fragment says nothing. */
function defaultDuration(moov: Uint8Array, trackId: number): number {
  for (const trex of children(child(moov, 'mvex') ?? new Uint8Array(), 'trex')) {
    if (trex.length >= 16 && dataView(trex).getUint32(4) === trackId) return dataView(trex).getUint32(12);
  }
  return 0;
}

function ticksOf(traf: Uint8Array, trackId: number, usual: number): number {
  const tfhd = child(traf, 'tfhd');
  if (tfhd === undefined || tfhd.length < HEADER_BYTES || dataView(tfhd).getUint32(4) !== trackId) return 0;
  const flags = dataView(tfhd).getUint32(0) & 0xff_ffff;
  const at = TFHD_BEFORE_DURATION.reduce(
    (sum, [flag, bytes]) => sum + ((flags & flag) === 0 ? 0 : bytes),
    HEADER_BYTES,
  );
  const own = (flags & TFHD_DURATION) !== 0 && tfhd.length >= at + 4 ? dataView(tfhd).getUint32(at) : usual;
  return children(traf, 'trun').reduce((sum, trun) => sum + ticksOfRun(trun, own), 0);
}

function ticksOfRun(trun: Uint8Array, usual: number): number {
  if (trun.length < HEADER_BYTES) return 0;
  const view = dataView(trun);
  const flags = view.getUint32(0) & 0xff_ffff;
  const samples = view.getUint32(4);
  if ((flags & TRUN_DURATION) === 0) return samples * usual;
  const sampleBytes = 4 + 4 * TRUN_OTHERS.filter((flag) => (flags & flag) !== 0).length;
  let at = HEADER_BYTES + ((flags & TRUN_DATA_OFFSET) !== 0 ? 4 : 0) + ((flags & TRUN_FIRST_FLAGS) !== 0 ? 4 : 0);
  let ticks = 0;
  for (let i = 0; i < samples && at + 4 <= trun.length; i++, at += sampleBytes) ticks += view.getUint32(at);
  return ticks;
}
