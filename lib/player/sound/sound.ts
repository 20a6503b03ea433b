import { type Clock, systemClock } from '@/lib/util/clock';
import type { PlayerState, SoundControls } from '../api';
import { LONGEST_CROSSFADE_S } from '../crossfade/fade';
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

type SoundPreferences = Pick<Preferences, 'volume' | 'muted' | 'gain' | 'speed' | 'crossfadeS'>;

/** How the player's elements sound: volume, gain of the current track, speed, crossfade, and when all falls silent by itself. */
export class Sound implements SoundControls {
  private readonly levels = new Map<HTMLAudioElement, OutputLevel>();
  private readonly speed: Speed;
  private readonly timer: SleepTimer;
  /** Of the element that sounds with the current track. */
  private level: OutputLevel;
  private muted: boolean;
  private gain: GainSettings;
  /** What the listener chose, seconds; 0: off. */
  private crossfadeS: number;

  /** @param signal ends it */
  constructor(
    audio: HTMLAudioElement,
    { volume, muted, gain, speed, crossfadeS }: SoundPreferences,
    private queue: Queue,
    private readonly signal: AbortSignal,
    private readonly events: SoundEvents,
    clock: Clock = systemClock,
  ) {
    this.muted = muted;
    this.gain = gain;
    this.crossfadeS = crossfadeS;
    this.speed = new Speed(speed, () => this.speedSet(), signal);
    this.timer = new SleepTimer(
      {
        changed: () => events.changed(),
        pause: () => events.pause(),
        fade: (factor) => this.each((level) => level.fade(factor)),
      },
      clock,
    );
    this.level = this.add(audio, volume);
    this.follow(queue);
    globalThis.document?.addEventListener('visibilitychange', () => this.timer.look(), { signal });
    signal.addEventListener('abort', () => this.timer.close());
  }

  /** What the interface sees of it. */
  get view(): Pick<PlayerState, 'volume' | 'muted' | 'gain' | 'speed' | 'crossfadeS' | 'sleep' | 'volumeFixed'> {
    return { ...this.preferences, sleep: this.timer.value, volumeFixed: this.level.fixed };
  }

  get preferences(): SoundPreferences {
    const { muted, gain, crossfadeS } = this;
    return { volume: this.level.volume, muted, gain, speed: this.speed.value, crossfadeS };
  }

  get sleep(): Sleep | null {
    return this.timer.value;
  }

  /** Seconds that tracks are crossfaded; 0: they are not, which is so also where the volume cannot be set. */
  get crossfade(): number {
    return this.level.fixed ? 0 : this.crossfadeS;
  }

  /** The current item of this queue plays, or will. */
  follow(queue: Queue): void {
    this.queue = queue;
    this.level.follow(this.gain, queue);
  }

  /** This element sounds with the current track from now on. */
  switchTo(audio: HTMLAudioElement): void {
    this.level = this.levelOf(audio);
  }

  /** @param factor of this element's amplitude, for a crossfade */
  mix(audio: HTMLAudioElement, factor: number): void {
    this.levelOf(audio).mix(factor);
  }

  setVolume(volume: number): void {
    this.each((level) => {
      level.volume = volume;
    });
    this.events.changed();
  }

  setMuted(muted: boolean): void {
    this.muted = muted;
    for (const audio of this.levels.keys()) audio.muted = muted;
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

  setCrossfade(seconds: number): void {
    this.crossfadeS = Math.min(LONGEST_CROSSFADE_S, Math.max(0, seconds));
    this.events.changed();
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

  private levelOf(audio: HTMLAudioElement): OutputLevel {
    return this.levels.get(audio) ?? this.add(audio, this.level.volume);
  }

  private add(audio: HTMLAudioElement, volume: number): OutputLevel {
    const { signal } = this;
    audio.muted = this.muted;
    const level = new OutputLevel(audio, volume);
    this.levels.set(audio, level);
    this.speed.add(audio);
    // Both come also in the background, where timers are late.
    audio.addEventListener('timeupdate', () => this.timer.look(), { signal });
    // An amplifier can only be made while something plays.
    audio.addEventListener('playing', () => this.follow(this.queue), { signal });
    return level;
  }

  private each(change: (level: OutputLevel) => void): void {
    for (const level of this.levels.values()) change(level);
  }

  private speedSet(): void {
    this.events.speedChanged(this.speed.value);
    this.events.changed();
  }
}
