/** Percussion: each function makes one stroke as mono sound. */
import { Filter } from './effects';
import { RATE_HZ, render, swell } from './sound';

const TAU = 2 * Math.PI;

/** A skin: a sine whose pitch falls as it settles. */
function skin(seconds: number, fromHz: number, toHz: number, fallS: number, decayS: number): Float32Array {
  let phase = 0;
  return render(seconds, (timeS) => {
    phase += (TAU * (toHz + (fromHz - toHz) * Math.exp(-timeS / fallS))) / RATE_HZ;
    return Math.sin(phase) * Math.exp(-timeS / decayS) * swell(timeS, seconds, 0.002, 0.05);
  });
}

/** Noise through a band, dying away. */
function hiss(seconds: number, hz: number, resonance: number, decayS: number, random: () => number): Float32Array {
  const filter = new Filter();
  return render(seconds, (timeS) => {
    filter.step(random() * 2 - 1, hz, resonance);
    return filter.band * Math.exp(-timeS / decayS) * swell(timeS, seconds, 0.001, seconds * 0.3);
  });
}

/** The low drum of a samba; muted by the hand on the first beat. */
export const surdo = (open: boolean) => (open ? skin(0.75, 115, 62, 0.03, 0.24) : skin(0.22, 130, 78, 0.02, 0.06));

export const kick = () => skin(0.4, 160, 50, 0.022, 0.12);

export function tamborim(random: () => number): Float32Array {
  const click = hiss(0.09, 2600, 1.2, 0.012, random);
  const body = skin(0.09, 1050, 860, 0.01, 0.028);
  return body.map((x, i) => x * 0.55 + (click[i] ?? 0) * 0.8);
}

export const ganza = (random: () => number) => hiss(0.1, 7200, 1.1, 0.026, random);

/** Two bells of one handle. */
export function agogo(high: boolean): Float32Array {
  const hz = high ? 1040 : 780;
  return render(0.35, (timeS) => {
    const ring =
      Math.sin(TAU * hz * timeS) + 0.5 * Math.sin(TAU * hz * 1.51 * timeS) + 0.3 * Math.sin(TAU * hz * 2.63 * timeS);
    return ring * 0.45 * Math.exp(-timeS / 0.07) * swell(timeS, 0.35, 0.001, 0.1);
  });
}

export function caixa(random: () => number): Float32Array {
  const wires = hiss(0.14, 3800, 0.8, 0.035, random);
  const body = skin(0.14, 260, 190, 0.012, 0.04);
  return body.map((x, i) => x * 0.5 + (wires[i] ?? 0) * 0.7);
}

/** Noise of an old console: held for some samples, so that it has a pitch. */
export function chipNoise(seconds: number, holdSamples: number, decayS: number, random: () => number): Float32Array {
  let held = 0;
  return render(seconds, (timeS, i) => {
    if (i % holdSamples === 0) held = random() < 0.5 ? -1 : 1;
    return held * 0.5 * Math.exp(-timeS / decayS) * swell(timeS, seconds, 0.001, 0.01);
  });
}
