import { BoundedMap } from '@/lib/util/bounded-map';

interface State {
  key: string;
  size: number;
  mtimeMs: number;
}

/** A file that did not change for so long (ms) is written no longer. */
export const REST_MS = 2_000;
/** Files remembered; those written longest ago go first, and are then waited for anew. */
const MAX_REMEMBERED = 10_000;

/**
 * Tells files that are still being written from those at rest: whoever copies a file would else find half of it read. One that says that it was
 * changed long ago is at rest; one that was changed just now, or by its own account will be, once it was seen twice as it is.
 */
export class AtRest {
  private readonly seen = new BoundedMap<string, State & { at: number }>(MAX_REMEMBERED);

  /** @param now epoch ms */
  constructor(private readonly now: () => number) {}

  /** Asked whenever the file is met. */
  isAtRest({ key, size, mtimeMs }: State): boolean {
    const now = this.now();
    if (mtimeMs <= now - REST_MS) return true;
    const before = this.seen.get(key);
    if (before?.size === size && before.mtimeMs === mtimeMs) return now - before.at >= REST_MS;
    this.seen.set(key, { key, size, mtimeMs, at: now });
    return false;
  }
}
