import { expect, it } from 'vitest';
import { noteServed, successOf } from './success';

const T = 1_000_000;
const peer = () => ({ served: { bytes: 0, at: 0 } });
const MB = 1024 ** 2;

it('a peer that served nothing has none, one that served more has more, and never all', () => {
  const [none, some, much] = [peer(), peer(), peer()];
  noteServed(some, 8 * MB, T);
  noteServed(much, 1000 * MB, T);
  expect(successOf(none, T)).toBe(0);
  expect(successOf(some, T)).toBe(0.5);
  expect(successOf(much, T)).toBeGreaterThan(0.99);
  expect(successOf(much, T)).toBeLessThan(1);
});

it('halves in ten minutes, adds up, and takes no clock that goes back for a gain', () => {
  const one = peer();
  noteServed(one, 16 * MB, T);
  expect(successOf(one, T + 600_000)).toBe(0.5);
  noteServed(one, 16 * MB, T + 600_000);
  expect(successOf(one, T + 600_000)).toBe(0.75);
  expect(successOf(one, T)).toBe(0.75);
});
