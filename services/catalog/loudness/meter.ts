import { LoudnessHistogram } from './histogram';
import { KWeighting } from './k-weighting';

/** Sound as a decoder gives it: one array for each channel, all equally long, full scale being 1. */
export interface Sound {
  channels: readonly Float32Array[];
  /** Hz. */
  sampleRate: number;
}

/** Order of the channels: of WAV and FLAC, or of Vorbis and Opus. */
export type ChannelOrder = 'wave' | 'vorbis';

/** The filters are made for these; nothing that people listen to lies outside (Hz). */
const LOWEST_RATE = 8_000;
const HIGHEST_RATE = 768_000;
/** More is no music of any kind. */
const MAX_CHANNELS = 8;
/** A block of 400 ms begins every 100 ms (EBU Tech 3341). */
const STEPS_A_SECOND = 10;
const STEPS_A_BLOCK = 4;

/** Behind and beside the listener sound is louder by 1.5 dB (BS.1770-4, table 3); low-frequency effects do not count. */
const BEHIND = 1.41;
/** By order and number of channels, those that do not weigh 1. */
const WEIGHTS: Record<ChannelOrder, Partial<Record<number, readonly number[]>>> = {
  wave: {
    4: [1, 1, BEHIND, BEHIND],
    5: [1, 1, 1, BEHIND, BEHIND],
    6: [1, 1, 1, 0, BEHIND, BEHIND],
    7: [1, 1, 1, 0, BEHIND, BEHIND, BEHIND],
    8: [1, 1, 1, 0, BEHIND, BEHIND, BEHIND, BEHIND],
  },
  vorbis: {
    4: [1, 1, BEHIND, BEHIND],
    5: [1, 1, 1, BEHIND, BEHIND],
    6: [1, 1, 1, BEHIND, BEHIND, 0],
    7: [1, 1, 1, BEHIND, BEHIND, BEHIND, 0],
    8: [1, 1, 1, BEHIND, BEHIND, BEHIND, BEHIND, 0],
  },
};

/** Measures loudness as EBU R128 says, and the highest sample. What it keeps does not grow with the length of the sound. */
export class LoudnessMeter {
  readonly histogram = new LoudnessHistogram();
  private readonly order: ChannelOrder;
  private filters: KWeighting[] = [];
  private weights: readonly number[] = [];
  private sampleRate = 0;
  private stepSamples = 0;
  /** Energies of the last steps, the oldest first. */
  private steps: number[] = [];
  private stepEnergy = 0;
  private stepFilled = 0;
  private highest = 0;

  constructor(order: ChannelOrder) {
    this.order = order;
  }

  /** Highest absolute sample, 1 being full scale. */
  get peak(): number {
    return this.highest;
  }

  /** @throws {RangeError} for a sample rate or a number of channels that no music has */
  add({ channels, sampleRate }: Sound): void {
    const length = channels[0]?.length ?? 0;
    if (length === 0) return;
    if (sampleRate !== this.sampleRate || channels.length !== this.filters.length)
      this.begin(channels.length, sampleRate);
    for (const samples of channels) this.notePeak(samples);
    for (let from = 0; from < length; ) {
      const to = Math.min(length, from + this.stepSamples - this.stepFilled);
      for (let i = 0; i < channels.length; i++) {
        const weight = this.weights[i] ?? 1;
        const samples = channels[i];
        if (weight > 0 && samples) this.stepEnergy += weight * (this.filters[i]?.energy(samples, from, to) ?? 0);
      }
      this.stepFilled += to - from;
      from = to;
      if (this.stepFilled === this.stepSamples) this.endStep();
    }
  }

  private begin(channels: number, sampleRate: number): void {
    if (channels > MAX_CHANNELS || !(sampleRate >= LOWEST_RATE && sampleRate <= HIGHEST_RATE)) {
      throw new RangeError('not a sample rate or number of channels that music has');
    }
    this.filters = Array.from({ length: channels }, () => new KWeighting(sampleRate));
    this.weights = WEIGHTS[this.order][channels] ?? [];
    this.sampleRate = sampleRate;
    this.stepSamples = Math.round(sampleRate / STEPS_A_SECOND);
    this.steps = [];
    this.stepEnergy = 0;
    this.stepFilled = 0;
  }

  private endStep(): void {
    this.steps.push(this.stepEnergy);
    this.stepEnergy = 0;
    this.stepFilled = 0;
    if (this.steps.length < STEPS_A_BLOCK) return;
    this.histogram.add(this.steps.reduce((sum, energy) => sum + energy) / (STEPS_A_BLOCK * this.stepSamples));
    this.steps.shift();
  }

  private notePeak(samples: Float32Array): void {
    let highest = this.highest;
    for (let i = 0; i < samples.length; i++) {
      const height = Math.abs(samples[i] ?? 0);
      if (height > highest) highest = height;
    }
    this.highest = highest;
  }
}
