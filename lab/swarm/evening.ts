/** An evening of music, shortened: who plays what, how, and for how long. Drawn from a seed, so that every system has the same. */
import type { Size } from './size';

/** Share of plays that are chosen at random; the rest follow in the album. Spotify 2010: 39 % of playbacks were random access. */
const RANDOM_SHARE = 0.39;
/** Share of plays that are skipped within the first seconds, as music services report. */
const SKIPPED_SHARE = 0.3;

export interface Play {
  /** By a press on the track, or on "next". */
  how: 'track' | 'next';
  /** Its number in the album. */
  track: number;
  /** Heard for this long, from its sound on. */
  heardS: number;
}

export interface Evening {
  arrivesS: number;
  plays: Play[];
}

/** @param seed another for each round */
export function planEvening(size: Size['evening'], listeners: number, seed: number): Evening[] {
  const random = randomFrom(seed);
  // Popular tracks stand anywhere in the album.
  const byRank = shuffled(size.tracks, random);
  return Array.from({ length: listeners }, () => {
    const plays: Play[] = [];
    for (let i = 0, before = -1; i < size.plays; i++) {
      const isRandom = before < 0 || before === size.tracks - 1 || random() < RANDOM_SHARE;
      const track = isRandom ? otherThan(before, byRank, random) : before + 1;
      plays.push({ how: isRandom ? 'track' : 'next', track, heardS: heardOf(size, random) });
      before = track;
    }
    return { arrivesS: random() * size.arrivalS, plays };
  });
}

/** How many different tracks are played. */
export function tracksOf(evenings: readonly Evening[]): number {
  return new Set(evenings.flatMap(({ plays }) => plays.map(({ track }) => track))).size;
}

function heardOf({ heardS, skippedS }: Size['evening'], random: () => number): number {
  if (random() >= SKIPPED_SHARE) return heardS;
  return skippedS.least + random() * (skippedS.most - skippedS.least);
}

/** By Zipf's law: the track of rank r is r times rarer than the first. */
function otherThan(before: number, byRank: readonly number[], random: () => number): number {
  const ranked = byRank.map((track, i) => ({ track, weight: 1 / (i + 1) })).filter(({ track }) => track !== before);
  let left = random() * ranked.reduce((sum, { weight }) => sum + weight, 0);
  for (const { track, weight } of ranked) {
    left -= weight;
    if (left <= 0) return track;
  }
  return ranked[0]?.track ?? 0;
}

function shuffled(count: number, random: () => number): number[] {
  return Array.from({ length: count }, (_, track) => ({ track, at: random() }))
    .sort((a, b) => a.at - b.at)
    .map(({ track }) => track);
}

/** Numbers from 0 to 1 (a linear congruence; Numerical Recipes' constants). */
function randomFrom(seed: number): () => number {
  let state = (seed * 2_654_435_761) >>> 0;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}
