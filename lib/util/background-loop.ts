import type { Clock } from './clock';
import { steadyClock } from './clock';

export interface BackgroundLoopOptions {
  /** Does all the work there is now. It may look at `loop.isClosed` to end early. */
  pass: () => Promise<void>;
  /** Time between passes when nobody wakes the loop (ms): for work that a crash, or another process, left behind. */
  everyMs: number;
  /** Wait after a pass that failed (ms), even when the loop is woken meanwhile. */
  retryMs: number;
  /** Called once an outage: for the first failure after a pass that succeeded. */
  onFailure: (error: unknown) => void;
  clock?: Clock;
}

/** Sleeps until it is woken or a pass is due, runs one pass at a time, and waits after a failure. The first pass needs a {@link wake}. */
export class BackgroundLoop {
  private readonly clock: Clock;
  private running: Promise<void> = Promise.resolve();
  private cancelTimer: () => void = () => undefined;
  private state: 'idle' | 'running' | 'backing_off' = 'idle';
  private closed = false;
  private isFailing = false;
  /** Woken during a pass, which may have looked too early. */
  private again = false;

  constructor(private readonly options: BackgroundLoopOptions) {
    this.clock = options.clock ?? steadyClock;
  }

  get isClosed(): boolean {
    return this.closed;
  }

  /** There is work: a pass begins now, or after the one that runs. */
  wake(): void {
    if (this.state === 'running') this.again = true;
    else if (this.state === 'idle' && !this.closed) this.start();
  }

  /** No pass begins any more. @returns when the one that runs has ended */
  async close(): Promise<void> {
    this.closed = true;
    this.cancelTimer();
    await this.running;
  }

  private start(): void {
    this.cancelTimer();
    this.state = 'running';
    this.running = this.run();
  }

  private async run(): Promise<void> {
    let waitMs = this.options.everyMs;
    try {
      do {
        this.again = false;
        await this.options.pass();
      } while (this.again && !this.closed);
      this.isFailing = false;
    } catch (error) {
      if (!this.isFailing && !this.closed) this.options.onFailure(error);
      this.isFailing = true;
      waitMs = this.options.retryMs;
    }
    this.state = this.isFailing ? 'backing_off' : 'idle';
    if (this.closed) return;
    this.cancelTimer = this.clock.after(waitMs, () => this.start());
  }
}
