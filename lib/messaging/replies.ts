import { EnxameError } from '@/lib/contracts/errors';
import { type RequestOptions, RPC_TIMEOUT_MS } from './bus';

interface Waiting {
  resolve(text: string): void;
  reject(error: unknown): void;
}

/**
 * Requests that wait for their answer, by correlation id. Each ends exactly once, by answer, timeout, abort or failure, and
 * leaves neither timer nor listener behind.
 */
export class Replies {
  readonly #waiting = new Map<string, Waiting>();

  /** @param send asks, once the wait has begun; a failure of it ends the wait */
  async wait(id: string, name: string, options: RequestOptions, send: () => Promise<void> | void): Promise<string> {
    options.signal?.throwIfAborted();
    const answered = new Promise<string>((resolve, reject) => this.#waiting.set(id, { resolve, reject }));
    const onAbort = () => this.fail(id, options.signal?.reason);
    options.signal?.addEventListener('abort', onAbort, { once: true });
    const timer = setTimeout(
      () => this.fail(id, new EnxameError('timeout', `${name} was not answered in time.`)),
      options.timeoutMs ?? RPC_TIMEOUT_MS,
    );
    // Not awaited: while a broker is slow to take the question, the caller's timeout and abort still count.
    (async () => send())().catch((error) => this.fail(id, error));
    try {
      return await answered;
    } finally {
      clearTimeout(timer);
      options.signal?.removeEventListener('abort', onAbort);
      this.#waiting.delete(id);
    }
  }

  /** An answer that comes too late finds nobody and is dropped. */
  settle(id: string, text: string): void {
    this.#waiting.get(id)?.resolve(text);
  }

  fail(id: string, error: unknown): void {
    this.#waiting.get(id)?.reject(error);
  }

  failAll(error: EnxameError): void {
    for (const waiting of this.#waiting.values()) waiting.reject(error);
  }
}
