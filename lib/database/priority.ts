import { AsyncLocalStorage } from 'node:async_hooks';

/** Work of a listener, who waits for it, or work that nobody waits for, such as an import. */
export type Priority = 'listener' | 'background';

const current = new AsyncLocalStorage<Priority>();

/** Runs `work` as something that nobody waits for: what it asks of the embedded database stands back behind listeners' questions. */
export function inBackground<T>(work: () => T): T {
  return current.run('background', work);
}

/** Of whatever runs now; a listener's unless it was begun by {@link inBackground}. */
export function currentPriority(): Priority {
  return current.getStore() ?? 'listener';
}

/** So many questions of listeners may go ahead of one background job: it must not wait for ever. */
const MAX_AHEAD = 50;

interface Waiting {
  start: () => void;
}

/**
 * Lets one job run at a time, in the order of asking, except that listeners' jobs go ahead of background jobs that wait.
 * For a database with one connection, whose own queue knows no priorities.
 */
export class PriorityGate {
  private readonly waiting: Record<Priority, Waiting[]> = { listener: [], background: [] };
  private isBusy = false;
  /** Listeners' jobs that went ahead of the first background job that waits. */
  private ahead = 0;

  /**
   * @param breathe waited for before each turn of a background job, so that questions that arrived meanwhile are seen first
   */
  constructor(private readonly breathe: () => Promise<void>) {}

  /** Runs `job` when it is its turn. @returns what the job answers @throws what the job throws */
  async run<T>(priority: Priority, job: () => Promise<T>): Promise<T> {
    await new Promise<void>((start) => {
      this.waiting[priority].push({ start });
      if (!this.isBusy) void this.next();
    });
    try {
      return await job();
    } finally {
      this.isBusy = false;
      void this.next();
    }
  }

  private async next(): Promise<void> {
    this.isBusy = true;
    const { listener, background } = this.waiting;
    const isBackgroundNext = () => background.length > 0 && (listener.length === 0 || this.ahead >= MAX_AHEAD);
    if (isBackgroundNext()) await this.breathe();
    if (isBackgroundNext()) {
      this.ahead = 0;
      background.shift()?.start();
    } else if (listener.length > 0) {
      if (background.length > 0) this.ahead++;
      listener.shift()?.start();
    } else this.isBusy = false;
  }
}
