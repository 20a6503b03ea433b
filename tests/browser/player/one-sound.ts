/**
 * One sound cut into tracks, and where in it a recording is: the proof that nothing is missing or doubled where tracks meet. The sound is two
 * sines that glide together, so that no two moments of it are alike; a recording is compared by its samples and not by anybody's clock.
 */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { encode, type Piece, wav } from './music';

export const RATE_HZ = 48_000;
/** Lengths that are no multiple of any codec's frame. */
const TRACK_S = 1.237;
/** The pitch goes up and down, steeply, each time from a little higher. */
const SWING_S = 0.8;
const LOWEST_HZ = 300;
const WIDTH_HZ = 1_200;
const STEP_HZ = 40;
/** Between the two sines, so that a shift by a period of one is none of the other. */
const RATIO = 1.37;

const MP3 = ['-c:a', 'libmp3lame', '-q:a', '2'];
const FLAC = ['-c:a', 'flac', '-sample_fmt', 's16'];
const OPUS = ['-c:a', 'libopus', '-b:a', '128k'];
const AAC = ['-c:a', 'aac', '-b:a', '192k'];
const VORBIS = ['-c:a', 'libvorbis', '-q:a', '6'];

/** In the order in which they play: every format behind itself, and behind another. */
export const TRACKS: readonly Piece[] = [
  { name: 'a.mp3', mime: 'audio/mpeg', encode: MP3 },
  { name: 'b.mp3', mime: 'audio/mpeg', encode: MP3 },
  { name: 'c.flac', mime: 'audio/flac', encode: FLAC },
  { name: 'd.flac', mime: 'audio/flac', encode: FLAC },
  { name: 'e.opus', mime: 'audio/ogg', encode: OPUS },
  { name: 'f.opus', mime: 'audio/ogg', encode: OPUS },
  { name: 'g.m4a', mime: 'audio/mp4', encode: AAC },
  { name: 'h.m4a', mime: 'audio/mp4', encode: AAC },
  { name: 'i.ogg', mime: 'audio/ogg', encode: VORBIS },
  { name: 'j.ogg', mime: 'audio/ogg', encode: VORBIS },
];

const TRACK_SAMPLES = Math.round(TRACK_S * RATE_HZ);

/** Writes the tracks into a folder. */
export async function makeTracks(folder: string): Promise<void> {
  for (const [i, piece] of TRACKS.entries()) {
    const source = join(folder, `${piece.name}.wav`);
    const part = SOUND.subarray(i * TRACK_SAMPLES, (i + 1) * TRACK_SAMPLES);
    await writeFile(source, wav(Int16Array.from(part, (value) => Math.round(value * 32_767))));
    await encode(source, folder, piece);
  }
}

/** All of it, one track after the other. */
const SOUND = (() => {
  const sound = new Float32Array(TRACK_SAMPLES * TRACKS.length);
  let turns = 0;
  for (let i = 0; i < sound.length; i++) {
    const swing = i / (SWING_S * RATE_HZ);
    const inSwing = swing % 1;
    const height = inSwing < 0.5 ? inSwing * 2 : 2 - inSwing * 2;
    turns += (LOWEST_HZ + Math.floor(swing) * STEP_HZ + height * WIDTH_HZ) / RATE_HZ;
    sound[i] = 0.25 * (Math.sin(2 * Math.PI * turns) + Math.sin(2 * Math.PI * RATIO * turns));
  }
  return sound;
})();

export interface Join {
  /** Name of the track before, and of the one behind. */
  tracks: string;
  /** More than 0: something comes between the two; less: something is missing. Null: they were not heard. */
  gapMs: number | null;
  /** How much what sounds around the boundary is like the sound, at least: 1 is the same. */
  likeness: number;
}

/** A stretch of the recording, and where in the sound it is. In samples. */
interface Place {
  at: number;
  sound: number;
  likeness: number;
}

const WINDOW = 1_024;
const HOP = 512;
/** Between places that are tried first, in samples: an eighth of the shortest period. */
const COARSE = 2;
const SILENCE = 0.02;
/** Below this it is not known where a window is: it holds a boundary's gap, or a pause. */
const ALIKE = 0.9;
/** Above this it is beyond doubt. */
const SAME = 0.99;
/** After so many windows in a row that are not the sound, as in a pause, it may go on anywhere. */
const LOST_WINDOWS = 6;
/** Searched around the expected place, in samples. */
const NEAR = 2_400;
/** Compared on each side of a boundary, from this far to that far from it. */
const SIDE_FROM = 0.03 * RATE_HZ;
const SIDE_TO = 0.25 * RATE_HZ;

/**
 * Compares a recording of the tracks in their order with the sound.
 * @returns each place where two tracks meet, and how often something came between or was missing inside of tracks, which is the machine's doing
 */
export function compare(recording: Float32Array): { joins: Join[]; glitches: number } {
  const places = placesOf(recording, SOUND);
  const joins = TRACKS.slice(1).map((track, i): Join => {
    const boundary = (i + 1) * TRACK_SAMPLES;
    const side = (from: number, to: number) =>
      places.filter(({ sound }) => sound >= from && sound + WINDOW <= to).map(({ at, sound }) => at - sound);
    const before = median(side(boundary - SIDE_TO, boundary - SIDE_FROM + WINDOW));
    const behind = median(side(boundary + SIDE_FROM - WINDOW, boundary + SIDE_TO));
    const around = places.filter(({ sound }) => Math.abs(sound + WINDOW / 2 - boundary) < SIDE_FROM);
    return {
      tracks: `${TRACKS[i]?.name} ${track.name}`,
      gapMs: before === null || behind === null ? null : ((behind - before) / RATE_HZ) * 1000,
      likeness: Math.min(1, ...around.map(({ likeness }) => likeness)),
    };
  });
  const inside = places.filter(({ sound }) => {
    const inTrack = sound % TRACK_SAMPLES;
    return inTrack > SIDE_FROM && inTrack + WINDOW < TRACK_SAMPLES - SIDE_FROM;
  });
  const glitches = inside.filter(({ at, sound }, i) => {
    const before = inside[i - 1];
    const isNear = before !== undefined && sound > before.sound && sound - before.sound < 4 * HOP;
    return isNear && Math.abs(at - sound - (before.at - before.sound)) > RATE_HZ / 2_000;
  }).length;
  return { joins, glitches };
}

function placesOf(recording: Float32Array, sound: Float32Array): Place[] {
  const places: Place[] = [];
  let shift = null as number | null;
  let lost = LOST_WINDOWS;
  for (let at = 0; at + WINDOW <= recording.length; at += HOP) {
    const window = recording.subarray(at, at + WINDOW);
    const expected: number | null = shift === null || lost >= LOST_WINDOWS ? null : at - shift;
    const isSilent = window.every((value) => Math.abs(value) < SILENCE);
    const found: Place | null = isSilent ? null : placeOf(window, at, sound, expected);
    lost = found === null ? lost + 1 : 0;
    if (found === null) continue;
    shift = found.at - found.sound;
    places.push(found);
  }
  return places;
}

/** @param expected where it is if nothing came between since the window before; null: it may be anywhere @returns null when it is not the sound */
function placeOf(window: Float32Array, at: number, sound: Float32Array, expected: number | null): Place | null {
  if (expected !== null) {
    const here = bestOf(window, at, sound, expected - 2, expected + 2);
    if (here.likeness > SAME) return here;
  }
  const from = expected === null ? 0 : Math.max(0, expected - NEAR);
  const to = Math.min(expected === null ? sound.length : expected + NEAR, sound.length - WINDOW);
  const rough: { start: number; likeness: number }[] = [];
  for (let start = from; start <= to; start += COARSE) {
    rough.push({ start, likeness: likenessOf(window, sound, start, 5) });
  }
  const highest = rough.reduce((max, { likeness }) => Math.max(max, likeness), -1);
  let best: Place | null = null;
  for (const { start, likeness } of rough) {
    if (likeness < highest - 0.1) continue;
    const place = bestOf(window, at, sound, start - COARSE, start + COARSE);
    if (place.likeness > (best?.likeness ?? ALIKE)) best = place;
  }
  return best;
}

function bestOf(window: Float32Array, at: number, sound: Float32Array, from: number, to: number): Place {
  let best: Place = { at, sound: 0, likeness: -1 };
  for (let start = Math.max(0, from); start <= Math.min(to, sound.length - WINDOW); start++) {
    const likeness = likenessOf(window, sound, start, 3);
    if (likeness > best.likeness) best = { at, sound: start, likeness };
  }
  return best;
}

/** Correlation of the window with the sound from there on, by each `step`th sample. */
function likenessOf(window: Float32Array, sound: Float32Array, start: number, step: number): number {
  let [both, own, other] = [0, 0, 0];
  for (let i = 0; i < window.length; i += step) {
    const [a, b] = [window[i] ?? 0, sound[start + i] ?? 0];
    both += a * b;
    own += a * a;
    other += b * b;
  }
  return both / Math.sqrt(own * other + 1e-9);
}

function median(values: number[]): number | null {
  return values.sort((a, b) => a - b)[values.length >> 1] ?? null;
}
