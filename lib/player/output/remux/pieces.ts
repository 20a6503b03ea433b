/** Where a muxer puts what it has written. */
export interface Pieces {
  header(data: Uint8Array): void;
  media(data: Uint8Array): void;
}

/** Seconds of a fragment: short, so that the first sound waits for little; longer ones would save 0.2 % of the bytes. */
export const FRAGMENT_S = 0.5;
