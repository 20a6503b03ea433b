import type { Clock } from '../clock';

/** For tests: time that passes when a test says so. */
export class HandClock implements Clock {
  private at = 1_000_000;
  private timers: { at: number; fn: () => void }[] = [];

  now = () => this.at;

  after(ms: number, fn: () => void): () => void {
    const timer = { at: this.at + ms, fn };
    this.timers.push(timer);
    return () => {
      this.timers = this.timers.filter((other) => other !== timer);
    };
  }

  /** Runs what falls due on the way, in order. */
  pass(ms: number): void {
    const end = this.at + ms;
    for (;;) {
      const [next] = this.timers.filter(({ at }) => at <= end).sort((a, b) => a.at - b.at);
      if (next === undefined) break;
      this.timers = this.timers.filter((other) => other !== next);
      this.at = Math.max(this.at, next.at);
      next.fn();
    }
    this.at = end;
  }

  /** To the time of the next timer, if there is one. */
  passToNext(): void {
    if (this.timers.length === 0) return;
    this.pass(Math.max(0, Math.min(...this.timers.map(({ at }) => at)) - this.at));
  }
}
