import { TELL_EARLY_CHUNKS, TELL_EVERY_MS, TELL_IDLE_MS } from './constants';

/** What is held here of a version, compared with what one peer was last told and what it says it holds. */
export interface Untold {
  /** Null: it was never told. */
  toldAgoMs: number | null;
  /** Since then: more is held here, */
  more: boolean;
  /** or less. */
  less: boolean;
  /** Some of what it was not told of it does not hold either. */
  wanted: boolean;
  /** How many chunks it says it holds. */
  holds: number;
}

/**
 * When a peer is told what is held here. Each announcement is a packet both ways and a round of planning there, so that what cannot help it
 * is said seldom; what is no longer true is taken back at once.
 * @returns ms from now, 0 for at once; null: there is nothing to tell
 */
export function tellInMs({ toldAgoMs, more, less, wanted, holds }: Untold): number | null {
  if (toldAgoMs === null || less) return 0;
  if (!more) return null;
  if (wanted && holds < TELL_EARLY_CHUNKS) return 0;
  return Math.max(0, (wanted ? TELL_EVERY_MS : TELL_IDLE_MS) - toldAgoMs);
}
