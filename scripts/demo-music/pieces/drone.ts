import { makeRandom } from '@/lib/util/random';
import { master, reverb, toMono } from '../effects';
import { Mix } from '../sound';
import { singer } from '../voices';
import type { Piece } from './piece';

const SECONDS = 62;
const CHORD_S = 7.2;
/** Four voices in D Dorian over a D that stays. */
const CHORDS = [
  [50, 57, 62, 65],
  [50, 57, 60, 64],
  [50, 59, 62, 67],
  [50, 57, 62, 69],
  [48, 55, 64, 67],
  [50, 57, 65, 69],
  [50, 59, 62, 67],
  [50, 57, 62, 66],
];
const SINGERS_A_NOTE = 3;

/** A slow choir over a drone. Dark, and the same on both sides, which lossless coding packs into a fifth of the usual size. */
export const drone: Piece = {
  title: 'Hum of the Queen',
  album: 'Quiet Hive',
  trackNo: 3,
  genre: 'Choral',
  file: '03 Hum of the Queen',
  format: 'flac',
  render() {
    const random = makeRandom(17);
    const dry = new Mix(SECONDS);
    for (const note of [38, 45]) {
      for (let atS = 0; atS < SECONDS - 8; atS += 11) {
        dry.add(atS, singer(note, Math.min(15, SECONDS - atS), random), { gain: 0.5 });
      }
    }
    CHORDS.forEach((chord, i) => {
      const atS = 1.5 + i * CHORD_S;
      const lastsS = i === CHORDS.length - 1 ? SECONDS - atS - 1 : CHORD_S * 1.35;
      for (const note of chord) {
        for (let person = 0; person < SINGERS_A_NOTE; person++) {
          const late = random() * 0.35;
          dry.add(atS + late, singer(note, lastsS - late, random), { gain: 0.34 });
        }
      }
    });
    const mix = new Mix(SECONDS);
    mix.addMix(dry);
    mix.addMix(reverb(dry, { decayS: 4, brightness: 0.3, size: 1.5 }), 0.12);
    return master(toMono(mix), { fadeInS: 1.5, fadeOutS: 8, drive: 0.7 });
  },
};
