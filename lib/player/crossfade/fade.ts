/** Which tracks are crossfaded, when, and how loud each of them is meanwhile. Pure. */
import type { Track } from '@/lib/contracts/catalog';
import { comesLaterOnAlbum, comesNextOnAlbum } from '../album-order';

/** What a listener may choose, seconds; 0: tracks are not crossfaded. */
export const LONGEST_CROSSFADE_S = 12;
/** At most this part of a track is heard together with another one at either end: the rest of a short one is to be heard alone. */
const LARGEST_PART = 0.5;
/** A shorter fade would sound like a mistake, seconds. */
const SHORTEST_S = 0.5;

type FadeTrack = Pick<Track, 'id' | 'albumId' | 'discNo' | 'trackNo' | 'durationS'>;

export interface FadePair {
  from: FadeTrack;
  to: FadeTrack;
  /** The queue is shuffled: only what is the very next track of an album was meant to follow. */
  shuffled: boolean;
  /** 1: as they were recorded. */
  speed: number;
}

/**
 * How long `to` fades in over the end of `from`, in seconds that go by at this speed; 0: it follows without being mixed. Tracks of an album that
 * follow each other there are never mixed.
 * @param wantedS what the listener chose
 */
export function fadeLengthS(wantedS: number, { from, to, shuffled, speed }: FadePair): number {
  const isAlbum = shuffled ? comesNextOnAlbum(from, to) : comesLaterOnAlbum(from, to);
  if (isAlbum || from.id === to.id) return 0;
  const longest = (Math.min(from.durationS, to.durationS) * LARGEST_PART) / speed;
  const lengthS = Math.min(wantedS, LONGEST_CROSSFADE_S, longest);
  return lengthS < SHORTEST_S ? 0 : lengthS;
}

/** Seconds that go by until a fade of that length begins; 0 or less: now. */
export function untilFadeS(playing: { positionS: number; durationS: number; speed: number }, lengthS: number): number {
  return (playing.durationS - playing.positionS) / playing.speed - lengthS;
}

/**
 * The factors of both amplitudes. Equal power: the squares add up to one, so that two different pieces of music together are as loud as each alone.
 * @param progress 0: only the old track is heard, 1: only the new one
 */
export function mixAt(progress: number): { leaving: number; coming: number } {
  const angle = (Math.min(1, Math.max(0, progress)) * Math.PI) / 2;
  return { leaving: progress >= 1 ? 0 : Math.cos(angle), coming: Math.sin(angle) };
}
