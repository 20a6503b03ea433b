import { makeRandom } from '@/lib/util/random';
import { agogo, caixa, ganza, surdo, tamborim } from '../drums';
import { master, reverb } from '../effects';
import { Mix } from '../sound';
import { bass, flute, pluck } from '../voices';
import { type Piece, strokes } from './piece';

/** Two bars of 2/4 as 16 steps. */
const CYCLE = 16;
const STEP_S = 60 / 98 / 4;
/** Every second sixteenth comes early and late by turns: the sway of samba. */
const SWAY_S = [0, -0.008, -0.004, 0.006];

/** Root of the bass, and what the cavaquinho strums. */
const CHORDS = {
  Dmaj: { root: 38, fifth: 45, notes: [62, 66, 69, 73] },
  B7: { root: 35, fifth: 42, notes: [63, 66, 69, 71] },
  Em: { root: 40, fifth: 47, notes: [64, 67, 71, 74] },
  A7: { root: 33, fifth: 40, notes: [61, 64, 67, 69] },
  Gmaj: { root: 43, fifth: 38, notes: [62, 66, 67, 71] },
  Gm6: { root: 43, fifth: 38, notes: [62, 64, 67, 70] },
  Fsm: { root: 42, fifth: 37, notes: [61, 64, 66, 69] },
};
const { Dmaj, B7, Em, A7, Gmaj, Gm6, Fsm } = CHORDS;
const FIRST = [Dmaj, B7, Em, A7, Dmaj, B7, Em, A7];
const SECOND = [Gmaj, Gm6, Fsm, B7, Em, A7, Dmaj, A7];

/** Notes and lengths in steps, 16 a chord; 0 is a rest. */
const FIRST_TUNE = [
  [0, 2],
  [69, 2],
  [74, 3],
  [73, 3],
  [71, 2],
  [69, 4],
  [0, 2],
  [66, 2],
  [71, 3],
  [69, 3],
  [66, 2],
  [63, 4],
  [0, 2],
  [64, 2],
  [67, 3],
  [71, 3],
  [74, 2],
  [71, 4],
  [0, 1],
  [73, 3],
  [76, 3],
  [74, 2],
  [73, 3],
  [69, 4],
  [0, 2],
  [69, 2],
  [74, 3],
  [76, 3],
  [78, 2],
  [74, 4],
  [0, 2],
  [75, 2],
  [78, 3],
  [76, 3],
  [75, 2],
  [71, 4],
  [0, 2],
  [76, 2],
  [74, 3],
  [71, 3],
  [67, 2],
  [64, 4],
  [0, 1],
  [67, 3],
  [69, 3],
  [73, 2],
  [76, 3],
  [73, 4],
] as const;
const SECOND_TUNE = [
  [74, 6],
  [78, 3],
  [76, 3],
  [74, 4],
  [74, 6],
  [76, 3],
  [74, 3],
  [70, 4],
  [73, 6],
  [76, 3],
  [73, 3],
  [69, 4],
  [75, 6],
  [71, 3],
  [69, 3],
  [66, 4],
  [67, 3],
  [71, 3],
  [74, 4],
  [76, 3],
  [78, 3],
  [76, 6],
  [73, 3],
  [69, 3],
  [67, 4],
  [66, 3],
  [69, 3],
  [74, 10],
  [0, 4],
  [73, 3],
  [71, 3],
  [69, 2],
  [67, 4],
] as const;

const PARTS = [
  { chords: [Dmaj, Dmaj], tune: null, strings: false },
  { chords: FIRST.slice(0, 4), tune: null, strings: true },
  { chords: FIRST, tune: FIRST_TUNE, strings: true },
  { chords: SECOND, tune: SECOND_TUNE, strings: true },
  { chords: FIRST, tune: FIRST_TUNE, strings: true },
];
const CYCLES = PARTS.reduce((sum, { chords }) => sum + chords.length, 0);
const SECONDS = CYCLES * CYCLE * STEP_S + 4.5;

/** Samba: surdo, tamborim, ganzá, agogô, caixa; a cavaquinho and a flute over a round bass. */
export const samba: Piece = {
  title: 'Roda do Enxame',
  album: 'Colmeia',
  trackNo: 3,
  genre: 'Samba',
  file: '03 Roda do Enxame',
  format: 'ogg',
  render() {
    const random = makeRandom(21);
    const [drums, strings, lead] = [new Mix(SECONDS), new Mix(SECONDS), new Mix(SECONDS)];
    const timeOf = (step: number) => Math.max(0, step * STEP_S + (SWAY_S[step % 4] ?? 0));
    let step = 0;
    for (const part of PARTS) {
      if (part.tune !== null) {
        let at = step;
        for (const [note, length] of part.tune) {
          if (note > 0) lead.add(timeOf(at), flute(note, length * STEP_S * 0.93, random), { gain: 0.26, pan: 0.15 });
          at += length;
        }
      }
      part.chords.forEach((chord, i) => {
        const start = step + i * CYCLE;
        playDrums(drums, start, timeOf, random, part.strings || i > 0);
        if (!part.strings) return;
        strum(strings, chord.notes, start, timeOf, random);
        for (const { step: at, kind } of strokes('r..f....r..f..f.')) {
          const seconds = STEP_S * (kind === 'r' ? 2.8 : 3.6);
          strings.add(timeOf(start + at), bass(kind === 'r' ? chord.root : chord.fifth, seconds), { gain: 0.42 });
        }
      });
      step += part.chords.length * CYCLE;
    }
    // Everything on one last stroke.
    const endS = timeOf(step);
    drums.add(endS, surdo(true), { gain: 0.8 });
    drums.add(endS, agogo(true), { gain: 0.25, pan: -0.5 });
    [50, 62, 66, 69, 73, 76].forEach((note, i) => {
      strings.add(endS + i * 0.025, pluck(note, 3.5, 0.5, random), { gain: 0.35, pan: -0.3 });
    });
    strings.add(endS, bass(38, 2), { gain: 0.5 });
    const mix = new Mix(SECONDS);
    const room = new Mix(SECONDS);
    for (const [part, toRoom] of [
      [drums, 0.25],
      [strings, 0.3],
      [lead, 0.6],
    ] as const) {
      mix.addMix(part);
      room.addMix(part, toRoom);
    }
    mix.addMix(reverb(room, { decayS: 1.3, brightness: 0.6 }), 0.4);
    return master(mix, { fadeOutS: 2, drive: 1.3 });
  },
};

function playDrums(
  mix: Mix,
  start: number,
  timeOf: (step: number) => number,
  random: () => number,
  all: boolean,
): void {
  const play = (pattern: string, stroke: (kind: string) => void) => {
    for (const { step, kind } of strokes(pattern)) stroke(`${kind}${start + step}`);
  };
  const at = (tag: string) => timeOf(Number(tag.slice(1)));
  play('m...O...m...O..o', (tag) => {
    const loud = tag.startsWith('O') ? 0.85 : tag.startsWith('o') ? 0.35 : 0.5;
    mix.add(at(tag), surdo(!tag.startsWith('m')), { gain: loud });
  });
  play('XxxxXxxxXxxxXxxx', (tag) => {
    const accent = tag.startsWith('X') ? 0.3 : 0.15;
    mix.add(at(tag), ganza(random), { gain: accent * (0.85 + random() * 0.3), pan: 0.45 });
  });
  if (!all) return;
  play('x.x.xx.x.x.x.xx.', (tag) => mix.add(at(tag), tamborim(random), { gain: 0.3, pan: -0.35 }));
  play('H..h.L.l..H.h.L.', (tag) =>
    mix.add(at(tag), agogo(/^h/i.test(tag)), { gain: /^[HL]/.test(tag) ? 0.13 : 0.08, pan: -0.6 }),
  );
  play('x..x.x.xx..x.x.x', (tag) => mix.add(at(tag), caixa(random), { gain: 0.12 + random() * 0.05, pan: 0.2 }));
}

/** Down and up by turns, the strings a few milliseconds apart. */
function strum(mix: Mix, notes: number[], start: number, timeOf: (step: number) => number, random: () => number): void {
  strokes('x..x.x..x.x..x..').forEach(({ step }, i) => {
    const order = i % 2 === 0 ? notes : [...notes].reverse();
    const seconds = i % 3 === 0 ? STEP_S * 2.4 : STEP_S * 1.5;
    order.forEach((note, string) => {
      mix.add(timeOf(start + step) + string * 0.007, pluck(note + 12, seconds, 0.55, random), { gain: 0.2, pan: -0.2 });
    });
  });
}
