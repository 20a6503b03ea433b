import { isEnxameError } from '@/lib/contracts/errors';
import type { PlayEvent } from '@/lib/player/api';

/** Plays kept while the server is out of reach; older ones are let go. */
const MAX_WAITING = 100;
const FIRST_RETRY_MS = 2_000;
const LAST_RETRY_MS = 60_000;

export interface PlayReports {
  add(event: PlayEvent): void;
  /** The network is back: try now. */
  retry(): void;
}

/**
 * Hands plays to the history in their order, one at a time. What the server refuses is dropped; what it could not hear is
 * said again later. The server knows a repeat by its `playId`.
 */
export function makePlayReports(
  send: (event: PlayEvent) => Promise<unknown>,
  schedule: (run: () => void, ms: number) => void = (run, ms) => void setTimeout(run, ms),
): PlayReports {
  const waiting: PlayEvent[] = [];
  let state: 'idle' | 'sending' | 'backing_off' = 'idle';
  let retryMs = FIRST_RETRY_MS;

  const pump = async (): Promise<void> => {
    state = 'sending';
    for (let event = waiting[0]; event !== undefined; event = waiting[0]) {
      try {
        await send(event);
        retryMs = FIRST_RETRY_MS;
      } catch (error) {
        if (isRetryable(error)) {
          state = 'backing_off';
          schedule(wake, retryMs);
          retryMs = Math.min(retryMs * 2, LAST_RETRY_MS);
          return;
        }
      }
      if (waiting[0] === event) waiting.shift();
    }
    state = 'idle';
  };
  const wake = () => {
    if (state !== 'sending') void pump();
  };

  return {
    add(event) {
      waiting.push(event);
      if (waiting.length > MAX_WAITING) waiting.shift();
      if (state === 'idle') void pump();
    },
    retry: wake,
  };
}

const isRetryable = (error: unknown) =>
  isEnxameError(error) && ['unavailable', 'timeout', 'too_many_requests', 'internal'].includes(error.code);
