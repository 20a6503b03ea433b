import { expect, it } from 'vitest';
import { isPulled, type Pull } from './drag';

it.each<[string, Pull, boolean]>([
  ['far', { alongPx: 120, acrossPx: 20, ms: 900 }, true],
  ['a short flick', { alongPx: 40, acrossPx: 5, ms: 60 }, true],
  ['short and slow', { alongPx: 40, acrossPx: 5, ms: 400 }, false],
  ['a press that trembles', { alongPx: 4, acrossPx: 1, ms: 5 }, false],
  ['sideways', { alongPx: 120, acrossPx: -160, ms: 200 }, false],
  ['the other way', { alongPx: -200, acrossPx: 0, ms: 100 }, false],
  ['no time at all', { alongPx: 30, acrossPx: 0, ms: 0 }, true],
])('a pull that is %s', (_, pull, expected) => expect(isPulled(pull)).toBe(expected));
