import { makeRandom } from '@/lib/util/random';
import { ganza, kick } from '../drums';
import { master, reverb } from '../effects';
import { Mix } from '../sound';
import { bass, marimba } from '../voices';
import { type Piece, strokes } from './piece';

const STEP_S = 60 / 112 / 4;
/** Twelve notes against a bar of sixteen: the figure meets its beginning again after three bars. */
const FIGURE = [0, 7, 10, 12, 7, 15, 14, 7, 12, 10, 19, 14];
/** Roots, three bars each. E, G, A and C are kin: the figure bends to each. */
const ROOTS = [52, 52, 55, 50, 52, 57, 55, 48, 50, 52];
/** E minor in semitones from E: E F# G A B C D. */
const SCALE = [0, 2, 3, 5, 7, 8, 10];
const BARS_A_ROOT = 3;
const BAR = 16;
const SECONDS = ROOTS.length * BARS_A_ROOT * BAR * STEP_S + 5;

/** Minimal music: two marimbas play one figure, the second falls behind by a note at every change. */
export const waggle: Piece = {
  title: 'Waggle Dance',
  album: 'Quiet Hive',
  trackNo: 2,
  genre: 'Minimal',
  file: '02 Waggle Dance',
  format: 'mp3',
  render() {
    const random = makeRandom(3);
    const [wood, low] = [new Mix(SECONDS), new Mix(SECONDS)];
    ROOTS.forEach((root, part) => {
      const first = part * BARS_A_ROOT * BAR;
      const figure = FIGURE.map((interval) => toScale(root + interval));
      for (let i = 0; i < BARS_A_ROOT * BAR; i++) {
        const atS = (first + i) * STEP_S;
        const accent = i % 4 === 0 ? 1 : 0.7;
        wood.add(atS, marimba(figure[i % 12] ?? root, accent), { gain: 0.3 * accent, pan: -0.55 });
        if (part > 0)
          wood.add(atS, marimba((figure[(i + part) % 12] ?? root) + 12, accent), { gain: 0.17 * accent, pan: 0.55 });
        if (part > 2 && i % 3 === 0) wood.add(atS, marimba(root - 12), { gain: 0.22, pan: 0 });
      }
      for (let bar = 0; bar < BARS_A_ROOT; bar++) {
        const start = first + bar * BAR;
        if (part > 0) playLow(low, toScale(root) - 24 + (root < 50 ? 12 : 0), start, part);
        if (part > 2 && part < ROOTS.length - 1) playPulse(low, start, random);
      }
    });
    const endS = ROOTS.length * BARS_A_ROOT * BAR * STEP_S;
    [40, 52, 59, 64, 71, 76].forEach((note, i) => {
      wood.add(endS + i * 0.02, marimba(note), { gain: 0.35, pan: (i - 2.5) / 4 });
    });
    const mix = new Mix(SECONDS);
    mix.addMix(wood);
    mix.addMix(low);
    mix.addMix(reverb(wood, { decayS: 2.4, brightness: 0.5, size: 1.2 }), 0.28);
    return master(mix, { fadeOutS: 3, drive: 1 });
  },
};

/** The note of E minor at or below. */
function toScale(note: number): number {
  const above = (((note - 52) % 12) + 12) % 12;
  return note - above + (SCALE.filter((step) => step <= above).at(-1) ?? 0);
}

function playLow(mix: Mix, note: number, start: number, part: number): void {
  for (const { step } of strokes(part % 2 === 0 ? 'x.....x...x.....' : 'x.....x.....x...')) {
    mix.add((start + step) * STEP_S, bass(note, STEP_S * 5), { gain: 0.36 });
  }
}

function playPulse(mix: Mix, start: number, random: () => number): void {
  for (const { step } of strokes('x.......x.......')) mix.add((start + step) * STEP_S, kick(), { gain: 0.55 });
  for (const { step, kind } of strokes('..X...X...X...Xx')) {
    mix.add((start + step) * STEP_S, ganza(random), { gain: kind === 'X' ? 0.26 : 0.14, pan: 0.2 });
  }
}
