/** Which part of an MP4's sound is heard: what edit lists and iTunes' own tag say of the samples that the encoder added. */
import { MAX_PRIMING } from '@/lib/contracts/manifest';
import { child, children } from './mp4-boxes';
import { dataView } from './reader';

const EDIT_LIST_HEADER_BYTES = 8;
/** An edit with this media time is a pause before the sound. */
const EMPTY_EDIT = -1;
/** `data` in `ilst`: type and locale come before the text. */
const DATA_HEADER_BYTES = 8;
/** Box headers of `mean` and `name` are followed by version and flags. */
const FULL_BOX_BYTES = 4;

export interface HeardPart {
  durationS: number;
  /** Samples before the first that is heard. */
  priming: number;
}

/**
 * iTunes' tag counts samples and comes first; a file without it has an edit list. Several edits (a file that was cut up) mean nothing here.
 * @param mediaS seconds of all samples @param timescale ticks a second of an edit's media time
 * @returns null when neither says anything that can be
 */
export function heardPart(
  moov: Uint8Array,
  trak: Uint8Array,
  mediaS: number,
  timescale: number,
  sampleRate: number,
): HeardPart | null {
  const found = fromTag(moov, mediaS, sampleRate) ?? fromEditList(moov, trak, mediaS, timescale, sampleRate);
  if (found === null || !(found.durationS > 0) || !(found.priming >= 0 && found.priming <= MAX_PRIMING)) return null;
  return found;
}

/** `iTunSMPB`: hexadecimal numbers, of which the second is the delay, the third the padding and the fourth the samples between. */
function fromTag(moov: Uint8Array, mediaS: number, sampleRate: number): HeardPart | null {
  // `meta` is a full box.
  const items = child(child(moov, 'udta', 'meta')?.subarray(FULL_BOX_BYTES), 'ilst');
  if (items === undefined) return null;
  for (const item of children(items, '----')) {
    if (latin1(child(item, 'name')?.subarray(FULL_BOX_BYTES)) !== 'iTunSMPB') continue;
    const fields = latin1(child(item, 'data')?.subarray(DATA_HEADER_BYTES)).trim().split(/\s+/);
    const [priming, padding, samples] = fields.slice(1, 4).map((field) => Number.parseInt(field, 16));
    if (priming === undefined || padding === undefined || samples === undefined) return null;
    // Counts of another sample rate than the file's (HE-AAC has two) would cut off sound.
    const isOfThisFile = Math.abs((priming + samples + padding) / sampleRate - mediaS) < 1;
    return isOfThisFile ? { priming, durationS: samples / sampleRate } : null;
  }
  return null;
}

function fromEditList(
  moov: Uint8Array,
  trak: Uint8Array,
  mediaS: number,
  timescale: number,
  sampleRate: number,
): HeardPart | null {
  const edits = parseEdits(child(trak, 'edts', 'elst')).filter(({ mediaTime }) => mediaTime !== EMPTY_EDIT);
  const [edit] = edits;
  const movieTimescale = timescaleOf(child(moov, 'mvhd'));
  if (edit === undefined || edits.length > 1 || !(movieTimescale > 0)) return null;
  const startS = edit.mediaTime / timescale;
  const restS = mediaS - startS;
  const editS = edit.duration / movieTimescale;
  // The edit's length is rounded to the film's ticks (a millisecond, often); where all of the rest is meant, that is exact.
  const durationS = editS > 0 && restS - editS > 1 / movieTimescale ? editS : restS;
  return { priming: Math.round(startS * sampleRate), durationS };
}

function parseEdits(elst: Uint8Array | undefined): { duration: number; mediaTime: number }[] {
  if (elst === undefined || elst.length < EDIT_LIST_HEADER_BYTES) return [];
  const view = dataView(elst);
  const isLong = view.getUint8(0) === 1;
  const entryBytes = isLong ? 20 : 12;
  const count = Math.min(view.getUint32(4), Math.floor((elst.length - EDIT_LIST_HEADER_BYTES) / entryBytes));
  return Array.from({ length: count }, (_, i) => {
    const at = EDIT_LIST_HEADER_BYTES + i * entryBytes;
    return isLong
      ? { duration: Number(view.getBigUint64(at)), mediaTime: Number(view.getBigInt64(at + 8)) }
      : { duration: view.getUint32(at), mediaTime: view.getInt32(at + 4) };
  });
}

function timescaleOf(mvhd: Uint8Array | undefined): number {
  if (mvhd === undefined || mvhd.length < 24) return 0;
  const view = dataView(mvhd);
  return view.getUint8(0) === 1 ? view.getUint32(20) : view.getUint32(12);
}

function latin1(bytes: Uint8Array | undefined): string {
  return bytes === undefined ? '' : String.fromCharCode(...bytes.subarray(0, 256));
}
