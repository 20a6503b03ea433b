import { Mix, RATE_HZ, samplesOf } from './sound';

/** State-variable filter (Simper's form): stays stable while its frequency moves. */
export class Filter {
  private first = 0;
  private second = 0;
  private hz = 0;
  /** Of the frequency last asked for: a tangent for every sample would be most of the work. */
  private g = 0;
  low = 0;
  band = 0;
  high = 0;

  /** @param resonance from 0.5 (none) upwards */
  step(input: number, hz: number, resonance = Math.SQRT1_2): void {
    if (hz !== this.hz) {
      this.hz = hz;
      this.g = Math.tan((Math.PI * Math.min(hz, RATE_HZ * 0.45)) / RATE_HZ);
    }
    const k = 1 / resonance;
    const a = 1 / (1 + this.g * (this.g + k));
    const v3 = input - this.second;
    this.band = a * this.first + this.g * a * v3;
    this.low = this.second + this.g * this.band;
    this.first = 2 * this.band - this.first;
    this.second = 2 * this.low - this.second;
    this.high = input - k * this.band - this.low;
  }
}

/** Lengths of the room's echoes in samples: primes, so that they never fall together. */
const LINES = [1_433, 1_601, 1_867, 2_053, 2_251, 2_399, 2_617, 2_797];

/**
 * A room: eight delay lines that feed each other, each a little duller at every turn.
 * @param decayS until the sound is 60 dB down @param brightness 0 to 1
 */
export function reverb(
  dry: Mix,
  { decayS, brightness, size = 1 }: { decayS: number; brightness: number; size?: number },
): Mix {
  const wet = new Mix(dry.seconds);
  const lines = LINES.map((length) => new Float32Array(Math.round(length * size)));
  const gains = lines.map((line) => 10 ** ((-3 * line.length) / (decayS * RATE_HZ)));
  const damped = new Float32Array(lines.length);
  const positions = new Uint32Array(lines.length);
  for (let i = 0; i < dry.left.length; i++) {
    let sum = 0;
    let outLeft = 0;
    let outRight = 0;
    for (let n = 0; n < lines.length; n++) {
      const out = lines[n]?.[positions[n] ?? 0] ?? 0;
      const dull = (damped[n] ?? 0) + brightness * (out - (damped[n] ?? 0));
      damped[n] = dull;
      sum += dull;
      if (n % 2 === 0) outLeft += dull * (n % 4 === 0 ? 1 : -1);
      else outRight += dull * (n % 4 === 1 ? 1 : -1);
    }
    // Householder's mirror: mixes every line into every other and keeps the energy.
    const shared = (2 / lines.length) * sum;
    for (let n = 0; n < lines.length; n++) {
      const line = lines[n];
      if (line === undefined) continue;
      const input = (n % 2 === 0 ? dry.left[i] : dry.right[i]) ?? 0;
      const position = positions[n] ?? 0;
      line[position] = input + ((damped[n] ?? 0) - shared) * (gains[n] ?? 0);
      positions[n] = position + 1 === line.length ? 0 : position + 1;
    }
    wet.left[i] = outLeft * 0.5;
    wet.right[i] = outRight * 0.5;
  }
  return wet;
}

/** Echoes that go from side to side. */
export function pingPong(dry: Mix, { delayS, feedback }: { delayS: number; feedback: number }): Mix {
  const wet = new Mix(dry.seconds);
  const delay = samplesOf(delayS);
  for (let i = delay; i < dry.left.length; i++) {
    const back = i - delay;
    wet.left[i] = ((dry.left[back] ?? 0) + (dry.right[back] ?? 0)) * 0.7 + (wet.right[back] ?? 0) * feedback;
    wet.right[i] = (wet.left[back] ?? 0) * feedback;
  }
  return wet;
}

/** The same on both sides: what a lossless encoder packs into half. */
export function toMono(mix: Mix): Mix {
  for (let i = 0; i < mix.left.length; i++) {
    const middle = ((mix.left[i] ?? 0) + (mix.right[i] ?? 0)) / 2;
    mix.left[i] = middle;
    mix.right[i] = middle;
  }
  return mix;
}

/** Takes out what no speaker plays: offsets, and rumble under 25 Hz. */
function removeRumble(channel: Float32Array): void {
  const filter = new Filter();
  for (let i = 0; i < channel.length; i++) {
    filter.step(channel[i] ?? 0, 25);
    channel[i] = filter.high;
  }
}

/** Below full scale by so much, because lossy encoders overshoot: 10^(-1.5/20). */
const PEAK = 0.84;

/**
 * Finishes a piece: a rounded fade at both ends, peaks bent softly instead of cut, and the loudest sample just below full scale.
 * @param drive how far into the bend the loudest moments go; 1 is hardly
 */
export function master(
  mix: Mix,
  { fadeInS = 0.01, fadeOutS, drive = 1 }: { fadeInS?: number; fadeOutS: number; drive?: number },
): Mix {
  const channels = [mix.left, mix.right];
  for (const channel of channels) removeRumble(channel);
  const loudest = channels.reduce(
    (most, channel) => channel.reduce((peak, x) => Math.max(peak, Math.abs(x)), most),
    1e-9,
  );
  const scale = PEAK / Math.tanh(drive);
  for (const channel of channels) {
    for (let i = 0; i < channel.length; i++) {
      const fade = Math.min(1, i / samplesOf(fadeInS), (channel.length - i) / samplesOf(fadeOutS));
      const rounded = fade * fade * (3 - 2 * fade);
      channel[i] = scale * Math.tanh(((channel[i] ?? 0) / loudest) * drive) * rounded;
    }
  }
  return mix;
}
