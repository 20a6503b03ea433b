import { newId } from '@/lib/contracts/ids';
import { addBytes, type BytesBySource } from '@/lib/swarm/api';
import type { PlayEvent } from './api';

/** A play that was left and may go on, after a reload too. */
export interface LeftPlay {
  trackId: string;
  playId: string;
  /** Seconds. */
  heardS: number;
  /** So far, by source. */
  bytes: BytesBySource;
}

/** What is reported of a deck. */
export interface Reported {
  readonly positionS: number;
  readonly durationS: number;
  /** Of the current play, by source. */
  bytes(): BytesBySource;
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

/**
 * What the history is told of one play: it started when sound played, and then it was finished or skipped, once. One that goes on after it
 * was left starts and ends once more under its id, and the history makes one play of it.
 */
export class PlayReport {
  private readonly trackId: string;
  private readonly onPlay: (event: PlayEvent) => void;
  private readonly before: Omit<LeftPlay, 'trackId'>;
  private readonly listened: ListenedTime;
  private state: 'waiting' | 'started' | 'over' = 'waiting';

  /** @param before the play that goes on */
  constructor(trackId: string, onPlay: (event: PlayEvent) => void, speed = 1, before?: LeftPlay) {
    this.trackId = trackId;
    this.onPlay = onPlay;
    this.listened = new ListenedTime(speed);
    this.before = before ?? { playId: newId(), heardS: 0, bytes: { cache: 0, peer: 0, origin: 0 } };
  }

  private get playId(): string {
    return this.before.playId;
  }

  /** As it is now, to go on later. @param bytes of this part of it */
  soFar(bytes: BytesBySource): LeftPlay {
    const { trackId, playId, before } = this;
    return { trackId, playId, heardS: before.heardS + this.listened.heardS, bytes: addBytes(before.bytes, bytes) };
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
  over(type: 'finished' | 'skipped', positionS: number, durationS: number, bytes: BytesBySource): void {
    this.moved(positionS);
    const hadSound = this.state === 'started';
    this.state = 'over';
    if (!hadSound) return;
    const whole = this.soFar(bytes);
    this.onPlay({
      type,
      trackId: this.trackId,
      playId: this.playId,
      positionS: Math.max(0, positionS),
      listenedS: whole.heardS,
      // Of all of it at this speed: so a part is the same part of it, whatever the speed.
      ...(durationS > 0 && Number.isFinite(durationS) ? { durationS: durationS / this.listened.meanSpeed } : {}),
      bytes: whole.bytes,
    });
  }
}

/** Reports the plays of a deck, one after the other. Between plays all but `begin` and `resume` does nothing. */
export class PlayReports {
  private readonly deck: Reported;
  private readonly onPlay: (event: PlayEvent) => void;
  private current: PlayReport | null = null;
  private speed: number;
  private left: LeftPlay | null;

  /**
   * @param speed at which the deck plays
   * @param left the play that was left when the page was, and that `resume` goes on with
   */
  constructor(deck: Reported, onPlay: (event: PlayEvent) => void, speed = 1, left: LeftPlay | null = null) {
    this.deck = deck;
    this.onPlay = onPlay;
    this.speed = speed;
    this.left = left;
  }

  begin(trackId: string): void {
    this.left = null;
    this.current = new PlayReport(trackId, this.onPlay, this.speed);
  }

  /** The deck plays at this speed from now on. */
  speedChanged(speed: number): void {
    this.speed = speed;
    this.moved();
    this.current?.speedChanged(speed);
  }

  /** Goes on with the play that was left, where it was of this track; else begins one. */
  resume(trackId: string): void {
    const left = this.left?.trackId === trackId ? this.left : undefined;
    this.left = null;
    this.current = new PlayReport(trackId, this.onPlay, this.speed, left);
  }

  /** The play that would go on after a reload; null: there is none. */
  unfinished(): LeftPlay | null {
    return this.current?.soFar(this.deck.bytes()) ?? this.left;
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
    if (!this.current) return;
    this.current.over(how, this.deck.positionS, this.deck.durationS, this.deck.bytes());
    this.current = null;
    this.left = null;
  }

  /** The play ends as skipped, unless it is resumed: the page ends, or the track cannot be played now. */
  leave(): void {
    this.moved();
    const left = this.unfinished();
    this.end('skipped');
    this.left = left;
  }
}
