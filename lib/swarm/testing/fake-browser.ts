/** For tests: the Web Locks and channels of one browser, and pages of it that can be closed, frozen and woken. */
import type { OpenChannel, TabChannel } from '../tabs/channel';

interface Entry {
  page: FakePage;
  grant: () => void;
  steal: () => void;
}

type Granted = (lock: Lock | null) => unknown;

export class FakeBrowser {
  readonly held = new Map<string, Entry>();
  readonly waiting = new Map<string, Entry[]>();
  readonly channels = new Map<string, Set<FakeChannel>>();

  page(): FakePage {
    return new FakePage(this);
  }

  /** Of a page that is gone: its locks go to the next in line. */
  release(page: FakePage): void {
    for (const [name, line] of this.waiting) {
      this.waiting.set(
        name,
        line.filter((entry) => entry.page !== page),
      );
    }
    for (const [name, entry] of this.held) if (entry.page === page) this.next(name);
  }

  next(name: string): void {
    const next = this.waiting.get(name)?.shift();
    this.held.delete(name);
    next?.grant();
  }
}

export class FakePage {
  private readonly frozen: (() => void)[] = [];
  private state: 'alive' | 'frozen' | 'gone' = 'alive';
  readonly locks: Pick<LockManager, 'request'>;

  constructor(private readonly browser: FakeBrowser) {
    this.locks = { request: ((...args: [string, LockOptions, Granted]) => this.request(...args)) as never };
  }

  readonly channel: OpenChannel = (name) => {
    const all = this.browser.channels.get(name) ?? new Set();
    this.browser.channels.set(name, all);
    const channel = new FakeChannel(this, all);
    all.add(channel);
    return channel;
  };

  get isGone(): boolean {
    return this.state === 'gone';
  }

  /** Its scripts run later, as soon as nothing else does; while it is frozen not at all. */
  run(script: () => void): void {
    if (this.state === 'frozen') this.frozen.push(script);
    else if (this.state === 'alive') {
      queueMicrotask(() => (this.state === 'alive' ? script() : this.run(script)));
    }
  }

  freeze(): void {
    if (this.state === 'alive') this.state = 'frozen';
  }

  wake(): void {
    if (this.state !== 'frozen') return;
    this.state = 'alive';
    for (const script of this.frozen.splice(0)) this.run(script);
  }

  /** The tab is closed, or crashed. */
  kill(): void {
    this.state = 'gone';
    this.browser.release(this);
    for (const all of this.browser.channels.values()) {
      for (const channel of all) if (channel.page === this) all.delete(channel);
    }
  }

  private request(name: string, options: LockOptions, callback: Granted): Promise<unknown> {
    const { held, waiting } = this.browser;
    return new Promise((resolve, reject) => {
      const settle = (how: () => void) => this.run(how);
      const entry: Entry = {
        page: this,
        grant: () => {
          held.set(name, entry);
          const done = () => {
            if (held.get(name) === entry) this.browser.next(name);
          };
          this.run(() => {
            new Promise((result) => result(callback({ name, mode: 'exclusive' })))
              .finally(done)
              .then((value) => settle(() => resolve(value)), reject);
          });
        },
        steal: () => settle(() => reject(new DOMException('the lock was stolen', 'AbortError'))),
      };
      const { signal } = options;
      if (signal?.aborted) return reject(signal.reason);
      const before = held.get(name);
      if (options.steal) {
        entry.grant();
        before?.steal();
      } else if (before === undefined) entry.grant();
      else if (options.ifAvailable) settle(() => resolve(callback(null)));
      else {
        waiting.set(name, [...(waiting.get(name) ?? []), entry]);
        signal?.addEventListener('abort', () => {
          const line = waiting.get(name) ?? [];
          if (!line.includes(entry)) return;
          waiting.set(
            name,
            line.filter((other) => other !== entry),
          );
          reject(signal.reason);
        });
      }
    });
  }
}

class FakeChannel implements TabChannel {
  private handler: (message: unknown) => void = () => {};

  constructor(
    readonly page: FakePage,
    private readonly all: Set<FakeChannel>,
  ) {}

  post(message: unknown): void {
    if (!this.all.has(this)) return;
    for (const other of this.all) {
      const copy: unknown = structuredClone(message);
      if (other !== this) other.page.run(() => other.all.has(other) && other.handler(copy));
    }
  }

  onMessage(handler: (message: unknown) => void): void {
    this.handler = handler;
  }

  close(): void {
    this.all.delete(this);
  }
}
