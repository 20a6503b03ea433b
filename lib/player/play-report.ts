import { newId } from '@/lib/contracts/ids';
import type { PlayEvent } from './api';
import { ListenedTime } from './listened';

type Bytes = { cache: number; peer: number; origin: number };

/** What the history hears of one play: it started when sound moved, and then was finished or skipped, once. */
export class PlayReport {
  readonly #trackId: string;
  readonly #playId = newId();
  readonly #onPlay: (event: PlayEvent) => void;
  readonly #listened = new ListenedTime();
  #state: 'waiting' | 'started' | 'over' = 'waiting';

  constructor(trackId: string, onPlay: (event: PlayEvent) => void) {
    this.#trackId = trackId;
    this.#onPlay = onPlay;
  }

  started(positionS: number): void {
    if (this.#state !== 'waiting') return;
    this.#state = 'started';
    this.#listened.reached(positionS);
    this.#onPlay({ type: 'started', trackId: this.#trackId, playId: this.#playId, positionS: Math.max(0, positionS) });
  }

  /** Sound moved on to here. */
  moved(positionS: number): void {
    if (this.#state === 'started') this.#listened.reached(positionS);
  }

  /** The listener went elsewhere in the track; tell `moved` before. */
  jumped(positionS: number): void {
    if (this.#state === 'started') this.#listened.jumped(positionS);
  }

  /** A play that never sounded is not told. @param durationS of the track; 0 or less: not known */
  over(type: 'finished' | 'skipped', positionS: number, durationS: number, bytes: Bytes): void {
    this.moved(positionS);
    const sounded = this.#state === 'started';
    this.#state = 'over';
    if (!sounded) return;
    this.#onPlay({
      type,
      trackId: this.#trackId,
      playId: this.#playId,
      positionS: Math.max(0, positionS),
      listenedS: this.#listened.heardS,
      ...(durationS > 0 && Number.isFinite(durationS) ? { durationS } : {}),
      bytes,
    });
  }
}
