import type { Clock } from './clock';

/** Listeners are called at most four times a second, and once more after the last change. */
const NOTIFY_EVERY_MS = 250;

/** Tells listeners that something changed, however often it does. */
export class Changes {
  private readonly listeners = new Set<() => void>();
  private due: (() => void) | null = null;

  /** @param goesOn whether something changes by itself (rates that fall) @param onNotify called before the listeners */
  constructor(
    private readonly clock: Clock,
    private readonly goesOn: () => boolean,
    private readonly onNotify: () => void,
  ) {}

  subscribe(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  touch(): void {
    this.due ??= this.clock.after(NOTIFY_EVERY_MS, () => {
      this.due = null;
      this.onNotify();
      for (const listener of this.listeners) listener();
      if (this.goesOn()) this.touch();
    });
  }

  close(): void {
    this.due?.();
    this.due = null;
    this.listeners.clear();
  }
}
