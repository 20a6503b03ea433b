import type { SharingMode } from '@/lib/contracts/signaling';
import { URGENT_S } from './constants';

export interface Serving {
  mode: SharingMode;
  playing: boolean;
  /** Seconds of sound buffered ahead of the ear. */
  bufferedS: number;
  /** The asset that plays is not whole here yet: playback still needs the network. */
  fetching: boolean;
  /** The connection costs the listener money. */
  metered: boolean;
  /** The processor has been busy for a while. */
  cpuBusy: boolean;
}

export type NotServing = 'off' | 'playing' | 'buffer_low' | 'metered' | 'cpu_busy';

/** Why nothing may be served to others now; null when it may. The listener's own playback comes first. */
export function notServing(now: Serving): NotServing | null {
  if (now.mode === 'off') return 'off';
  if (now.metered) return 'metered';
  if (now.mode === 'idle-only' && now.playing) return 'playing';
  if (now.playing && now.fetching && now.bufferedS < URGENT_S) return 'buffer_low';
  if (now.cpuBusy) return 'cpu_busy';
  return null;
}
