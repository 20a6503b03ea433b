import { makeRandom } from '@/lib/util/random';
import { chipNoise } from '../drums';
import { master, pingPong } from '../effects';
import { Mix } from '../sound';
import { chipBass, pulse } from '../voices';
import { type Piece, strokes } from './piece';

const STEP_S = 60 / 138 / 4;
const BAR = 16;
/** Root, and the three notes that the arpeggio runs over. */
const A = { root: 45, notes: [69, 72, 76] };
const F = { root: 41, notes: [65, 69, 72] };
const C = { root: 48, notes: [67, 72, 76] };
const G = { root: 43, notes: [67, 71, 74] };
const D = { root: 50, notes: [69, 74, 77] };
const E = { root: 40, notes: [68, 71, 76] };
const VERSE = [A, F, C, G, A, F, C, E];
const BRIDGE = [D, A, E, A, D, A, F, E];

/** A tune as notes and lengths in sixteenths; 0 is a rest. */
const VERSE_TUNE = [
  [76, 4],
  [74, 2],
  [72, 2],
  [76, 4],
  [81, 4],
  [79, 6],
  [77, 2],
  [76, 4],
  [72, 4],
  [79, 4],
  [76, 2],
  [74, 2],
  [72, 4],
  [76, 4],
  [74, 8],
  [71, 4],
  [0, 4],
  [76, 4],
  [74, 2],
  [72, 2],
  [76, 4],
  [84, 4],
  [81, 6],
  [79, 2],
  [77, 4],
  [76, 4],
  [79, 4],
  [84, 4],
  [83, 4],
  [79, 4],
  [80, 8],
  [76, 4],
  [0, 4],
] as const;
const BRIDGE_TUNE = [
  [77, 6],
  [76, 2],
  [74, 4],
  [77, 4],
  [76, 6],
  [74, 2],
  [72, 4],
  [69, 4],
  [71, 6],
  [72, 2],
  [74, 4],
  [76, 4],
  [72, 12],
  [0, 4],
  [77, 6],
  [79, 2],
  [81, 4],
  [77, 4],
  [76, 6],
  [77, 2],
  [79, 4],
  [76, 4],
  [81, 4],
  [79, 4],
  [77, 4],
  [76, 4],
  [80, 12],
  [0, 4],
] as const;

/** Each part: bars, what plays. */
const PARTS = [
  { chords: VERSE.slice(0, 4), tune: null, bass: false, drums: false },
  { chords: VERSE, tune: null, bass: true, drums: true },
  { chords: VERSE, tune: VERSE_TUNE, bass: true, drums: true },
  { chords: BRIDGE, tune: BRIDGE_TUNE, bass: true, drums: true },
  { chords: VERSE, tune: VERSE_TUNE, bass: true, drums: true },
  { chords: VERSE.slice(0, 4), tune: null, bass: true, drums: false },
];
const BARS = PARTS.reduce((sum, { chords }) => sum + chords.length, 0);
const SECONDS = BARS * BAR * STEP_S + 4;

/** Chiptune: arpeggio, tune, bass and noise, as a console of the eighties had four voices. */
export const pollen: Piece = {
  title: 'Oito Bits de Pólen',
  album: 'Colmeia',
  trackNo: 2,
  genre: 'Chiptune',
  file: '02 Oito Bits de Polen',
  format: 'mp3',
  render() {
    const random = makeRandom(8);
    const [rhythm, lead] = [new Mix(SECONDS), new Mix(SECONDS)];
    let step = 0;
    for (const part of PARTS) {
      if (part.tune !== null) playTune(lead, part.tune, step);
      for (const chord of part.chords) {
        playArpeggio(rhythm, chord.notes, step);
        if (part.bass) playBass(rhythm, chord.root, step);
        if (part.drums) playDrums(rhythm, step, random);
        step += BAR;
      }
    }
    const endS = step * STEP_S;
    for (const note of [69, 72, 76, 81]) {
      rhythm.add(endS, pulse(note, 3.5, { duty: 0.25, decayS: 1.1 }), { gain: 0.16, pan: (note - 74) / 12 });
    }
    rhythm.add(endS, chipBass(33, 2.5), { gain: 0.3 });
    const mix = new Mix(SECONDS);
    mix.addMix(rhythm);
    mix.addMix(lead);
    mix.addMix(pingPong(lead, { delayS: STEP_S * 3, feedback: 0.4 }), 0.3);
    return master(mix, { fadeOutS: 2.5, drive: 1.1 });
  },
};

function playArpeggio(mix: Mix, notes: number[], start: number): void {
  for (let i = 0; i < BAR; i++) {
    const octave = Math.floor(i / 3) % 2 === 0 ? 0 : 12;
    const note = (notes[i % 3] ?? 69) + octave - 12;
    const gain = i % 4 === 0 ? 0.17 : 0.12;
    mix.add((start + i) * STEP_S, pulse(note, STEP_S * 1.6, { duty: 0.25, decayS: 0.11 }), {
      gain,
      pan: i % 2 === 0 ? -0.5 : 0.5,
    });
  }
}

function playBass(mix: Mix, root: number, start: number): void {
  for (const { step, kind } of strokes('r.r.o.r.r.r.o.f.')) {
    const note = kind === 'o' ? root + 12 : kind === 'f' ? root + 7 : root;
    mix.add((start + step) * STEP_S, chipBass(note, STEP_S * 1.8), { gain: 0.3 });
  }
}

function playDrums(mix: Mix, start: number, random: () => number): void {
  for (const { step, kind } of strokes('k.h.s.h.k.k.s.hh')) {
    const atS = (start + step) * STEP_S;
    if (kind === 'k') mix.add(atS, chipBass(38, 0.09), { gain: 0.5 });
    if (kind === 's') mix.add(atS, chipNoise(0.16, 5, 0.045, random), { gain: 0.26, pan: 0.1 });
    if (kind === 'h') mix.add(atS, chipNoise(0.05, 1, 0.014, random), { gain: 0.13, pan: -0.2 });
  }
}

function playTune(mix: Mix, tune: readonly (readonly [number, number])[], start: number): void {
  let step = start;
  for (const [note, length] of tune) {
    const seconds = length * STEP_S * 0.95;
    if (note > 0)
      mix.add(step * STEP_S, pulse(note, seconds, { duty: 0.5, decayS: 1.2, vibratoCents: 18 }), { gain: 0.24 });
    step += length;
  }
}
