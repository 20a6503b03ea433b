/** How quick the origin is, as the requests of all downloads show. */
export class OriginPace {
  /** Seconds until the first chunk of a request was there, the last time; null before the first. */
  chunkS: number | null = null;
  private bestS = Number.POSITIVE_INFINITY;

  /** @param seconds until the first chunk of a request was there */
  took(seconds: number): void {
    this.chunkS = seconds;
    this.bestS = Math.min(this.bestS, Math.max(0.001, seconds));
  }

  /** How many times as long as at its best it last took; 1 where that is not known. */
  get slowdown(): number {
    return this.chunkS === null ? 1 : Math.max(1, this.chunkS / this.bestS);
  }
}
