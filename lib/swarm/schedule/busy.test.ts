import fc from 'fast-check';
import { expect, it } from 'vitest';
import { type Busyness, CALM, judge } from './busy';

/** One sample a second. */
function after(loads: readonly number[], from: Busyness = CALM): Busyness {
  return loads.reduce((state, load, i) => judge(state, load, i * 1000), from);
}
const seconds = (load: number, n: number) => Array<number>(n).fill(load);

it.each<[string, number[], boolean]>([
  ['a calm tab', seconds(0.3, 20), false],
  ['a page that loads', [...seconds(1, 4), ...seconds(0.2, 4)], false],
  ['a tab that stays busy', seconds(0.95, 7), true],
  ['one that is busy now and then', Array.from({ length: 40 }, (_, i) => (i % 3 === 0 ? 0.1 : 1)), false],
  ['one that was busy, and calm for a moment', [...seconds(1, 7), ...seconds(0.1, 5)], true],
  ['one that was busy, and stays calm', [...seconds(1, 7), ...seconds(0.1, 12)], false],
  ['one that was busy and goes on between the bounds', [...seconds(1, 7), ...seconds(0.82, 60)], true],
])('%s', (_, loads, busy) => {
  expect(after(loads).busy).toBe(busy);
});

it('never changes its mind twice within five seconds', () => {
  fc.assert(
    fc.property(fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 300 }), (loads) => {
      let state = CALM;
      let changedAt = Number.NEGATIVE_INFINITY;
      loads.forEach((load, i) => {
        const next = judge(state, load, i * 1000);
        if (next.busy !== state.busy) {
          expect(i * 1000 - changedAt).toBeGreaterThanOrEqual(5000);
          changedAt = i * 1000;
        }
        state = next;
      });
    }),
  );
});
