import { expect, it } from 'vitest';
import { numbersOf } from './use-devices';

it.each([
  ['nobody', [], []],
  [
    'different names',
    [
      ['a', 'Firefox'],
      ['b', 'Chrome'],
    ],
    [null, null],
  ],
  [
    'two of one name',
    [
      ['a', 'Firefox'],
      ['b', 'Chrome'],
      ['c', 'Firefox'],
    ],
    [1, null, 2],
  ],
] as const)('devices are numbered where names do not tell them apart: %s', (_, named, numbers) => {
  expect([...numbersOf(named).values()]).toEqual(numbers);
});
