import { expect, it } from 'vitest';
import { readListAddress } from './list-address';

const SORTS = ['artist', 'name', 'random'] as const;
const read = (text: string) => readListAddress(new URLSearchParams(text), [...SORTS] as ['artist', 'name', 'random']);

it.each([
  ['', { q: '', sort: 'artist', order: 'asc', seed: 0 }],
  ['sort=name&order=desc&q=mar', { q: 'mar', sort: 'name', order: 'desc', seed: 0 }],
  ['sort=random&seed=7', { q: '', sort: 'random', order: 'asc', seed: 7 }],
  ['from=1990&to=1999', { q: '', sort: 'artist', order: 'asc', seed: 0, fromYear: 1990, toYear: 1999 }],
  // Somebody wrote the address by hand.
  ['sort=toString&order=up&seed=-1&from=x&to=1e9', { q: '', sort: 'artist', order: 'asc', seed: 0 }],
  ['seed=99999999999', { q: '', sort: 'artist', order: 'asc', seed: 0 }],
])('"%s" is a list', (text, expected) => {
  expect(read(text)).toEqual(expected);
});

it('takes no more letters than the server does', () => {
  expect(read(`q=${'a'.repeat(300)}`).q.length).toBe(200);
});
