/** Reads that wait for chunks of one version, in the order in which they began. */

/** Stands for one read; an identity and no more. */
export type ReadToken = object;

interface Waiter {
  token: ReadToken;
  resolve: (sealed: Uint8Array<ArrayBuffer>) => void;
  reject: (reason: unknown) => void;
}

export class WaitingReads {
  private readonly waiting = new Map<number, Set<Waiter>>();

  get isEmpty(): boolean {
    return this.waiting.size === 0;
  }

  /** Chunks that some read waits for. */
  chunks(): number[] {
    return [...this.waiting.keys()];
  }

  has(chunk: number): boolean {
    return this.waiting.has(chunk);
  }

  /** @throws what `cancel` or `rejectAll` was called with */
  wait(chunk: number, token: ReadToken): Promise<Uint8Array<ArrayBuffer>> {
    return new Promise((resolve, reject) => {
      const waiters = this.waiting.get(chunk) ?? new Set();
      this.waiting.set(chunk, waiters.add({ token, resolve, reject }));
    });
  }

  /** The chunk is here. */
  resolve(chunk: number, sealed: Uint8Array<ArrayBuffer>): void {
    for (const waiter of this.waiting.get(chunk) ?? []) waiter.resolve(sealed);
    this.waiting.delete(chunk);
  }

  /** This read waits no more. */
  cancel(token: ReadToken, reason: unknown): void {
    for (const [chunk, waiters] of this.waiting) {
      for (const waiter of waiters) {
        if (waiter.token !== token) continue;
        waiters.delete(waiter);
        waiter.reject(reason);
      }
      if (waiters.size === 0) this.waiting.delete(chunk);
    }
  }

  rejectAll(reason: unknown): void {
    for (const waiters of this.waiting.values()) for (const waiter of waiters) waiter.reject(reason);
    this.waiting.clear();
  }
}
