/** The filter that makes a level follow the ear (ITU-R BS.1770-4, annex 1): a high shelf for the head, then a high-pass. */

/** Coefficients of one second-order section, a0 being 1. */
interface Section {
  b0: number;
  b1: number;
  b2: number;
  a1: number;
  a2: number;
}

// The standard gives coefficients for 48 kHz alone. These are the analogue values they come from, as libebur128 and ffmpeg use them.
const SHELF_HERTZ = 1681.974450955533;
const SHELF_GAIN_DB = 3.999843853973347;
const SHELF_Q = 0.7071752369554196;
const SHELF_BAND_EXPONENT = 0.4996667741545416;
const HIGH_PASS_HERTZ = 38.13547087602444;
const HIGH_PASS_Q = 0.5003270373238773;

function shelf(sampleRate: number): Section {
  const k = Math.tan((Math.PI * SHELF_HERTZ) / sampleRate);
  const high = 10 ** (SHELF_GAIN_DB / 20);
  const band = high ** SHELF_BAND_EXPONENT;
  const a0 = 1 + k / SHELF_Q + k * k;
  return {
    b0: (high + (band * k) / SHELF_Q + k * k) / a0,
    b1: (2 * (k * k - high)) / a0,
    b2: (high - (band * k) / SHELF_Q + k * k) / a0,
    a1: (2 * (k * k - 1)) / a0,
    a2: (1 - k / SHELF_Q + k * k) / a0,
  };
}

function highPass(sampleRate: number): Section {
  const k = Math.tan((Math.PI * HIGH_PASS_HERTZ) / sampleRate);
  const a0 = 1 + k / HIGH_PASS_Q + k * k;
  return { b0: 1, b1: -2, b2: 1, a1: (2 * (k * k - 1)) / a0, a2: (1 - k / HIGH_PASS_Q + k * k) / a0 };
}

/** One channel's filter; it remembers what went through it. */
export class KWeighting {
  private readonly first: Section;
  private readonly second: Section;
  private x1 = 0;
  private x2 = 0;
  private y1 = 0;
  private y2 = 0;
  private z1 = 0;
  private z2 = 0;

  /** @param sampleRate Hz */
  constructor(sampleRate: number) {
    this.first = shelf(sampleRate);
    this.second = highPass(sampleRate);
  }

  /** Sum of the squares of the filtered samples [from, to). */
  energy(samples: Float32Array, from: number, to: number): number {
    const { first: f, second: s } = this;
    let { x1, x2, y1, y2, z1, z2 } = this;
    let sum = 0;
    for (let i = from; i < to; i++) {
      const x = samples[i] ?? 0;
      const y = f.b0 * x + f.b1 * x1 + f.b2 * x2 - f.a1 * y1 - f.a2 * y2;
      const z = s.b0 * y + s.b1 * y1 + s.b2 * y2 - s.a1 * z1 - s.a2 * z2;
      x2 = x1;
      x1 = x;
      y2 = y1;
      y1 = y;
      z2 = z1;
      z1 = z;
      sum += z * z;
    }
    Object.assign(this, { x1, x2, y1, y2, z1, z2 });
    return sum;
  }
}
