import { expect, it } from 'vitest';
import { outermost } from './music-folders';

it.each([
  [['/music'], ['/music']],
  [
    ['/music', '/music/live', '/musicals'],
    ['/music', '/musicals'],
  ],
  [['/', '/music'], ['/']],
  [['C:\\Music', 'C:\\Music\\Live'], ['C:\\Music']],
  [[], []],
])('of %j the outermost are %j', (folders, expected) => {
  expect(outermost(folders)).toEqual(expected);
});
