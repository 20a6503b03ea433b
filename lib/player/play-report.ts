import { newId } from '@/lib/contracts/ids';
import type { PlayEvent } from './api';

type Bytes = { cache: number; peer: number; origin: number };

/** What the history hears of one play: it started when sound moved, and then was finished or skipped, once. */
export class PlayReport {
  readonly #trackId: string;
  readonly #playId = newId();
  readonly #onPlay: (event: PlayEvent) => void;
  #state: 'waiting' | 'started' | 'over' = 'waiting';

  constructor(trackId: string, onPlay: (event: PlayEvent) => void) {
    this.#trackId = trackId;
    this.#onPlay = onPlay;
  }

  started(positionS: number): void {
    if (this.#state !== 'waiting') return;
    this.#state = 'started';
    this.#onPlay({ type: 'started', trackId: this.#trackId, playId: this.#playId, positionS: Math.max(0, positionS) });
  }

  /** A play that never sounded is not told. */
  over(type: 'finished' | 'skipped', positionS: number, bytes: Bytes): void {
    const sounded = this.#state === 'started';
    this.#state = 'over';
    if (!sounded) return;
    this.#onPlay({ type, trackId: this.#trackId, playId: this.#playId, positionS: Math.max(0, positionS), bytes });
  }
}
