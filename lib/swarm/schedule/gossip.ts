import { NEWS_EARLY_CHUNKS, NEWS_EVERY_MS, NEWS_IDLE_MS } from './constants';

/** What is held here of a version, against what one neighbour was last told and says itself. */
export interface News {
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
 * When a neighbour is told what is held here. Each telling is a packet both ways and a round of planning there, so that what cannot help it
 * is said seldom; what is no longer true is taken back at once.
 * @returns ms from now, 0 for at once; null: there is nothing to tell
 */
export function tellInMs({ toldAgoMs, more, less, wanted, holds }: News): number | null {
  if (toldAgoMs === null || less) return 0;
  if (!more) return null;
  if (wanted && holds < NEWS_EARLY_CHUNKS) return 0;
  return Math.max(0, (wanted ? NEWS_EVERY_MS : NEWS_IDLE_MS) - toldAgoMs);
}
