import { makeRandom } from '@/lib/util/random';
import { master, pingPong, reverb } from '../effects';
import { Mix } from '../sound';
import { bell, pad, singer } from '../voices';
import type { Piece } from './piece';

const SECONDS = 84;
const CHORD_S = 6.5;
/** D major, wide and unhurried: Dmaj9, Bm11, Gmaj9, A with the fourth, Em9, Gmaj7 over A; home at the end. */
const CHORDS = [
  [38, 57, 61, 64, 66],
  [35, 57, 62, 64, 66],
  [31, 57, 59, 62, 66],
  [33, 57, 59, 62, 64],
  [38, 57, 61, 64, 69],
  [35, 59, 62, 66, 69],
  [40, 55, 59, 62, 66],
  [33, 55, 59, 62, 66],
  [31, 57, 59, 62, 66],
  [33, 57, 62, 64, 69],
  [38, 57, 61, 64, 66],
];
/** Any of these rings well over any of those. */
const BELLS = [74, 76, 78, 81, 83, 86, 88];

/** Ambient: pads that overlap, a distant voice on the root, bells that fall where chance puts them. */
export const dawn: Piece = {
  title: 'Amanhecer na Colmeia',
  album: 'Colmeia',
  trackNo: 1,
  genre: 'Ambient',
  file: '01 Amanhecer na Colmeia',
  format: 'opus',
  render() {
    const random = makeRandom(11);
    const [pads, bells] = [new Mix(SECONDS), new Mix(SECONDS)];
    CHORDS.forEach((chord, i) => {
      const atS = i * CHORD_S;
      const lastsS = i === CHORDS.length - 1 ? SECONDS - atS : CHORD_S * 1.75;
      chord.forEach((note, voice) => {
        const brightness = 0.8 + 0.7 * Math.sin((Math.PI * i) / (CHORDS.length - 1));
        const pan = voice === 0 ? 0 : (voice - 2.5) * 0.5;
        pads.add(atS, pad(note, lastsS, random, voice === 0 ? 0.45 : brightness), {
          gain: voice === 0 ? 0.5 : 0.26,
          pan,
        });
      });
      pads.add(atS + 0.5, singer((chord[0] ?? 38) + 12, lastsS * 0.9, random), { gain: 0.22, pan: 0.25 });
    });
    for (let atS = 5; atS < SECONDS - 10; atS += 0.8125 * (1 + Math.floor(random() * 4))) {
      const note = BELLS[Math.floor(random() * BELLS.length)] ?? 74;
      bells.add(atS, bell(note, 3.5), { gain: 0.24 + random() * 0.16, pan: random() * 1.4 - 0.7 });
    }
    const mix = new Mix(SECONDS);
    mix.addMix(pads);
    mix.addMix(bells, 0.8);
    mix.addMix(pingPong(bells, { delayS: 0.609, feedback: 0.55 }), 0.5);
    const space = new Mix(SECONDS);
    space.addMix(pads, 0.5);
    space.addMix(bells);
    mix.addMix(reverb(space, { decayS: 5.5, brightness: 0.35, size: 1.6 }), 0.5);
    return master(mix, { fadeInS: 2, fadeOutS: 9, drive: 0.9 });
  },
};
