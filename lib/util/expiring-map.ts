/**
 * What is remembered for a while and never without bound. Every entry lives equally long, by the clock it was set by.
 */
export class ExpiringMap<V> {
  private readonly entries = new Map<string, { value: V; until: number }>();
  private readonly max: number;
  private readonly lifeMs: number;

  /** @param max entries at most */
  constructor(max: number, lifeMs: number) {
    this.max = max;
    this.lifeMs = lifeMs;
  }

  get size(): number {
    return this.entries.size;
  }

  /** @param now epoch ms */
  get(key: string, now: number): V | undefined {
    const entry = this.entries.get(key);
    return entry !== undefined && entry.until > now ? entry.value : undefined;
  }

  isFull(now: number): boolean {
    if (this.entries.size >= this.max) this.purgeOldest(now);
    return this.entries.size >= this.max;
  }

  /** Where there is no room, the oldest is forgotten. */
  set(key: string, value: V, now: number): void {
    this.entries.delete(key);
    if (this.isFull(now)) {
      const oldest = this.entries.keys().next();
      if (oldest.done !== true) this.entries.delete(oldest.value);
    }
    this.entries.set(key, { value, until: now + this.lifeMs });
  }

  delete(key: string): void {
    this.entries.delete(key);
  }

  /** Lets go of all that is over. Looks at every entry: once the clock was set back, the oldest is not the first to expire. */
  purge(now: number): void {
    for (const [key, entry] of this.entries) if (entry.until <= now) this.entries.delete(key);
  }

  /** Costs only what is let go. */
  private purgeOldest(now: number): void {
    for (const [key, entry] of this.entries) {
      if (entry.until > now) return;
      this.entries.delete(key);
    }
  }
}
