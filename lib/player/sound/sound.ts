import { type Clock, systemClock } from '@/lib/util/clock';
import type { PlayerState, SoundControls } from '../api';
import type { Queue } from '../queue';
import type { Preferences } from '../saved-state';
import { type GainSettings, LARGEST_PREAMP_DB } from './gain';
import { OutputLevel } from './output-level';
import { type Sleep, type SleepRequest, SleepTimer } from './sleep-timer';
import { Speed } from './speed';

export interface SoundEvents {
  /** Something of `view` has changed. */
  changed(): void;
  /** Sound played up to now at the speed before. */
  speedChanged(speed: number): void;
  pause(): void;
}

/** How the player's element sounds: volume, gain of the current track, speed, and when it falls silent by itself. */
export class Sound implements SoundControls {
  private readonly audio: HTMLAudioElement;
  private readonly events: SoundEvents;
  private readonly level: OutputLevel;
  private readonly speed: Speed;
  private readonly timer: SleepTimer;
  private gain: GainSettings;
  private queue: Queue;

  /** @param signal ends it */
  constructor(
    audio: HTMLAudioElement,
    { volume, muted, gain, speed }: Pick<Preferences, 'volume' | 'muted' | 'gain' | 'speed'>,
    queue: Queue,
    signal: AbortSignal,
    events: SoundEvents,
    clock: Clock = systemClock,
  ) {
    this.audio = audio;
    this.events = events;
    this.gain = gain;
    this.queue = queue;
    audio.muted = muted;
    this.level = new OutputLevel(audio, volume);
    this.level.follow(gain, queue);
    this.speed = new Speed(audio, speed, () => this.speedSet(), signal);
    this.timer = new SleepTimer(
      {
        changed: () => events.changed(),
        pause: () => events.pause(),
        fade: (factor) => this.level.fade(factor),
      },
      clock,
    );
    // Both come also in the background, where timers are late.
    audio.addEventListener('timeupdate', () => this.timer.look(), { signal });
    // An amplifier can only be made while something plays.
    audio.addEventListener('playing', () => this.follow(this.queue), { signal });
    globalThis.document?.addEventListener('visibilitychange', () => this.timer.look(), { signal });
    signal.addEventListener('abort', () => this.timer.close());
  }

  /** What the interface sees of it. */
  get view(): Pick<PlayerState, 'volume' | 'muted' | 'gain' | 'speed' | 'sleep' | 'volumeFixed'> {
    return { ...this.preferences, sleep: this.timer.value, volumeFixed: this.level.fixed };
  }

  get preferences(): Pick<Preferences, 'volume' | 'muted' | 'gain' | 'speed'> {
    return { volume: this.level.volume, muted: this.audio.muted, gain: this.gain, speed: this.speed.value };
  }

  get sleep(): Sleep | null {
    return this.timer.value;
  }

  /** The current item of this queue plays, or will. */
  follow(queue: Queue): void {
    this.queue = queue;
    this.level.follow(this.gain, queue);
  }

  setVolume(volume: number): void {
    this.level.volume = volume;
    this.events.changed();
  }

  setMuted(muted: boolean): void {
    this.audio.muted = muted;
    this.events.changed();
  }

  setGain({ mode, preampDb }: GainSettings): void {
    this.gain = { mode, preampDb: Math.min(LARGEST_PREAMP_DB, Math.max(-LARGEST_PREAMP_DB, preampDb)) };
    this.follow(this.queue);
    this.events.changed();
  }

  setSpeed(speed: number): void {
    this.speed.set(speed);
    this.speedSet();
  }

  setSleep(request: SleepRequest | null): void {
    this.timer.request(request);
  }

  /** @returns whether the music stops at the end of this track */
  trackEnded(): boolean {
    return this.timer.trackEnded();
  }

  queueEnded(): void {
    this.timer.queueEnded();
  }

  private speedSet(): void {
    this.events.speedChanged(this.speed.value);
    this.events.changed();
  }
}
