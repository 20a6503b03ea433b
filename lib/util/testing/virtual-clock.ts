import type { Clock } from '@/lib/util/clock';
import { HandClock } from './hand-clock';

/** Turns of the event loop without work after which this process counts as idle: a promise chain, a stream or IndexedDB's stand-in needs several a step. */
const IDLE_TURNS = 16;
/** Web Crypto works in other threads, where no turn of the event loop shows it. */
const CRYPTO_WORK = [
  'decrypt',
  'digest',
  'encrypt',
  'exportKey',
  'generateKey',
  'importKey',
  'sign',
  'verify',
] as const;

/**
 * Time that jumps to the next timer whenever this process has nothing left to do, and stands still while it computes. What a test sees is
 * the same on any machine, however slow or busy: deadlines, rates and orders are those of the simulated network alone.
 * Only for parts whose time and input come from this process; one at a time, because it counts the work of Web Crypto.
 */
export class VirtualClock implements Clock {
  private readonly hand = new HandClock();
  private cryptoWork = 0;
  private running = true;
  private readonly stopped: Promise<void>;

  constructor() {
    this.countCryptoWork();
    this.stopped = this.run();
  }

  now = (): number => this.hand.now();

  after(ms: number, fn: () => void): () => void {
    return this.hand.after(ms, fn);
  }

  wait(ms: number): Promise<void> {
    return new Promise((resolve) => this.hand.after(ms, () => resolve()));
  }

  /** Waits until `holds`. @throws after `withinS` virtual seconds, naming `what` */
  async until(what: string | (() => string), holds: () => boolean, withinS = 120): Promise<void> {
    const deadline = this.now() + withinS * 1000;
    while (!holds()) {
      if (this.now() > deadline)
        throw new Error(`not within ${withinS} s: ${typeof what === 'string' ? what : what()}`);
      await this.wait(5);
    }
  }

  async close(): Promise<void> {
    this.running = false;
    await this.stopped;
    for (const name of CRYPTO_WORK) Reflect.deleteProperty(crypto.subtle, name);
  }

  private async run(): Promise<void> {
    while (this.running) {
      await this.idle();
      this.hand.passToNext();
    }
  }

  private async idle(): Promise<void> {
    for (let turns = 0; turns < IDLE_TURNS; turns++) {
      await new Promise((resolve) => setImmediate(resolve));
      if (this.cryptoWork > 0) turns = 0;
    }
  }

  private countCryptoWork(): void {
    for (const name of CRYPTO_WORK) {
      const original = crypto.subtle[name] as (...args: unknown[]) => Promise<unknown>;
      const counted = async (...args: unknown[]) => {
        this.cryptoWork++;
        try {
          return await original.apply(crypto.subtle, args);
        } finally {
          this.cryptoWork--;
        }
      };
      Object.defineProperty(crypto.subtle, name, { value: counted, configurable: true });
    }
  }
}
