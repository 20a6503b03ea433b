import type { Queue } from '../queue';
import { type Amplifier, amplify, volumeIsFixed } from './amplifier';
import { type Applied, type GainSettings, gainFor, levelOf } from './gain';
import { amplitudeOf } from './volume-curve';

/**
 * How loud an element plays: the listener's volume, its track's gain, the fade of the sleep timer, and a crossfade, together. All that lowers
 * goes by the element's volume, which costs nothing and works in the background; only what must be louder than the file goes through an
 * amplifier, which is made at that moment.
 */
export class OutputLevel {
  /** The element's volume cannot be set: neither the listener's nor any gain has an effect. */
  readonly fixed: boolean;
  private readonly audio: HTMLAudioElement;
  private readonly makeAmplifier: typeof amplify;
  private amplifier: Amplifier | null = null;
  private making = false;
  private place: number;
  private gain: Applied | null = null;
  private fadedTo = 1;
  private mixedTo = 1;

  /** @param volume place of the slider, 0 to 1 */
  constructor(audio: HTMLAudioElement, volume: number, makeAmplifier: typeof amplify = amplify) {
    this.audio = audio;
    this.place = volume;
    this.makeAmplifier = makeAmplifier;
    this.fixed = volumeIsFixed(audio);
    this.apply();
  }

  get volume(): number {
    return this.place;
  }

  set volume(volume: number) {
    this.place = Math.min(1, Math.max(0, volume));
    this.apply();
  }

  /** The current item of this queue plays, or will. */
  follow(settings: GainSettings, queue: Queue): void {
    this.gain = gainFor(settings, queue);
    this.apply();
  }

  /** @param factor 1: not faded, 0: silent */
  fade(factor: number): void {
    if (factor === this.fadedTo) return;
    this.fadedTo = factor;
    this.apply();
  }

  /** @param factor 1: as loud as alone, 0: silent */
  mix(factor: number): void {
    if (factor === this.mixedTo) return;
    this.mixedTo = factor;
    this.apply();
  }

  private apply(): void {
    if (this.fixed) return;
    const level = levelOf(amplitudeOf(this.place), this.gain) * this.fadedTo * this.mixedTo;
    this.amplifier?.set(Math.max(1, level));
    const volume = Math.min(1, level);
    if (this.audio.volume !== volume) this.audio.volume = volume;
    if (level > 1 && this.amplifier === null) void this.getAmplifier();
  }

  /** Until it is there, or where there is none, the file plays as it is. */
  private async getAmplifier(): Promise<void> {
    if (this.making || this.audio.paused) return;
    this.making = true;
    this.amplifier = await this.makeAmplifier(this.audio).catch(() => null);
    this.making = false;
    if (this.amplifier !== null) this.apply();
  }
}
