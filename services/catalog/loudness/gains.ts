/** Which gain a track has: what its tags say, else what was measured. */
import type { TrackGain } from '@/lib/contracts/catalog';
import { LoudnessHistogram } from './histogram';
import { withoutGaps } from './tags';

/** What ReplayGain 2 aims at (LUFS). */
const REFERENCE_LUFS = -18;
/** What is hardly there is not made loud by more (dB). */
const LARGEST_MEASURED_DB = 24;

/** One track's sound, measured. */
export interface Measured {
  histogram: LoudnessHistogram;
  peak: number;
}

/** Tags that say all that is needed save the measuring. A peak is not needed: without one the player does not amplify. */
export function saysEnough(tagged: TrackGain): boolean {
  return tagged.trackDb !== undefined && tagged.albumDb !== undefined;
}

/** All tracks of an album as one: their blocks together pass the gates once. Null where nothing was measured. */
export function albumOf(tracks: readonly (Measured | null)[]): Measured | null {
  const measured = tracks.filter((track) => track !== null);
  if (measured.length === 0) return null;
  const histogram = new LoudnessHistogram();
  for (const track of measured) histogram.addAll(track.histogram);
  return { histogram, peak: Math.max(...measured.map(({ peak }) => peak)) };
}

/** @returns null where neither tags nor measuring say anything, or only of silence */
export function gainOf(tagged: TrackGain | null, track: Measured | null, album: Measured | null): TrackGain | null {
  const gain = withoutGaps({
    trackDb: tagged?.trackDb ?? decibels(track),
    trackPeak: tagged?.trackPeak ?? track?.peak ?? null,
    albumDb: tagged?.albumDb ?? decibels(album),
    albumPeak: tagged?.albumPeak ?? album?.peak ?? null,
  });
  return gain.trackDb === undefined && gain.albumDb === undefined ? null : gain;
}

function decibels(measured: Measured | null): number | null {
  const lufs = measured?.histogram.integrated() ?? null;
  return lufs === null ? null : Math.min(LARGEST_MEASURED_DB, REFERENCE_LUFS - lufs);
}
