import type { Priority } from '@/lib/contracts/frames';
import type { SharingMode } from '@/lib/contracts/signaling';
import { URGENT_S } from './constants';

export interface Serving {
  mode: SharingMode;
  playing: boolean;
  /** Seconds of sound buffered ahead of the playhead. */
  bufferedS: number;
  /** The asset that plays is not whole here yet: playback still needs the network. */
  fetching: boolean;
  /** The connection costs the listener money. */
  metered: boolean;
  /** The processor has been busy for a while. */
  cpuBusy: boolean;
}

export type NotServing = 'off' | 'playing' | 'buffer_low' | 'metered' | 'cpu_busy';

/**
 * Why a request of this priority may not be served now; null when it may. The listener's own playback comes first. A busy processor bars
 * what others do not hear soon, which is most of what is asked for: where all are busy at once (a class that presses play together), nobody
 * would be fed otherwise but by the origin (bench:swarm, flash).
 */
export function notServing(now: Serving, priority: Priority): NotServing | null {
  if (now.mode === 'off') return 'off';
  if (now.metered) return 'metered';
  if (now.mode === 'idle-only' && now.playing) return 'playing';
  if (now.playing && now.fetching && now.bufferedS < URGENT_S) return 'buffer_low';
  if (now.cpuBusy && priority === 'prefetch') return 'cpu_busy';
  return null;
}
