import { describe, expect, it } from 'vitest';
import type { Row } from '../benchmark';
import { verdictLines, verdictsOf } from './goals';

const row = (system: string, scenario: string, metric: string, value: number): Row => ({
  ...{ system, scenario, metric, value, unit: '', n: 3 },
});
const P50 = 'start p50 ms';

/** The verdict about Enxame's time, where plain HTTP took a second. */
function verdictAt(ms: number, scenario: string, listeners: number, delayMs: number): string | undefined {
  const rows = [row('enxame', scenario, P50, ms), row('http', scenario, P50, 1000)];
  const ofHttp = verdictsOf(rows, { listeners, delayMs }).filter(
    ({ limit }) => 'ofSystem' in limit && limit.ofSystem === 'http',
  );
  expect(ofHttp).toHaveLength(1);
  return ofHttp[0]?.verdict;
}

describe('the goals of a run', () => {
  it.each([
    ['stagger', 3, 20, 300],
    ['flash', 3, 20, 200],
    ['jump', 3, 20, 500],
    ['aimed', 3, 20, 300],
    ['stagger', 3, 0, 300],
    ['jump', 3, 0, 1000],
    ['stagger', 8, 0, 600],
    ['flash', 8, 0, 600],
    ['jump', 8, 20, 600],
    ['aimed', 8, 0, 300],
  ])(
    '%s with %i listeners and %i ms: within %i ms where plain HTTP takes 1000',
    (scenario, listeners, delayMs, most) => {
      expect(verdictAt(most, scenario, listeners, delayMs)).toBe('met');
      expect(verdictAt(most + 1, scenario, listeners, delayMs)).toBe('missed');
    },
  );

  it('counts the slowest tenth where many begin at once', () => {
    const rows = ['enxame', 'http'].map((system) => row(system, 'flash', 'start p90 ms', 100));
    expect(verdictsOf(rows, { listeners: 8, delayMs: 0 })).toMatchObject([{ limitValue: 60, verdict: 'missed' }]);
    expect(verdictsOf(rows, { listeners: 3, delayMs: 0 })).toEqual([]);
  });

  it('allows no stall to few listeners, and to many only those that plain HTTP has', () => {
    const rows = ['enxame', 'http'].map((system) => row(system, 'warm', 'stalls', 2));
    expect(verdictsOf(rows, { listeners: 3, delayMs: 0 })).toMatchObject([{ verdict: 'missed' }]);
    expect(verdictsOf(rows, { listeners: 8, delayMs: 0 })).toMatchObject([{ verdict: 'met' }]);
  });

  it('gives no verdict where the system to compare with did not play, and none about the others', () => {
    const rows = [
      ...[row('enxame', 'stagger', P50, 10), row('enxame', 'stagger', 'copies', 1.1)],
      row('p2p-media-loader', 'jump', P50, 99),
    ];
    expect(verdictLines(verdictsOf(rows, { listeners: 3, delayMs: 20 }))).toEqual([
      'stagger, start p50 ms: 10, goal at most 0.3 × http, which did not play: no verdict',
      'stagger, copies: 1.1, goal at most 1.1: met',
    ]);
  });

  it('has a jump beat P2P Media Loader as well, and says by how much a goal is missed', () => {
    const rows = [
      row('enxame', 'jump', P50, 60),
      row('http', 'jump', P50, 150),
      row('p2p-media-loader', 'jump', P50, 50),
    ];
    expect(verdictLines(verdictsOf(rows, { listeners: 3, delayMs: 20 }))).toEqual([
      'jump, start p50 ms: 60, goal at most 0.5 × http (75): met',
      'jump, start p50 ms: 60, goal at most 1 × p2p-media-loader (50): missed',
    ]);
  });
});
