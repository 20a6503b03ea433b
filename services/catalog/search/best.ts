/** So many are kept in order while all are looked at; for more all are sorted. */
const FEW = 400;

/** The best of many, in order. */
export class Best<T> {
  private kept: T[] = [];

  /** @param count how many are wanted */
  constructor(
    private readonly count: number,
    private readonly compare: (a: T, b: T) => number,
  ) {}

  /** The last of those kept; undefined: whatever comes is kept. */
  get worst(): T | undefined {
    return this.count > FEW || this.kept.length < this.count ? undefined : this.kept.at(-1);
  }

  add(found: T): void {
    const { kept, count, compare } = this;
    if (count > FEW || kept.length < count) {
      kept.push(found);
      if (count <= FEW && kept.length === count) kept.sort(compare);
      return;
    }
    const last = kept.at(-1);
    if (last === undefined || compare(found, last) >= 0) return;
    kept.pop();
    let [from, to] = [0, kept.length];
    while (from < to) {
      const middle = (from + to) >> 1;
      if (compare(kept[middle] as T, found) < 0) from = middle + 1;
      else to = middle;
    }
    kept.splice(from, 0, found);
  }

  all(): T[] {
    return this.kept.sort(this.compare).slice(0, this.count);
  }
}
