import { expect, it } from 'vitest';
import { isPulled, type Movement, swipeOf } from './gestures';

it.each<[string, Movement, ReturnType<typeof swipeOf>]>([
  ['far to the left', { dx: -120, dy: 10, ms: 300 }, 'left'],
  ['far to the right', { dx: 120, dy: -10, ms: 300 }, 'right'],
  ['far and slow', { dx: -60, dy: 0, ms: 2_000 }, 'left'],
  ['short and quick', { dx: 30, dy: 4, ms: 60 }, 'right'],
  ['short and slow', { dx: 30, dy: 4, ms: 400 }, null],
  ['a press that trembles', { dx: -6, dy: 3, ms: 10 }, null],
  ['down', { dx: 10, dy: 200, ms: 200 }, null],
  ['aslant, as a thumb scrolls', { dx: 80, dy: 60, ms: 200 }, null],
  ['no time at all', { dx: 30, dy: 0, ms: 0 }, 'right'],
])('a finger that moves %s', (_, movement, expected) => expect(swipeOf(movement)).toBe(expected));

it.each<[string, Movement, boolean]>([
  ['far', { dx: 20, dy: 120, ms: 900 }, true],
  ['a short flick', { dx: 5, dy: 40, ms: 60 }, true],
  ['short and slow', { dx: 5, dy: 40, ms: 400 }, false],
  ['a press that trembles', { dx: 1, dy: 4, ms: 5 }, false],
  ['sideways', { dx: -160, dy: 120, ms: 200 }, false],
  ['the other way', { dx: 0, dy: -200, ms: 100 }, false],
  ['no time at all', { dx: 0, dy: 30, ms: 0 }, true],
])('a pull that is %s', (_, movement, expected) => {
  expect(isPulled(movement, 'down')).toBe(expected);
  expect(isPulled({ ...movement, dy: -movement.dy }, 'up')).toBe(expected);
});
