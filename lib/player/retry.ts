/** What is worth trying again, and when. */
import { type ErrorCode, isEnxameError } from '@/lib/contracts/errors';

const FIRST_DELAY_MS = 500;
const LONGEST_DELAY_MS = 15_000;

/** Failures of the network or the server and not of the track: the player keeps trying. */
const TEMPORARY: ReadonlySet<ErrorCode> = new Set(['unavailable', 'timeout', 'too_many_requests', 'internal']);

export function isTemporary(error: unknown): boolean {
  return isEnxameError(error) && TEMPORARY.has(error.code);
}

/** Doubled at each attempt, from half a second to 15 s; what the server asked for, if it did. @param attempt from 0 */
export function retryDelayMs(attempt: number, error: unknown): number {
  const asked = isEnxameError(error) ? error.retryAfterS : undefined;
  return asked === undefined ? Math.min(FIRST_DELAY_MS * 2 ** attempt, LONGEST_DELAY_MS) : asked * 1000;
}

/** Calls `listener` whenever the server is in reach again. @returns unsubscribe */
export type OnServerReturn = (listener: () => void) => () => void;

/** Waits until the time is over, the browser is online or the server in reach again. @throws DOMException AbortError */
export function waitToRetry(delayMs: number, signal: AbortSignal, onServerReturn?: OnServerReturn): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(signal.reason);
    const over = new AbortController();
    const timer = setTimeout(() => end(), delayMs);
    const end = (reason?: unknown) => {
      clearTimeout(timer);
      over.abort();
      if (reason === undefined) resolve();
      else reject(reason);
    };
    globalThis.addEventListener?.('online', () => end(), { signal: over.signal });
    const unsubscribe = onServerReturn?.(() => end());
    over.signal.addEventListener('abort', () => unsubscribe?.());
    signal.addEventListener('abort', () => end(signal.reason), { signal: over.signal });
  });
}
