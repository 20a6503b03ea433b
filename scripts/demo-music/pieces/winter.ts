import { makeRandom } from '@/lib/util/random';
import { master, reverb } from '../effects';
import { Mix } from '../sound';
import { piano } from '../voices';
import type { Piece } from './piece';

/** 3/4, six eighths a bar. */
const EIGHTH_S = 60 / 76 / 2;
const BAR_S = 6 * EIGHTH_S;

/** Six notes of the left hand, one an eighth. */
const LEFT = {
  F: [41, 48, 53, 57, 53, 48],
  C: [40, 48, 52, 55, 52, 48],
  Dm: [38, 45, 50, 53, 50, 45],
  Bb: [34, 46, 50, 53, 50, 46],
  Gm: [43, 50, 55, 58, 55, 50],
  Csus: [36, 48, 53, 55, 53, 48],
  Am: [45, 48, 52, 57, 52, 48],
};
const { F, C, Dm, Bb, Gm, Csus, Am } = LEFT;
/** Bar by bar: what the left hand breaks, and the right hand's notes as [eighth, note]. */
const BARS: { left: number[]; right: (readonly [number, number])[] }[] = [
  { left: F, right: [] },
  { left: C, right: [] },
  { left: Dm, right: [] },
  { left: Bb, right: [[4, 72]] },
  {
    left: F,
    right: [
      [0, 77],
      [4, 76],
    ],
  },
  {
    left: C,
    right: [
      [0, 76],
      [3, 72],
    ],
  },
  {
    left: Dm,
    right: [
      [0, 74],
      [4, 77],
    ],
  },
  { left: Bb, right: [[0, 74]] },
  {
    left: F,
    right: [
      [0, 81],
      [3, 79],
      [5, 77],
    ],
  },
  {
    left: C,
    right: [
      [0, 79],
      [4, 76],
    ],
  },
  {
    left: Dm,
    right: [
      [0, 77],
      [3, 76],
      [5, 74],
    ],
  },
  {
    left: Csus,
    right: [
      [0, 72],
      [3, 67],
    ],
  },
  {
    left: Gm,
    right: [
      [0, 70],
      [2, 74],
      [4, 79],
    ],
  },
  {
    left: Am,
    right: [
      [0, 76],
      [4, 72],
    ],
  },
  {
    left: Bb,
    right: [
      [0, 74],
      [2, 77],
      [4, 82],
    ],
  },
  {
    left: Csus,
    right: [
      [0, 81],
      [3, 79],
    ],
  },
  {
    left: Dm,
    right: [
      [0, 77],
      [4, 81],
    ],
  },
  {
    left: Am,
    right: [
      [0, 84],
      [3, 81],
    ],
  },
  {
    left: Bb,
    right: [
      [0, 82],
      [2, 81],
      [4, 77],
    ],
  },
  { left: Csus, right: [[0, 79]] },
  {
    left: F,
    right: [
      [0, 77],
      [4, 76],
    ],
  },
  {
    left: C,
    right: [
      [0, 76],
      [3, 72],
    ],
  },
  {
    left: Dm,
    right: [
      [0, 74],
      [4, 77],
    ],
  },
  {
    left: Bb,
    right: [
      [0, 74],
      [3, 72],
    ],
  },
  {
    left: Gm,
    right: [
      [0, 70],
      [3, 67],
    ],
  },
  {
    left: Csus,
    right: [
      [0, 65],
      [3, 64],
    ],
  },
];
const SLOWING_BARS = 4;
const SECONDS = 73;

/** Minimal piano: a broken chord, a tune that leaves room, a long tail. */
export const winter: Piece = {
  title: 'Winter Cluster',
  album: 'Quiet Hive',
  trackNo: 1,
  genre: 'Minimal',
  file: '01 Winter Cluster',
  format: 'm4a',
  render() {
    const random = makeRandom(5);
    const dry = new Mix(SECONDS);
    const strike = (atS: number, note: number, velocity: number, seconds: number) => {
      const touch = { gain: 0.24 * velocity, pan: (note - 62) / 45 };
      dry.add(Math.max(0, atS + (random() - 0.5) * 0.018), piano(note, seconds, velocity, random), touch);
    };
    let atS = 0.3;
    BARS.forEach(({ left, right }, bar) => {
      const swellOfPhrase =
        0.62 + 0.16 * Math.sin((Math.PI * bar) / BARS.length) + 0.05 * Math.sin((bar / 4) * Math.PI);
      const slowing = 1 + Math.max(0, bar - (BARS.length - 1 - SLOWING_BARS)) * 0.07;
      const eighthS = EIGHTH_S * slowing;
      left.forEach((note, i) => {
        strike(atS + i * eighthS, note, swellOfPhrase * (i === 0 ? 0.95 : 0.7), i === 0 ? 4.5 : 2.6);
      });
      for (const [eighth, note] of right) strike(atS + eighth * eighthS, note, swellOfPhrase * 1.1, 4);
      atS += eighthS * 6;
    });
    [29, 41, 48, 57, 60, 69, 77].forEach((note, i) => {
      strike(atS + i * 0.09, note, 0.5, 8);
    });
    const mix = new Mix(SECONDS);
    mix.addMix(dry);
    mix.addMix(reverb(dry, { decayS: 3.4, brightness: 0.4, size: 1.3 }), 0.35);
    return master(mix, { fadeOutS: SECONDS - atS - BAR_S * 0.5, drive: 0.8 });
  },
};
