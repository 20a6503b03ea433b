import { newId } from '@/lib/contracts/ids';
import type { PlayEvent } from './api';

type Bytes = { cache: number; peer: number; origin: number };

/** What is reported of a deck. */
export interface Reported {
  readonly positionS: number;
  readonly durationS: number;
  /** Of the current play, by source. */
  bytes(): Bytes;
}

/**
 * How long a listener heard a track, from the positions of the playhead. Pauses and stalls do not move it, and a jump is reported as one,
 * so that what lies between does not count. Hearing a part twice counts twice; at twice the speed it took half the time.
 */
export class ListenedTime {
  private atS: number | null = null;
  private totalS = 0;
  private soundS = 0;
  private speed: number;

  constructor(speed = 1) {
    this.speed = speed;
  }

  /** Seconds that went by. */
  get heardS(): number {
    return this.totalS;
  }

  /** How fast the track was played, on average; 1: as it was recorded. */
  get meanSpeed(): number {
    return this.totalS > 0 ? this.soundS / this.totalS : this.speed;
  }

  /** From now on. Call `reached` with the position before. */
  speedChanged(speed: number): void {
    this.speed = speed;
  }

  /** The playhead is here now, and came here by playing. Called several times a second or once a minute, it adds up to the same. */
  reached(positionS: number): void {
    if (this.atS !== null && positionS > this.atS) {
      this.soundS += positionS - this.atS;
      this.totalS += (positionS - this.atS) / this.speed;
    }
    this.atS = positionS;
  }

  /** The playhead was moved here. Call `reached` with the position before. */
  jumped(positionS: number): void {
    this.atS = positionS;
  }
}

/** What the history is told of one play: it started when sound played, and then it was finished or skipped, once. */
export class PlayReport {
  private readonly trackId: string;
  private readonly playId = newId();
  private readonly onPlay: (event: PlayEvent) => void;
  private readonly listened: ListenedTime;
  private state: 'waiting' | 'started' | 'over' = 'waiting';

  constructor(trackId: string, onPlay: (event: PlayEvent) => void, speed = 1) {
    this.trackId = trackId;
    this.onPlay = onPlay;
    this.listened = new ListenedTime(speed);
  }

  started(positionS: number): void {
    if (this.state !== 'waiting') return;
    this.state = 'started';
    this.listened.reached(positionS);
    this.onPlay({ type: 'started', trackId: this.trackId, playId: this.playId, positionS: Math.max(0, positionS) });
  }

  /** Sound played up to here. */
  moved(positionS: number): void {
    if (this.state === 'started') this.listened.reached(positionS);
  }

  /** The listener jumped to here. Call `moved` with the position before. */
  jumped(positionS: number): void {
    if (this.state === 'started') this.listened.jumped(positionS);
  }

  /** From now on. Call `moved` with the position before. */
  speedChanged(speed: number): void {
    this.listened.speedChanged(speed);
  }

  /** The play is over. One that never had sound is not reported. @param durationS of the track; 0 or less: not known */
  over(type: 'finished' | 'skipped', positionS: number, durationS: number, bytes: Bytes): void {
    this.moved(positionS);
    const hadSound = this.state === 'started';
    this.state = 'over';
    if (!hadSound) return;
    this.onPlay({
      type,
      trackId: this.trackId,
      playId: this.playId,
      positionS: Math.max(0, positionS),
      listenedS: this.listened.heardS,
      // Of all of it at this speed: so a part is the same part of it, whatever the speed.
      ...(durationS > 0 && Number.isFinite(durationS) ? { durationS: durationS / this.listened.meanSpeed } : {}),
      bytes,
    });
  }
}

/** Reports the plays of a deck, one after the other. Between plays all but `begin` does nothing. */
export class PlayReports {
  private readonly deck: Reported;
  private readonly onPlay: (event: PlayEvent) => void;
  private current: PlayReport | null = null;
  private speed: number;

  /** @param speed at which the deck plays */
  constructor(deck: Reported, onPlay: (event: PlayEvent) => void, speed = 1) {
    this.deck = deck;
    this.onPlay = onPlay;
    this.speed = speed;
  }

  begin(trackId: string): void {
    this.current = new PlayReport(trackId, this.onPlay, this.speed);
  }

  /** The deck plays at this speed from now on. */
  speedChanged(speed: number): void {
    this.speed = speed;
    this.moved();
    this.current?.speedChanged(speed);
  }

  /** Sound plays. */
  started(): void {
    this.current?.started(this.deck.positionS);
  }

  /** Sound played up to where the playhead is now. */
  moved(): void {
    this.current?.moved(this.deck.positionS);
  }

  /** The playhead is about to jump. */
  jumps(toS: number): void {
    this.moved();
    this.current?.jumped(toS);
  }

  /** The play is over; once more does nothing. */
  end(how: 'finished' | 'skipped'): void {
    this.current?.over(how, this.deck.positionS, this.deck.durationS, this.deck.bytes());
    this.current = null;
  }
}
