import { expect, it } from 'vitest';
import { ExpiringMap } from './bounded-map';

it('a map forgets what is over, and the oldest where it is full', () => {
  const map = new ExpiringMap<number>(2, 10);
  map.set('a', 1, 0);
  map.set('b', 2, 1);
  expect([map.get('a', 9), map.get('a', 10)]).toEqual([1, undefined]);
  expect(map.isFull(9)).toBe(true);
  map.set('a', 3, 5);
  map.set('c', 4, 6);
  expect([map.get('a', 6), map.get('b', 6), map.get('c', 6), map.size]).toEqual([3, undefined, 4, 2]);
  expect(map.isFull(15)).toBe(false);
  map.purge(16);
  expect(map.size).toBe(0);
});

it('a map lets go of what was set after the clock was set back, past what was set before', () => {
  const map = new ExpiringMap<number>(10, 10);
  map.set('before', 1, 1_000);
  map.set('after', 2, 0);
  map.purge(11);
  expect([map.get('before', 11), map.get('after', 11), map.size]).toEqual([1, undefined, 1]);
});
