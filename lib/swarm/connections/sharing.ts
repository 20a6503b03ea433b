/** Whether this peer serves others now, and what it tells them it holds. */
import { ChunkSet } from '@/lib/assets/ranges';
import type { Priority } from '@/lib/contracts/frames';
import type { SharingMode } from '@/lib/contracts/signaling';
import type { NowPlaying } from '../asset/now-playing';
import { type NotServing, notServing } from '../schedule/serve';

export interface SharingOptions {
  mode: SharingMode;
  /** Whether the connection costs the listener money. */
  isMetered: () => boolean;
  /** Whether the processor is too busy to serve others. */
  isBusy: () => boolean;
  nowPlaying: NowPlaying;
}

export class Sharing {
  /** What the listener chose. */
  mode: SharingMode;

  constructor(private readonly options: SharingOptions) {
    this.mode = options.mode;
  }

  get isBusy(): boolean {
    return this.options.isBusy();
  }

  get isMetered(): boolean {
    return this.options.isMetered();
  }

  /** Why a request of this priority is not served now; null when it is. */
  notServing(priority: Priority): NotServing | null {
    const { isMetered, isBusy, nowPlaying } = this.options;
    const now = {
      mode: this.mode,
      playing: nowPlaying.isPlaying,
      bufferedS: nowPlaying.bufferedS,
      fetching: nowPlaying.reader?.isWhole === false,
      metered: isMetered(),
      cpuBusy: isBusy(),
    };
    return notServing(now, priority);
  }

  /** Of what is held here, what others may be told of. */
  announced(held: ChunkSet): ChunkSet {
    return this.mode === 'off' || this.options.isMetered() ? ChunkSet.empty() : held;
  }
}
