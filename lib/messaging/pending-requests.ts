import { EnxameError, isEnxameError } from '@/lib/contracts/errors';
import { type RequestOptions, RPC_TIMEOUT_MS } from './bus';
import { rpcAsked, rpcInFlight } from './metrics';

interface Waiting {
  resolve(text: string): void;
  reject(error: unknown): void;
}

/**
 * Questions to one service that may wait for an answer at once. A service answers a hundred a second or more, so that the last of
 * these is still answered in time; more would only time out, after having cost as much.
 */
export const MAX_IN_FLIGHT = 256;
const COME_AGAIN_S = 1;

/**
 * Requests that wait for their answer, by correlation id. Each ends exactly once, by answer, timeout, abort or failure, and
 * leaves neither timer nor listener behind.
 */
export class PendingRequests {
  private readonly waiting = new Map<string, Waiting>();
  private readonly inFlight = new Map<string, number>();

  /**
   * @param send asks, once the wait has begun; a failure of it ends the wait
   * @throws {EnxameError} `unavailable` when too many wait already
   */
  async wait(id: string, name: string, options: RequestOptions, send: () => Promise<void> | void): Promise<string> {
    options.signal?.throwIfAborted();
    const [service = ''] = name.split('.');
    const others = this.inFlight.get(service) ?? 0;
    if (others >= MAX_IN_FLIGHT) {
      throw new EnxameError('unavailable', `The ${service} service has too many pending requests.`, {
        retryAfterS: COME_AGAIN_S,
      });
    }
    this.count(service, others + 1);
    const endTimer = rpcAsked.startTimer({ name });
    let outcome = 'failed';
    const answered = new Promise<string>((resolve, reject) => this.waiting.set(id, { resolve, reject }));
    const onAbort = () => this.fail(id, options.signal?.reason);
    options.signal?.addEventListener('abort', onAbort, { once: true });
    const timer = setTimeout(
      () => this.fail(id, new EnxameError('timeout', `${name} timed out.`)),
      options.timeoutMs ?? RPC_TIMEOUT_MS,
    );
    // Not awaited: while a broker is slow to take the question, the caller's timeout and abort still count.
    (async () => send())().catch((error) => this.fail(id, error));
    try {
      const text = await answered;
      outcome = 'answered';
      return text;
    } catch (error) {
      if (isEnxameError(error)) outcome = error.code;
      throw error;
    } finally {
      endTimer({ outcome });
      this.count(service, (this.inFlight.get(service) ?? 1) - 1);
      clearTimeout(timer);
      options.signal?.removeEventListener('abort', onAbort);
      this.waiting.delete(id);
    }
  }

  private count(service: string, inFlight: number): void {
    this.inFlight.set(service, inFlight);
    rpcInFlight.set({ service }, inFlight);
  }

  /** An answer that comes too late finds nobody and is dropped. */
  settle(id: string, text: string): void {
    this.waiting.get(id)?.resolve(text);
  }

  fail(id: string, error: unknown): void {
    this.waiting.get(id)?.reject(error);
  }

  failAll(error: EnxameError): void {
    for (const waiting of this.waiting.values()) waiting.reject(error);
  }
}
