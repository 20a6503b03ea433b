import { newId } from '@/lib/contracts/ids';
import type { PlayEvent } from './api';

type Bytes = { cache: number; peer: number; origin: number };

/**
 * How long something was heard, told by where the ear is in the track from time to time. Pauses and stalls move nothing, and
 * a jump is told as one, so that what lies between is not taken for heard. Hearing a part twice counts twice.
 */
export class ListenedTime {
  #atS: number | null = null;
  #heardS = 0;

  /** Seconds. */
  get heardS(): number {
    return this.#heardS;
  }

  /** The ear is here now, and came here by listening. Called several times a second or a minute apart, it adds up the same. */
  reached(positionS: number): void {
    if (this.#atS !== null && positionS > this.#atS) this.#heardS += positionS - this.#atS;
    this.#atS = positionS;
  }

  /** The ear is taken elsewhere; tell `reached` before. */
  jumped(positionS: number): void {
    this.#atS = positionS;
  }
}

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
