/** Milliseconds at which `share` (0 to 1) of the values are reached. @param values at least one */
export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  const value = sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))];
  if (value === undefined) throw new Error('no value to take a quantile of');
  return value;
}

/** Runs `work` on every item, `hands` at a time. @returns how long each took, ms, and all together, s */
export async function measure<T>(
  items: readonly T[],
  hands: number,
  work: (item: T) => Promise<unknown>,
): Promise<{ each: number[]; seconds: number }> {
  const each: number[] = [];
  let next = 0;
  const began = performance.now();
  const hand = async () => {
    for (;;) {
      const at = next++;
      if (at >= items.length) return;
      const start = performance.now();
      await work(items[at] as T);
      each.push(performance.now() - start);
    }
  };
  await Promise.all(Array.from({ length: hands }, hand));
  return { each, seconds: (performance.now() - began) / 1000 };
}
