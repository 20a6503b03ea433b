import { describe, expect, it } from 'vitest';
import { fillBudgetAt, fillPace, grownBudget, type Idleness } from './fill-pace';

const idle: Idleness = { cpuLoad: 0.15, metered: false, bufferedS: 20, originSlowdown: 1 };

describe('the pace of filling', () => {
  it.each<[string, Partial<Idleness>, number]>([
    ['an idle line and processor', {}, 12],
    ['a processor that is half used', { cpuLoad: 0.45 }, 6],
    ['a processor that others need too', { cpuLoad: 0.75 }, 3],
    ['a processor of which nothing is known', { cpuLoad: 1 }, 3],
    ['sound that is not safe yet', { bufferedS: 14 }, 3],
    ['an origin that others wait for', { originSlowdown: 2 }, 3],
    ['an origin that is as quick as ever', { originSlowdown: 1.5 }, 12],
    ['a line that costs money', { metered: true }, 3],
  ])('with %s', (_, over, pace) => {
    expect(fillPace({ ...idle, ...over })).toBe(pace);
  });

  it('counts for the time it was chosen for', () => {
    let budget = fillBudgetAt(1000);
    expect(budget.seconds).toBe(30);
    budget = grownBudget(budget, 3, 11_000);
    expect(budget.seconds).toBe(60);
    budget = grownBudget(budget, 12, 12_000);
    expect(budget.seconds).toBe(72);
    // A clock that was set back.
    expect(grownBudget(budget, 12, 5000).seconds).toBe(72);
  });
});
