/** A map that forgets what was least recently used once it holds `limit` entries. */
export class BoundedMap<K, V> {
  private readonly entries = new Map<K, V>();
  private readonly limit: number;

  constructor(limit: number) {
    this.limit = limit;
  }

  get(key: K): V | undefined {
    const value = this.entries.get(key);
    if (value === undefined) return undefined;
    this.entries.delete(key);
    this.entries.set(key, value);
    return value;
  }

  set(key: K, value: V): void {
    this.entries.delete(key);
    this.entries.set(key, value);
    if (this.entries.size <= this.limit) return;
    for (const oldest of this.entries.keys()) {
      this.entries.delete(oldest);
      return;
    }
  }

  delete(key: K): void {
    this.entries.delete(key);
  }

  /** The least recently used first. Entries may be deleted on the way. */
  all(): IterableIterator<[K, V]> {
    return this.entries.entries();
  }

  get size(): number {
    return this.entries.size;
  }
}

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
