import type { Clock } from '@/lib/util/clock';
import type { Queue } from '../queue';

/** When the music stops by itself. */
export type Sleep =
  /** `at`: epoch ms. */
  { kind: 'time'; at: number } | { kind: 'track' } | { kind: 'queue' };

/** What a listener may ask for. */
export type SleepRequest = { minutes: number } | 'track' | 'queue';

/** The last seconds become quieter and quieter (ms). */
const FADE_MS = 8_000;
/** While it fades, the volume changes this often (ms). */
const FADE_STEP_MS = 100;
/** A timer of a page in the background, or of a device that slept, may be late by any time: the clock is asked at least this often (ms). */
const LOOK_EVERY_MS = 15_000;
/** Longer than any night. */
export const MOST_MINUTES = 24 * 60;

export interface SleepEvents {
  /** The timer was set, cancelled or has run out. */
  changed(): void;
  /** The time is up. */
  pause(): void;
  /** @param factor 1: as loud as ever, 0: silent */
  fade(factor: number): void;
}

/** How much is left of the volume. @param leftMs until the end */
export function fadeAt(leftMs: number): number {
  // Squared: to the ear an even fall.
  return Math.min(1, Math.max(0, leftMs / FADE_MS)) ** 2;
}

/** What still plays with such a timer: nothing behind the end of the track, no repetition behind the end of the queue. */
export function queueUntil(sleep: Sleep | null, queue: Queue): Queue {
  if (sleep === null || sleep.kind === 'time') return queue;
  const items = sleep.kind === 'track' ? queue.items.slice(0, queue.index + 1) : queue.items;
  return { ...queue, items, repeat: 'off' };
}

export class SleepTimer {
  private readonly events: SleepEvents;
  private readonly clock: Clock;
  private set: Sleep | null = null;
  private cancelTimer: () => void = () => {};

  constructor(events: SleepEvents, clock: Clock) {
    this.events = events;
    this.clock = clock;
  }

  get value(): Sleep | null {
    return this.set;
  }

  /** @param request null: cancel */
  request(request: SleepRequest | null): void {
    this.cancelTimer();
    this.set = request === null ? null : this.sleepOf(request);
    this.events.fade(1);
    this.look();
    this.events.changed();
  }

  /** Compares with the clock. Called by its own timer, and by whatever else is sure to run while sound plays. */
  look(): void {
    if (this.set?.kind !== 'time') return;
    this.cancelTimer();
    const leftMs = this.set.at - this.clock.now();
    if (leftMs <= 0) {
      this.set = null;
      this.events.pause();
      this.events.fade(1);
      this.events.changed();
      return;
    }
    this.events.fade(fadeAt(leftMs));
    const nextMs = leftMs > FADE_MS ? Math.min(leftMs - FADE_MS, LOOK_EVERY_MS) : Math.min(FADE_STEP_MS, leftMs);
    this.cancelTimer = this.clock.after(nextMs, () => this.look());
  }

  /** A track has played to its end. @returns whether the music stops there */
  trackEnded(): boolean {
    if (this.set?.kind !== 'track') return false;
    this.done();
    return true;
  }

  /** The queue has played to its end. */
  queueEnded(): void {
    if (this.set?.kind === 'queue' || this.set?.kind === 'track') this.done();
  }

  close(): void {
    this.cancelTimer();
  }

  private done(): void {
    this.set = null;
    this.events.changed();
  }

  private sleepOf(request: SleepRequest): Sleep {
    if (request === 'track' || request === 'queue') return { kind: request };
    const minutes = Math.min(MOST_MINUTES, Math.max(0, request.minutes));
    return { kind: 'time', at: this.clock.now() + minutes * 60_000 };
  }
}
