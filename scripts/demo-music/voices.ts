/** Instruments: each function makes one note as mono sound, at about full scale. */
import { Filter } from './effects';
import { hzOf, RATE_HZ, render, samplesOf, swell } from './sound';

const TAU = 2 * Math.PI;

/** One sine that dies away. `ratio` to the note's frequency, `decayS` until 60 dB down. */
interface Partial {
  ratio: number;
  level: number;
  decayS: number;
}

/** Partials that die away, as of anything struck; phases begin at zero, so the onset is soft. */
function struck(hz: number, seconds: number, partials: Partial[]): Float32Array {
  const sound = new Float32Array(samplesOf(seconds));
  for (const { ratio, level, decayS } of partials) {
    const step = (TAU * hz * ratio) / RATE_HZ;
    if (step > 0.8 * Math.PI) continue;
    const fall = 10 ** (-3 / (decayS * RATE_HZ));
    let amplitude = level;
    for (let i = 0; i < sound.length; i++) {
      sound[i] = (sound[i] ?? 0) + Math.sin(step * i) * amplitude;
      amplitude *= fall;
    }
  }
  const last = samplesOf(0.03);
  for (let i = 0; i < Math.min(last, sound.length); i++) {
    const at = sound.length - 1 - i;
    sound[at] = ((sound[at] ?? 0) * i) / last;
  }
  return sound;
}

/** A felt-like piano: stiff strings, two a note a little apart, the upper partials gone first. @param velocity 0 to 1 */
export function piano(note: number, seconds: number, velocity: number, random: () => number): Float32Array {
  const hz = hzOf(note);
  const longS = 7 * (220 / hz) ** 0.45;
  const partials: Partial[] = [];
  for (let n = 1; n <= 9; n++) {
    const ratio = n * Math.sqrt(1 + 0.0003 * n * n);
    const level = (velocity ** (0.4 * (n - 1)) * 0.5) / n ** 1.35;
    const decayS = longS / (0.6 + 0.4 * n);
    partials.push({ ratio, level, decayS }, { ratio: ratio * 1.0007, level: level * 0.7, decayS: decayS * 1.2 });
  }
  const sound = struck(hz, seconds, partials);
  // The felt's own thump.
  const filter = new Filter();
  for (let i = 0; i < samplesOf(0.06); i++) {
    filter.step((random() - 0.5) * Math.exp(-i / 350), 500);
    sound[i] = (sound[i] ?? 0) + filter.low * 0.35 * velocity;
  }
  return sound;
}

export function marimba(note: number, velocity = 1): Float32Array {
  const longS = 1.5 * (260 / hzOf(note)) ** 0.6;
  return struck(hzOf(note), Math.min(1.8, longS), [
    { ratio: 1, level: 0.75, decayS: longS },
    { ratio: 3.93, level: 0.22 * velocity, decayS: longS * 0.28 },
    { ratio: 9.6, level: 0.07 * velocity, decayS: longS * 0.1 },
  ]);
}

export function bell(note: number, seconds: number): Float32Array {
  return struck(hzOf(note), seconds, [
    { ratio: 1, level: 0.5, decayS: seconds },
    { ratio: 2.001, level: 0.2, decayS: seconds * 0.7 },
    { ratio: 2.76, level: 0.1, decayS: seconds * 0.4 },
    { ratio: 5.4, level: 0.05, decayS: seconds * 0.2 },
  ]);
}

/** A plucked nylon or wire string (Karplus and Strong). @param brightness 0 to 1 */
export function pluck(note: number, seconds: number, brightness: number, random: () => number): Float32Array {
  const period = RATE_HZ / hzOf(note);
  const length = Math.floor(period - 0.5);
  const line = new Float32Array(length);
  let smooth = 0;
  for (let i = 0; i < length; i++) {
    smooth += brightness * (random() * 2 - 1 - smooth);
    line[i] = smooth;
  }
  // The rest of the period, that whole samples cannot hold, comes from an all-pass.
  const rest = period - 0.5 - length;
  const allPass = (1 - rest) / (1 + rest);
  const loss = 10 ** ((-3 * period) / (seconds * 1.4 * RATE_HZ));
  let [position, previous, passIn, passOut] = [0, 0, 0, 0];
  return render(seconds, (timeS) => {
    const now = line[position] ?? 0;
    const averaged = (now + previous) * 0.5 * loss;
    previous = now;
    passOut = allPass * (averaged - passOut) + passIn;
    passIn = averaged;
    line[position] = passOut;
    position = position + 1 === length ? 0 : position + 1;
    return now * swell(timeS, seconds, 0.001, 0.08);
  });
}

/** Takes the edge off a step of a waveform, so that it does not fold back as whistles (polyBLEP). @param phase 0 to 1 */
function edge(phase: number, step: number): number {
  if (phase < step) {
    const t = phase / step;
    return t + t - t * t - 1;
  }
  if (phase > 1 - step) {
    const t = (phase - 1) / step;
    return t * t + t + t + 1;
  }
  return 0;
}

/** A warm pad: three saws a little apart through a filter that breathes. */
export function pad(note: number, seconds: number, random: () => number, brightness = 1): Float32Array {
  const saws = [-0.06, 0, 0.07].map((cents) => ({ step: hzOf(note + cents) / RATE_HZ, phase: random() }));
  const filter = new Filter();
  const breath = random() * TAU;
  return render(seconds, (timeS) => {
    let sum = 0;
    for (const saw of saws) {
      saw.phase = (saw.phase + saw.step) % 1;
      sum += 2 * saw.phase - 1 - edge(saw.phase, saw.step);
    }
    filter.step(sum / 3, (700 + 350 * Math.sin(timeS * 0.9 + breath)) * brightness, 0.8);
    return filter.low * swell(timeS, seconds, seconds * 0.35, seconds * 0.4);
  });
}

/** A pulse wave of an old game console. @param duty 0.125 to 0.5 @param vibratoCents comes in after the note has begun */
export function pulse(
  note: number,
  seconds: number,
  { duty, decayS, vibratoCents = 0 }: { duty: number; decayS: number; vibratoCents?: number },
): Float32Array {
  let phase = 0;
  return render(seconds, (timeS) => {
    const late = Math.min(1, Math.max(0, (timeS - 0.12) * 5));
    const bend = vibratoCents * late * Math.sin(timeS * TAU * 5.8);
    const step = (hzOf(note) * 2 ** (bend / 1200)) / RATE_HZ;
    phase = (phase + step) % 1;
    const wave = (phase < duty ? 1 : -1) + edge(phase, step) - edge((phase + 1 - duty) % 1, step);
    return (wave - (2 * duty - 1)) * 0.5 * Math.exp(-timeS / decayS) * swell(timeS, seconds, 0.002, 0.012);
  });
}

/** The stepped triangle that consoles had for a bass: 16 levels. */
export function chipBass(note: number, seconds: number): Float32Array {
  const step = hzOf(note) / RATE_HZ;
  return render(seconds, (timeS, i) => {
    const phase = (step * i) % 1;
    const triangle = phase < 0.5 ? 4 * phase - 1 : 3 - 4 * phase;
    return (Math.round(triangle * 7.5) / 7.5) * 0.8 * swell(timeS, seconds, 0.002, 0.02);
  });
}

/** A round electric bass. */
export function bass(note: number, seconds: number): Float32Array {
  const step = (TAU * hzOf(note)) / RATE_HZ;
  return render(seconds, (timeS, i) => {
    const pluckLevel = Math.exp(-timeS * 7);
    const wave = Math.sin(step * i) + (0.35 + 0.4 * pluckLevel) * Math.sin(2 * step * i) * 0.6;
    const third = Math.sin(3 * step * i) * 0.25 * pluckLevel;
    return Math.tanh((wave + third) * 1.1) * Math.exp(-timeS * 1.3) * swell(timeS, seconds, 0.006, 0.04);
  });
}

/** A wooden flute: few partials, breath, a vibrato that comes late. */
export function flute(note: number, seconds: number, random: () => number): Float32Array {
  const filter = new Filter();
  let phase = 0;
  return render(seconds, (timeS) => {
    const late = Math.min(1, Math.max(0, (timeS - 0.15) * 4));
    const hz = hzOf(note + 0.18 * late * Math.sin(timeS * TAU * 5.1) - 0.3 * Math.exp(-timeS * 45));
    phase += (TAU * hz) / RATE_HZ;
    filter.step(random() - 0.5, hz * 2, 3);
    const tone = Math.sin(phase) + 0.28 * Math.sin(2 * phase) + 0.1 * Math.sin(3 * phase);
    const breath = filter.band * (0.12 + 0.5 * Math.exp(-timeS * 18));
    return (tone * 0.6 + breath) * swell(timeS, seconds, 0.045, Math.min(0.09, seconds * 0.4));
  });
}

/** Resonances of a throat that sings a dark "oo" (Hz, width, level). */
const FORMANTS = [
  { hz: 320, resonance: 4, level: 1 },
  { hz: 760, resonance: 6, level: 0.32 },
  { hz: 2300, resonance: 12, level: 0.03 },
];

/** One singer of a choir. */
export function singer(note: number, seconds: number, random: () => number): Float32Array {
  const filters = FORMANTS.map(() => new Filter());
  const roof = new Filter();
  const [rate, start, off] = [4.6 + random() * 0.9, random() * TAU, (random() - 0.5) * 0.1];
  let phase = random();
  return render(seconds, (timeS) => {
    const settled = Math.min(1, timeS / 1.5);
    const step = hzOf(note + off + 0.14 * settled * Math.sin(timeS * TAU * rate + start)) / RATE_HZ;
    phase = (phase + step) % 1;
    const cords = 2 * phase - 1 - edge(phase, step);
    let throat = 0;
    FORMANTS.forEach(({ hz, resonance, level }, i) => {
      const filter = filters[i];
      filter?.step(cords, hz, resonance);
      throat += ((filter?.band ?? 0) / resonance) * level;
    });
    roof.step(throat, 1500);
    return roof.low * swell(timeS, seconds, Math.min(2.2, seconds * 0.35), Math.min(2.6, seconds * 0.4));
  });
}
