import type { Clock } from './clock';

/** The promise, or the signal's reason as soon as it aborts. Leaves no listener behind. */
export function orAborted<T>(promise: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return promise;
  return new Promise((resolve, reject) => {
    const stop = () => reject(signal.reason);
    // Listened to in any case: a failure that comes after the abort is nobody's, and not an unhandled one.
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', stop));
    if (signal.aborted) return stop();
    signal.addEventListener('abort', stop, { once: true });
  });
}

/** The promise, or a rejection with `reason()` after `ms`. */
export function orTimeout<T>(promise: Promise<T>, ms: number, clock: Clock, reason: () => unknown): Promise<T> {
  return new Promise((resolve, reject) => {
    const cancel = clock.after(ms, () => reject(reason()));
    promise.then(resolve, reject).finally(cancel);
  });
}

/**
 * A signal for one request: aborts with `signal`, or after `ms` with a TimeoutError. The timeout is listened to, for the garbage collector of
 * Node 20 takes one that nothing but AbortSignal.any knows, and the request then never ends.
 */
export function within(ms: number, signal?: AbortSignal): AbortSignal {
  const timeout = AbortSignal.timeout(ms);
  timeout.addEventListener('abort', () => {}, { once: true });
  return signal === undefined ? timeout : AbortSignal.any([signal, timeout]);
}
