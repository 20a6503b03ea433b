import { isEnxameError } from '@/lib/contracts/enxame-error';
import type { PlayEvent } from '@/lib/player/api';

/** Plays kept while the server is out of reach; older ones are let go. */
const MAX_WAITING = 100;
const FIRST_RETRY_MS = 2_000;
const LAST_RETRY_MS = 60_000;
/** The server takes no older one (`playEvent`). */
const MAX_AGE_S = 86_400;

export interface PlayReports {
  add(event: PlayEvent): void;
  /** The network is back: try now. */
  retry(): void;
}

/** An event, and how long ago it happened (seconds). */
export type PlayReport = PlayEvent & { agoS: number };

/**
 * Hands plays to the history in their order, one at a time, each with its age, since the server's clock is the one that counts.
 * What the server refuses is dropped; what it could not hear is said again later. The server knows a repeat by its `playId`.
 * @param now milliseconds; of a clock that also counts while the device sleeps
 */
export function makePlayReports(
  send: (report: PlayReport) => Promise<unknown>,
  schedule: (run: () => void, ms: number) => void = (run, ms) => void setTimeout(run, ms),
  now: () => number = Date.now,
): PlayReports {
  const waiting: { event: PlayEvent; at: number }[] = [];
  let state: 'idle' | 'sending' | 'backing_off' = 'idle';
  let retryMs = FIRST_RETRY_MS;

  const pump = async (): Promise<void> => {
    state = 'sending';
    for (let first = waiting[0]; first !== undefined; first = waiting[0]) {
      try {
        const agoS = Math.min(MAX_AGE_S, Math.max(0, (now() - first.at) / 1000));
        await send({ ...first.event, agoS });
        retryMs = FIRST_RETRY_MS;
      } catch (error) {
        if (isRetryable(error)) {
          state = 'backing_off';
          schedule(wake, retryMs);
          retryMs = Math.min(retryMs * 2, LAST_RETRY_MS);
          return;
        }
      }
      if (waiting[0] === first) waiting.shift();
    }
    state = 'idle';
  };
  const wake = () => {
    if (state !== 'sending') void pump();
  };

  return {
    add(event) {
      waiting.push({ event, at: now() });
      if (waiting.length > MAX_WAITING) waiting.shift();
      if (state === 'idle') void pump();
    },
    retry: wake,
  };
}

const isRetryable = (error: unknown) =>
  isEnxameError(error) && ['unavailable', 'timeout', 'too_many_requests', 'internal'].includes(error.code);
