import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ListenedTime } from './listened';

type Step = ['reached' | 'jumped', number];
function heard(...steps: Step[]): number {
  const time = new ListenedTime();
  for (const [what, positionS] of steps) time[what](positionS);
  return time.heardS;
}

describe('time heard', () => {
  it.each<[string, Step[], number]>([
    ['nothing', [], 0],
    ['a beginning in the middle', [['reached', 50]], 0],
    [
      'straight through',
      [
        ['reached', 0],
        ['reached', 1],
        ['reached', 60],
      ],
      60,
    ],
    [
      'a pause: the position stands',
      [
        ['reached', 0],
        ['reached', 10],
        ['reached', 10],
        ['reached', 12],
      ],
      12,
    ],
    [
      'a jump ahead',
      [
        ['reached', 0],
        ['reached', 10],
        ['jumped', 100],
        ['reached', 105],
      ],
      15,
    ],
    [
      'a jump back',
      [
        ['reached', 0],
        ['reached', 10],
        ['jumped', 5],
        ['reached', 10],
      ],
      15,
    ],
    [
      'many jumps in a row',
      [
        ['reached', 0],
        ['reached', 2],
        ['jumped', 90],
        ['jumped', 20],
        ['reached', 21],
      ],
      3,
    ],
    [
      'a position that slips back by itself',
      [
        ['reached', 10],
        ['reached', 9.9],
        ['reached', 11],
      ],
      1.1,
    ],
    [
      'a tab that was told once in a minute',
      [
        ['reached', 0],
        ['reached', 60],
        ['reached', 120],
      ],
      120,
    ],
  ])('%s', (_, steps, expected) => {
    expect(heard(...steps)).toBeCloseTo(expected);
  });

  it('is the sum of what lies between jumps, however often it is told', () => {
    const stretch = fc.record({
      from: fc.double({ min: 0, max: 500, noNaN: true }),
      ticks: fc.array(fc.double({ min: 0, max: 5, noNaN: true }), { maxLength: 20 }),
    });
    fc.assert(
      fc.property(fc.array(stretch, { maxLength: 20 }), (stretches) => {
        const steps: Step[] = stretches.flatMap(({ from, ticks }) => {
          let at = from;
          const listening = ticks.map((tick): Step => {
            at += tick;
            return ['reached', at];
          });
          return [['jumped', from] as Step, ...listening];
        });
        const expected = stretches.flatMap(({ ticks }) => ticks).reduce((sum, tick) => sum + tick, 0);
        expect(heard(...steps)).toBeCloseTo(expected, 5);
      }),
    );
  });
});
