import { AsyncLocalStorage } from 'node:async_hooks';

/** What a press of play waits for, other work of a listener, who waits for it too, or work that nobody waits for, such as an import. */
export type Priority = 'playback' | 'listener' | 'background';

const current = new AsyncLocalStorage<Priority>();

/** Runs `work` as what a press of play waits for: what it asks of the embedded database goes ahead of all else. */
export function forPlayback<T>(work: () => T): T {
  return current.run('playback', work);
}

/** Runs `work` as something that nobody waits for: what it asks of the embedded database stands back behind listeners' questions. */
export function inBackground<T>(work: () => T): T {
  return current.run('background', work);
}

/** Of whatever runs now; a listener's unless it was begun by {@link forPlayback} or {@link inBackground}. */
export function currentPriority(): Priority {
  return current.getStore() ?? 'listener';
}

/** So many jobs may go ahead of one that is less urgent: it must not wait for ever. */
const MAX_AHEAD = 50;

/** Jobs of one priority that wait, in the order of asking. */
interface Line {
  readonly waiting: (() => void)[];
  /** More urgent jobs that went ahead of the first of them. */
  ahead: number;
}

/**
 * Lets one job run at a time, in the order of asking, except that the more urgent go ahead: what a press of play waits for before other
 * questions of listeners, those before background jobs. For a database with one connection, whose own queue knows no priorities.
 */
export class PriorityGate {
  private readonly playback: Line = { waiting: [], ahead: 0 };
  private readonly listener: Line = { waiting: [], ahead: 0 };
  private readonly background: Line = { waiting: [], ahead: 0 };
  /** The most urgent first. */
  private readonly lines = [this.playback, this.listener, this.background];
  private isBusy = false;

  /**
   * @param breathe waited for before each turn of a background job, so that questions that arrived meanwhile are seen first
   */
  constructor(private readonly breathe: () => Promise<void>) {}

  /** Runs `job` when it is its turn. @returns what the job answers @throws what the job throws */
  async run<T>(priority: Priority, job: () => Promise<T>): Promise<T> {
    await new Promise<void>((start) => {
      this[priority].waiting.push(start);
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
    if (this.choose() === this.background) await this.breathe();
    const line = this.choose();
    if (line === undefined) {
      this.isBusy = false;
      return;
    }
    line.ahead = 0;
    for (const other of this.lines.slice(this.lines.indexOf(line) + 1)) if (other.waiting.length > 0) other.ahead++;
    line.waiting.shift()?.();
  }

  /** Whose turn it is: the most urgent, unless enough went ahead of a less urgent one. Undefined: nobody waits. */
  private choose(): Line | undefined {
    const lines = this.lines.filter(({ waiting }) => waiting.length > 0);
    return lines.findLast(({ ahead }) => ahead >= MAX_AHEAD) ?? lines[0];
  }
}
