/** How far a track that does not play yet is prepared. The listener's own playback comes first, then what it costs them and others. */
import type { SharingMode } from '@/lib/contracts/signaling';
import { ORIGIN_AHEAD_S, ORIGIN_ALONE_AHEAD_S, URGENT_S } from './constants';

/**
 * `grant`: leave to play it is asked for, and the tracker who holds it. `beginning`: it is open, and what sound needs to begin is fetched.
 * `swarm`: it takes part in its swarm, and is fetched as it comes near.
 */
export type Preparation = 'grant' | 'beginning' | 'swarm';

/** What plays now. */
export interface Circumstances {
  mode: SharingMode;
  /** The connection costs the listener money. */
  metered: boolean;
  cpuBusy: boolean;
  /** A track plays that is not whole here: playback still needs the network. */
  fetching: boolean;
  /** Seconds of sound buffered ahead of its playhead. */
  bufferedS: number;
}

/** How long before its start the next track takes part in its swarm, seconds. Spotify 2010: chunks from peers at 30 s. */
const NEXT_JOINS_AT_S = ORIGIN_ALONE_AHEAD_S;
/**
 * Tracks in a row that the pointer rested on and whose first bytes the origin sent in vain; for the next one it is not asked. Who wanders
 * over a library costs it half a megabyte at most (8 chunks).
 */
export const MAX_MISSED_PRESSES = 8;

/** The track that follows in the queue. @param inS seconds until it begins */
export function preparationOfNext(inS: number, now: Circumstances): Preparation {
  if (inS <= NEXT_JOINS_AT_S) return 'swarm';
  if (now.metered || now.cpuBusy) return 'grant';
  return now.fetching && now.bufferedS < ORIGIN_AHEAD_S ? 'grant' : 'beginning';
}

/**
 * The track that the pointer rests on. Who does not share fetches no more than they hear.
 * @param missed tracks in a row that were prepared from the origin and not pressed
 */
export function preparationOfPress(missed: number, now: Circumstances): Preparation {
  if (now.metered || now.cpuBusy || now.mode === 'off' || missed >= MAX_MISSED_PRESSES) return 'grant';
  return now.fetching && now.bufferedS < URGENT_S ? 'grant' : 'beginning';
}
