import { EnxameError, isEnxameError } from '@/lib/contracts/errors';
import { orTimeout } from './abort';
import { BoundedMap } from './bounded-map';
import type { Clock } from './clock';

/** A source that answers is asked for no longer than this (ms) before an older answer is given; it may still come and is then kept. */
const PATIENCE_MS = 1_000;
/** A source that was away is left alone for so long (ms): meanwhile older answers are given at once. */
const ASK_AGAIN_MS = 1_000;

export interface StaleCacheOptions {
  /** Answers kept; the one used longest ago goes first. */
  max: number;
  /** An answer is given without asking for so long (ms). 0: the source is asked each time. */
  lifeMs: number;
  /** While the source is away an answer is given until it is so old (ms). */
  staleMs: number;
  clock: Clock;
  /** The source was away, whether or not there was an older answer to give. */
  onAway?: (error: unknown) => void;
}

interface Entry<V> {
  /** Null until the first answer. */
  kept: { value: V; at: number } | null;
  asking: Promise<V> | null;
  /** When the source was last found away. */
  awayAt: number;
}

/**
 * Remembers what a source answered, and goes on with it for a while when the source is away (codes `unavailable`, `timeout`). Any other
 * refusal counts at once and ends what is remembered, as does {@link forget}: what is known to be revoked is never given.
 */
export class StaleCache<V> {
  private readonly entries: BoundedMap<string, Entry<V>>;
  private readonly options: StaleCacheOptions;

  constructor(options: StaleCacheOptions) {
    this.options = options;
    this.entries = new BoundedMap(options.max);
  }

  /** @throws what `load` throws, unless the source is away and an answer is not too old */
  async get(key: string, load: () => Promise<V>): Promise<V> {
    const { clock, lifeMs, staleMs } = this.options;
    const entry = this.entries.get(key) ?? { kept: null, asking: null, awayAt: Number.NEGATIVE_INFINITY };
    const ageMs = entry.kept === null ? Number.POSITIVE_INFINITY : clock.now() - entry.kept.at;
    if (entry.kept !== null && ageMs < lifeMs) return entry.kept.value;
    const stale = entry.kept !== null && ageMs < staleMs ? entry.kept : null;
    if (stale !== null && clock.now() - entry.awayAt < ASK_AGAIN_MS) return stale.value;

    const asking = this.ask(key, entry, load);
    if (stale === null) return await asking;
    try {
      return await orTimeout(asking, PATIENCE_MS, clock, () => new EnxameError('timeout', 'The answer is late.'));
    } catch (error) {
      if (!isAway(error)) throw error;
      return stale.value;
    }
  }

  /** The answer is known without asking. */
  set(key: string, value: V): void {
    const kept = { value, at: this.options.clock.now() };
    this.entries.set(key, { kept, asking: null, awayAt: Number.NEGATIVE_INFINITY });
  }

  /** What is remembered no longer counts, nor does an answer that is on its way. */
  forget(key: string): void {
    this.entries.delete(key);
  }

  /** The same, for every answer that `concerns` says so of. */
  forgetWhere(concerns: (value: V) => boolean): void {
    for (const [key, { kept }] of this.entries.all()) {
      // Nobody knows yet what an answer on its way will be.
      if (kept === null || concerns(kept.value)) this.entries.delete(key);
    }
  }

  /** One question at a time for each key. */
  private ask(key: string, entry: Entry<V>, load: () => Promise<V>): Promise<V> {
    if (entry.asking !== null) return entry.asking;
    this.entries.set(key, entry);
    const asking = this.load(key, entry, load).finally(() => {
      entry.asking = null;
    });
    // Whoever waited may have gone on with an older answer.
    asking.catch(() => undefined);
    entry.asking = asking;
    return asking;
  }

  private async load(key: string, entry: Entry<V>, load: () => Promise<V>): Promise<V> {
    const { clock, onAway } = this.options;
    // As old as its question: what changed while it was answered may not be in it.
    const at = clock.now();
    try {
      const value = await load();
      entry.kept = { value, at };
      entry.awayAt = Number.NEGATIVE_INFINITY;
      return value;
    } catch (error) {
      if (isAway(error)) {
        entry.awayAt = clock.now();
        onAway?.(error);
      }
      if ((!isAway(error) || entry.kept === null) && this.entries.get(key) === entry) this.entries.delete(key);
      throw error;
    }
  }
}

function isAway(error: unknown): boolean {
  return isEnxameError(error) && (error.code === 'unavailable' || error.code === 'timeout');
}
