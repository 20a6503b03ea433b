import { expect, it } from 'vitest';
import { begun } from './shelves';

const ALBUMS = new Map([
  ['a', ['a1', 'a2', 'a3', 'a4']],
  ['b', ['b1', 'b2']],
]);
const heard = (...ids: string[]) => ids.map((trackId) => ({ trackId, albumId: trackId.charAt(0) }));

it.each([
  ['two of four were heard', heard('a2', 'a1'), [['a', 'a3', 3]]],
  ['the last heard decides, in whatever order', heard('a1', 'a3'), [['a', 'a2', 2]]],
  ['to its end', heard('a4', 'a3'), []],
  ['one track of it, as in a playlist', heard('a1', 'b1'), []],
  ['one track twice', heard('a1', 'a1'), []],
  [
    'two albums, the last heard first',
    heard('b1', 'a2', 'b2', 'a1'),
    [
      ['b', 'b2', 2],
      ['a', 'a3', 3],
    ],
  ],
  ['a track that is not shown any more', heard('a9', 'a1'), []],
  ['an album that is gone', heard('c2', 'c1'), []],
])('%s', (_, tracks, expected) => {
  expect(begun(tracks, ALBUMS).map(({ albumId, trackId, position }) => [albumId, trackId, position])).toEqual(expected);
});
