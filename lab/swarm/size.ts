import type { Form } from '../benchmark';

/** How much is played, and for how long. Seconds, but where the name says otherwise. */
export interface Size {
  rounds: number;
  listeners: number;
  /** The track that is measured. */
  measuredS: number;
  /** Tracks of the library around it. */
  libraryTracks: number;
  /** What is counted, from the first press on, ms. */
  windowMs: number;
  /** From one listener's press to the next one's, ms. */
  staggerMs: number;
  evening: {
    tracks: number;
    /** Shorter than songs are, so that an evening is over in minutes: 2 MB each. */
    trackS: number;
    /** Plays of each listener. */
    plays: number;
    /** The first presses come within this time. */
    arrivalS: number;
    /** What is not skipped is heard for so long: to a little before the end, so that every start is a press. */
    heardS: number;
    /** What is skipped is heard for so long. Music services report that most skips come within the first seconds. */
    skippedS: { least: number; most: number };
  };
}

export const SIZES: Record<Form, Size> = {
  full: {
    rounds: 3,
    listeners: 8,
    measuredS: 240,
    libraryTracks: 200,
    windowMs: 45_000,
    staggerMs: 3_000,
    evening: { tracks: 30, trackS: 60, plays: 7, arrivalS: 20, heardS: 55, skippedS: { least: 3, most: 15 } },
  },
  short: {
    rounds: 1,
    listeners: 1,
    measuredS: 20,
    libraryTracks: 1,
    windowMs: 300,
    staggerMs: 200,
    evening: { tracks: 3, trackS: 5, plays: 2, arrivalS: 0.2, heardS: 1, skippedS: { least: 0.6, most: 0.9 } },
  },
};
