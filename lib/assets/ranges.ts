import { MAX_RANGE_PAIRS, type Ranges } from '@/lib/contracts/fields';

/**
 * A set of chunk numbers, kept as the half-open pairs that cross the wire. Invariant: `pairs` is ascending, no pair is empty, no two
 * touch; so it has as few pairs as any description of the set could have.
 */
export class ChunkSet implements Iterable<number> {
  /** Flattened: start, end, start, end … */
  private readonly pairs: number[];

  private constructor(pairs: number[]) {
    this.pairs = pairs;
  }

  static empty(): ChunkSet {
    return new ChunkSet([]);
  }

  /** @param pairs parsed by the contract's schema */
  static fromRanges(pairs: Ranges): ChunkSet {
    return new ChunkSet([...pairs]);
  }

  static of(numbers: Iterable<number>): ChunkSet {
    const set = ChunkSet.empty();
    for (const n of numbers) set.add(n);
    return set;
  }

  has(chunk: number): boolean {
    return this.boundariesUpTo(chunk) % 2 === 1;
  }

  /** Adds [start, end); one chunk when `end` is left out. */
  add(start: number, end = start + 1): void {
    this.replace(start, end, true);
  }

  /** Takes out [start, end); one chunk when `end` is left out. */
  remove(start: number, end = start + 1): void {
    this.replace(start, end, false);
  }

  /** How many chunks. */
  get count(): number {
    let sum = 0;
    for (const [start, end] of this.runs()) sum += end - start;
    return sum;
  }

  get isEmpty(): boolean {
    return this.pairs.length === 0;
  }

  /** In a new set. */
  union(other: ChunkSet): ChunkSet {
    const result = this.clone();
    for (const [start, end] of other.runs()) result.add(start, end);
    return result;
  }

  /** What is here and not in `other`, in a new set. */
  difference(other: ChunkSet): ChunkSet {
    const result = this.clone();
    for (const [start, end] of other.runs()) result.remove(start, end);
    return result;
  }

  intersection(other: ChunkSet): ChunkSet {
    return this.difference(this.difference(other));
  }

  equals(other: ChunkSet): boolean {
    return this.pairs.length === other.pairs.length && this.pairs.every((n, i) => n === other.pairs[i]);
  }

  clone(): ChunkSet {
    return new ChunkSet([...this.pairs]);
  }

  /** As it crosses a boundary: where it is more ragged than `maxPairs`, its longest runs (of equal ones the earlier). */
  toRanges(maxPairs = MAX_RANGE_PAIRS): Ranges {
    if (this.pairs.length <= maxPairs * 2) return [...this.pairs];
    return [...this.runs()]
      .sort(([a, b], [c, d]) => d - c - (b - a))
      .slice(0, maxPairs)
      .sort(([a], [b]) => a - b)
      .flat();
  }

  /** Half-open runs, ascending. */
  *runs(): Generator<[start: number, end: number]> {
    for (let i = 0; i < this.pairs.length; i += 2) yield [this.pairs[i] ?? 0, this.pairs[i + 1] ?? 0];
  }

  /** Chunk numbers, ascending. */
  *[Symbol.iterator](): Generator<number> {
    for (const [start, end] of this.runs()) for (let n = start; n < end; n++) yield n;
  }

  /** How many boundaries are at or before `n`: odd means that `n` lies inside a run. */
  private boundariesUpTo(n: number): number {
    let low = 0;
    let high = this.pairs.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.pairs[middle] ?? 0) <= n) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /**
   * Makes [start, end) wholly in or wholly out: every boundary from `start` to `end` goes, and a new one comes at each side where the
   * neighbour differs. Boundaries are whole numbers, so "before start" is "up to start - 1"; a run that ends at `start` is merged.
   */
  private replace(start: number, end: number, present: boolean): void {
    if (!(start < end)) return;
    const from = this.boundariesUpTo(start - 1);
    const to = this.boundariesUpTo(end);
    const insideBefore = from % 2 === 1;
    const insideAfter = to % 2 === 1;
    const boundaries = [...(insideBefore === present ? [] : [start]), ...(insideAfter === present ? [] : [end])];
    this.pairs.splice(from, to - from, ...boundaries);
  }
}
