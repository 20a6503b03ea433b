/** Counts bytes, and how many came in the last seconds. Holds a handful of numbers however long it runs. */
export class Meter {
  private readonly buckets: { from: number; bytes: number }[] = [];
  total = 0;

  /** @param now epoch ms */
  add(bytes: number, now: number): void {
    this.total += bytes;
    const last = this.buckets.at(-1);
    if (last !== undefined && now - last.from < BUCKET_MS) last.bytes += bytes;
    else this.buckets.push({ from: now, bytes });
    this.forget(now);
  }

  /** Bytes a second over the last WINDOW_MS. */
  rate(now: number): number {
    this.forget(now);
    return Math.round(this.buckets.reduce((sum, bucket) => sum + bucket.bytes, 0) / (WINDOW_MS / 1000));
  }

  private forget(now: number): void {
    while (this.buckets[0] !== undefined && now - this.buckets[0].from > WINDOW_MS) this.buckets.shift();
  }
}

const WINDOW_MS = 3000;
const BUCKET_MS = 250;

/**
 * What a peer delivers while it is asked, in bytes a second: an exponentially weighted mean over finished chunks. Time in which nothing
 * was asked does not count, so an idle peer does not look slow.
 */
export class RateEstimate {
  private busySince = 0;
  private mean: number | null = null;

  get bps(): number | null {
    return this.mean;
  }

  /** @param askedAt when the chunk was asked for @param now when it was here (both epoch ms) */
  delivered(bytes: number, askedAt: number, now: number): void {
    // Chunks queue behind each other: this one was under way since the one before it ended, or since it was asked for.
    const tookMs = Math.max(MIN_SPAN_MS, now - Math.max(askedAt, this.busySince));
    this.busySince = now;
    this.blend((bytes * 1000) / tookMs);
  }

  /** A request that was given up: as if it had brought only that much. */
  gaveUp(bytes: number, askedAt: number, now: number): void {
    this.blend((bytes * 1000) / Math.max(MIN_SPAN_MS, now - askedAt));
  }

  private blend(sample: number): void {
    this.mean = this.mean === null ? sample : this.mean * (1 - WEIGHT) + sample * WEIGHT;
  }
}

/** Weight of the newest chunk; about the last six count. As hls.js's fast estimate. */
const WEIGHT = 0.3;
/** Clocks of browsers are this coarse. */
const MIN_SPAN_MS = 2;
