/** Which of a track's gains applies, and what the audio element is told. Pure. */
import type { TrackGain } from '@/lib/contracts/catalog';
import { comesLaterOnAlbum } from '../album-order';
import type { Queue } from '../queue';

export const GAIN_MODES = ['off', 'auto', 'track', 'album'] as const;
/** The pre-amp goes this far in either direction (dB). */
export const LARGEST_PREAMP_DB = 12;

/** `auto`: the album's gain while an album is played in its order, else the track's own. */
export interface GainSettings {
  mode: (typeof GAIN_MODES)[number];
  /** Added to each gain (dB). */
  preampDb: number;
}

export const NO_GAIN: GainSettings = { mode: 'off', preampDb: 0 };

/** A gain to apply. */
export interface Applied {
  /** With the pre-amp. */
  db: number;
  /** Highest sample of what the gain is for; null: not known. */
  peak: number | null;
}

/**
 * The gain of a queue's current item; null: it is played as it is, and the pre-amp does not apply. Where the wanted gain is not known the
 * other one takes its place: it is nearer to right than none.
 */
export function gainFor({ mode, preampDb }: GainSettings, queue: Queue): Applied | null {
  const gain = queue.items[queue.index]?.track.gain;
  if (mode === 'off' || !gain) return null;
  const [first, second] = [ofTrack(gain), ofAlbum(gain)];
  const wanted = mode === 'album' || (mode === 'auto' && playsAlbum(queue)) ? (second ?? first) : (first ?? second);
  return wanted && { db: wanted.db + preampDb, peak: wanted.peak };
}

function ofTrack({ trackDb, trackPeak, albumPeak }: TrackGain): Applied | null {
  return trackDb === undefined ? null : { db: trackDb, peak: trackPeak ?? albumPeak ?? null };
}

function ofAlbum({ albumDb, albumPeak, trackPeak }: TrackGain): Applied | null {
  return albumDb === undefined ? null : { db: albumDb, peak: albumPeak ?? trackPeak ?? null };
}

/** The item before or behind the current one is its neighbour on the album, and nothing is shuffled. */
function playsAlbum({ items, index, unshuffled }: Queue): boolean {
  if (unshuffled !== null) return false;
  const [before, current, behind] = [items[index - 1]?.track, items[index]?.track, items[index + 1]?.track];
  return comesLaterOnAlbum(before, current) || comesLaterOnAlbum(current, behind);
}

/**
 * The amplitude to play with: above 1 the element's own volume does not suffice. An amplification never makes sound clip: it ends where the
 * highest sample reaches full scale, and without knowing that sample at the listener's own volume.
 * @param amplitude of the listener's volume, 0 to 1
 */
export function levelOf(amplitude: number, gain: Applied | null): number {
  if (gain === null) return amplitude;
  const level = amplitude * 10 ** (gain.db / 20);
  if (gain.db <= 0) return level;
  const highest = gain.peak === null || gain.peak <= 0 ? 1 : 1 / gain.peak;
  return Math.min(level, Math.max(amplitude, highest));
}
