import { setTimeout as wait } from 'node:timers/promises';
import type { Log } from '@/lib/config/log';

/** An orderly stop takes no longer; container managers kill after 10 s. */
export const STOP_WITHIN_MS = 9_500;

/**
 * What must be closed, in the reverse order of its opening. `isStopping` turns true before anything closes, so that health
 * tells it first.
 */
export class ShutdownManager {
  isStopping = false;
  private readonly closers: { name: string; close: () => Promise<unknown> }[] = [];
  private stopped: Promise<boolean> | null = null;

  constructor(
    private readonly log: Log,
    private readonly withinMs = STOP_WITHIN_MS,
  ) {}

  /** @returns `part`, so that opening and registering is one line */
  add<T>(name: string, part: T, close: (part: T) => Promise<unknown>): T {
    this.closers.push({ name, close: () => close(part) });
    return part;
  }

  /** Closes everything; once, however often it is called. @returns false when the time was over first */
  stop(): Promise<boolean> {
    this.isStopping = true;
    this.stopped ??= Promise.race([this.closeAll(), wait(this.withinMs, false, { ref: false })]);
    return this.stopped;
  }

  private async closeAll(): Promise<boolean> {
    for (let next = this.closers.pop(); next !== undefined; next = this.closers.pop()) {
      this.log.debug(`closing ${next.name}`);
      // One part that fails to close must not keep the database open.
      await next.close().catch((error: unknown) => this.log.error({ error }, `closing ${next?.name} failed`));
    }
    return true;
  }

  /** SIGTERM and SIGINT stop in order and end the process; a second one ends it at once. */
  onSignals(): void {
    const onSignal = (signal: NodeJS.Signals) => {
      if (this.isStopping) endNow();
      this.log.info(`${signal}: stopping`);
      void this.stop().then((inOrder) => {
        if (inOrder) process.exit(0);
        this.log.error('stopping took too long; ending now');
        endNow();
      });
    };
    process.on('SIGTERM', onSignal);
    process.on('SIGINT', onSignal);
  }
}

/** `process.exit` waits for Node's threads, and one of them may wait for a drive that never answers. */
function endNow(): never {
  process.kill(process.pid, 'SIGKILL');
  process.exit(1);
}
