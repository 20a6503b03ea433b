import type { ErrorCode } from '@/lib/contracts/errors';

/** For this long a track that cannot be played says why, before the next one begins. */
const FAILURE_SHOWN_MS = 4000;

/** About this track and not about the listener or the server: the next one may well play. */
const NEXT_MAY_PLAY: ReadonlySet<ErrorCode> = new Set([
  'track_withdrawn',
  'file_missing',
  'not_found',
  'format_unsupported',
  'version_retired',
]);

/** Goes on to the next track after one that cannot be played: to every track of the queue in turn, but not round and round. */
export class SkipFailed {
  private failuresInARow = 0;
  private timer: ReturnType<typeof setTimeout> | undefined;

  /**
   * A track failed.
   * @param queueLength tracks in the queue @param skip begins the next track; null: there is none, or the listener has paused
   */
  failed(code: ErrorCode, queueLength: number, skip: (() => void) | null): void {
    this.failuresInARow++;
    if (skip === null || !NEXT_MAY_PLAY.has(code) || this.failuresInARow >= queueLength) return;
    this.timer = setTimeout(skip, FAILURE_SHOWN_MS);
  }

  /** A track plays, or the listener chose one: failures are counted anew. */
  reset(): void {
    this.failuresInARow = 0;
  }

  /** The skip that is due does not happen. */
  cancel(): void {
    clearTimeout(this.timer);
  }
}
