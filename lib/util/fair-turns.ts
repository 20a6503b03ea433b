import { EnxameError } from '@/lib/contracts/errors';

export interface TurnLimits {
  /** Works that go on at the same time. */
  atATime: number;
  /** Of one holder. */
  perHolder: number;
  /** Works of one holder that wait for their turn. */
  maxWaiting: number;
}

/**
 * Work that ends by itself, of many holders (accounts, say), a few at a time. Who waits is taken in turn: first the holder with least under
 * way, of equals the one that has waited longest since its last turn. So a holder with much work delays itself, and others hardly.
 */
export class FairTurns {
  private readonly limits: TurnLimits;
  private readonly running = new Map<string, number>();
  /** In the order in which the holders are served. */
  private readonly waiting = new Map<string, (() => void)[]>();
  private atWork = 0;

  constructor(limits: TurnLimits) {
    this.limits = limits;
  }

  /** @throws {EnxameError} `too_many_requests` when too much of this holder waits already; what `work` throws */
  async run<T>(holder: string, work: () => Promise<T>): Promise<T> {
    if (this.mayBegin(holder)) this.begin(holder);
    else await this.turn(holder);
    try {
      return await work();
    } finally {
      this.end(holder);
    }
  }

  /** Resolves when this work has been begun by the end of another. */
  private turn(holder: string): Promise<void> {
    const queue = this.waiting.get(holder) ?? [];
    if (queue.length >= this.limits.maxWaiting) {
      throw new EnxameError('too_many_requests', 'Too many requests at the same time.', { retryAfterS: 1 });
    }
    this.waiting.set(holder, queue);
    return new Promise((resolve) => queue.push(resolve));
  }

  private mayBegin(holder: string): boolean {
    return this.atWork < this.limits.atATime && this.underWay(holder) < this.limits.perHolder;
  }

  private underWay(holder: string): number {
    return this.running.get(holder) ?? 0;
  }

  private begin(holder: string): void {
    this.atWork++;
    this.running.set(holder, this.underWay(holder) + 1);
  }

  private end(holder: string): void {
    this.atWork--;
    if (this.underWay(holder) > 1) this.running.set(holder, this.underWay(holder) - 1);
    else this.running.delete(holder);
    for (let next = this.next(); next !== null; next = this.next()) {
      this.begin(next.holder);
      next.resolve();
    }
  }

  private next(): { holder: string; resolve: () => void } | null {
    const able = [...this.waiting.keys()].filter((holder) => this.mayBegin(holder));
    // Sorting keeps the order of equals.
    const [holder] = able.sort((a, b) => this.underWay(a) - this.underWay(b));
    if (holder === undefined) return null;
    const [resolve, ...rest] = this.waiting.get(holder) ?? [];
    this.waiting.delete(holder);
    if (rest.length > 0) this.waiting.set(holder, rest);
    return resolve === undefined ? null : { holder, resolve };
  }
}
