/** Stereo sound as floats, and how notes are put into it. Levels: 1 is full scale; times in seconds; pan from -1 (left) to 1 (right). */

export const RATE_HZ = 44_100;

export const samplesOf = (seconds: number): number => Math.round(seconds * RATE_HZ);

/** Frequency of a MIDI note number; 69 is A4, 440 Hz. */
export const hzOf = (note: number): number => 440 * 2 ** ((note - 69) / 12);

export class Mix {
  readonly left: Float32Array;
  readonly right: Float32Array;

  constructor(readonly seconds: number) {
    this.left = new Float32Array(samplesOf(seconds));
    this.right = new Float32Array(samplesOf(seconds));
  }

  /** Lays a mono sound in, at equal power wherever it is panned. What reaches past the end is cut. */
  add(atS: number, sound: Float32Array, { gain = 1, pan = 0 }: { gain?: number; pan?: number } = {}): void {
    const angle = ((pan + 1) * Math.PI) / 4;
    addInto(this.left, atS, sound, gain * Math.cos(angle));
    addInto(this.right, atS, sound, gain * Math.sin(angle));
  }

  /** Lays another mix over this one. */
  addMix(other: Mix, gain = 1): void {
    addInto(this.left, 0, other.left, gain);
    addInto(this.right, 0, other.right, gain);
  }
}

function addInto(target: Float32Array, atS: number, sound: Float32Array, gain: number): void {
  const start = samplesOf(atS);
  const end = Math.min(target.length, start + sound.length);
  for (let i = Math.max(0, start); i < end; i++) target[i] = (target[i] ?? 0) + (sound[i - start] ?? 0) * gain;
}

/** A sound made sample by sample. */
export function render(seconds: number, sample: (timeS: number, index: number) => number): Float32Array {
  const sound = new Float32Array(samplesOf(seconds));
  for (let i = 0; i < sound.length; i++) sound[i] = sample(i / RATE_HZ, i);
  return sound;
}

/** Rises over `attackS`, stays, falls over `releaseS` to nothing at `seconds`; rounded, so that nothing clicks. */
export function swell(timeS: number, seconds: number, attackS: number, releaseS: number): number {
  const rise = Math.min(1, timeS / attackS);
  const fall = Math.min(1, Math.max(0, (seconds - timeS) / releaseS));
  const level = Math.min(rise, fall);
  return level * level * (3 - 2 * level);
}
