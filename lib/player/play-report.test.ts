import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { PlayEvent } from './api';
import { ListenedTime, PlayReport } from './play-report';

type Step = ['reached' | 'jumped', number];
function heard(...steps: Step[]): number {
  const time = new ListenedTime();
  for (const [what, positionS] of steps) time[what](positionS);
  return time.heardS;
}

describe('the time listened', () => {
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
      'a tab that reports once a minute',
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

  it('is the sum of what lies between jumps, however often it is reported', () => {
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

describe('what the history is told', () => {
  const bytes = { cache: 1, peer: 2, origin: 3 };
  const heard = (act: (report: PlayReport) => void) => {
    const events: PlayEvent[] = [];
    act(new PlayReport('t', (event) => events.push(event)));
    return events;
  };

  it('is a start and one end, of one play', () => {
    const events = heard((report) => {
      report.started(-0.001);
      report.started(1);
      report.moved(20);
      report.jumped(50);
      report.over('finished', 60, 60, bytes);
      report.over('skipped', 60, 60, bytes);
    });
    expect(events).toMatchObject([
      { type: 'started', trackId: 't', positionS: 0 },
      { type: 'finished', positionS: 60, listenedS: 30.001, durationS: 60, bytes },
    ]);
    expect(events[0]?.playId).toBe(events[1]?.playId);
  });

  it('counts the time that goes by, whatever the speed, and the track as long as it takes at that', () => {
    const [, ended] = heard((report) => {
      report.started(0);
      report.moved(30);
      report.speedChanged(2);
      report.moved(90);
      report.over('finished', 90, 90, bytes);
    });
    // 30 s and half of 60 s were heard, of a track that lasts 60 s so: all of it, and not two thirds.
    expect(ended).toMatchObject({ positionS: 90, listenedS: 60, durationS: 60 });
  });

  it('leaves out a length that nobody knows', () => {
    const [, ended] = heard((report) => {
      report.started(0);
      report.over('skipped', 5, 0, bytes);
    });
    expect(ended).toMatchObject({ listenedS: 5 });
    expect(ended).not.toHaveProperty('durationS');
  });

  it('is nothing of a play that never had sound, nor after its end', () => {
    expect(
      heard((report) => {
        report.over('skipped', 0, 60, bytes);
        report.started(0);
      }),
    ).toEqual([]);
  });
});
