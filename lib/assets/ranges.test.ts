import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ranges } from '@/lib/contracts/fields';
import { ChunkSet } from './ranges';

const operation = fc.record({ add: fc.boolean(), start: fc.nat(40), length: fc.nat(9) });

describe('ChunkSet', () => {
  it('does what a plain set of numbers does, in the fewest pairs', () => {
    fc.assert(
      fc.property(fc.array(operation, { maxLength: 30 }), (operations) => {
        const model = new Set<number>();
        const set = ChunkSet.empty();
        for (const { add, start, length } of operations) {
          if (add) set.add(start, start + length);
          else set.remove(start, start + length);
          for (let n = start; n < start + length; n++) {
            if (add) model.add(n);
            else model.delete(n);
          }
        }
        expect([...set]).toEqual([...model].sort((a, b) => a - b));
        expect(set.count).toBe(model.size);
        expect(set.isEmpty).toBe(model.size === 0);
        for (let n = 0; n <= 50; n++) expect(set.has(n)).toBe(model.has(n));
        expect(ranges.safeParse(set.toRanges()).success).toBe(true);
        expect(ChunkSet.of(model).equals(set)).toBe(true);
      }),
    );
  });

  it('unites, subtracts and intersects without changing its operands', () => {
    const numbers = fc.array(fc.nat(30), { maxLength: 20 });
    fc.assert(
      fc.property(numbers, numbers, (left, right) => {
        const [a, b] = [ChunkSet.of(left), ChunkSet.of(right)];
        const sorted = (values: Iterable<number>) => [...new Set(values)].sort((x, y) => x - y);
        expect([...a.union(b)]).toEqual(sorted([...left, ...right]));
        expect([...a.difference(b)]).toEqual(sorted(left.filter((n) => !right.includes(n))));
        expect([...a.intersection(b)]).toEqual(sorted(left.filter((n) => right.includes(n))));
        expect([...a]).toEqual(sorted(left));
      }),
    );
  });

  it('merges runs that touch', () => {
    const set = ChunkSet.fromRanges([0, 3, 7, 9]);
    set.add(3, 7);
    expect(set.toRanges()).toEqual([0, 9]);
    set.remove(4);
    expect(set.toRanges()).toEqual([0, 4, 5, 9]);
  });

  it('ignores empty and backward ranges', () => {
    const set = ChunkSet.fromRanges([2, 4]);
    set.add(9, 9);
    set.add(9, 1);
    set.remove(3, 3);
    expect(set.toRanges()).toEqual([2, 4]);
  });

  it('trims a ragged set to its longest runs, in order', () => {
    const set = ChunkSet.fromRanges([0, 1, 2, 6, 8, 9, 10, 13]);
    expect(set.toRanges(2)).toEqual([2, 6, 10, 13]);
    expect(set.toRanges(3)).toEqual([0, 1, 2, 6, 10, 13]);
    const ragged = ChunkSet.of(Array.from({ length: 1000 }, (_, i) => i * 2));
    expect(ranges.safeParse(ragged.toRanges()).success).toBe(true);
  });
});
