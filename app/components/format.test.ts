import { describe, expect, it } from 'vitest';
import { bytes, clock, count, rate, share } from './format';

describe('clock', () => {
  it.each([
    [0, '0:00'],
    [59.9, '0:59'],
    [187, '3:07'],
    [3765, '1:02:45'],
    [Number.NaN, '0:00'],
    [Number.POSITIVE_INFINITY, '0:00'],
    [-3, '0:00'],
  ])('%d s is %s', (seconds, text) => expect(clock(seconds)).toBe(text));
});

describe('count', () => {
  it.each([
    [7, 'en', '7'],
    [1534, 'en', '1,534'],
    [1534, 'pt-BR', '1.534'],
  ])('%d in %s is %s', (value, locale, text) => expect(count(value, locale)).toBe(text));
});

describe('bytes', () => {
  it.each([
    [0, '0 B'],
    [999, '999 B'],
    [1000, '1 kB'],
    [1_440_000, '1.4 MB'],
    [144_000_000, '144 MB'],
    [999_600, '1 MB'],
    [-5, '0 B'],
  ])('%d is %s', (count, text) => expect(bytes(count, 'en')).toBe(text));
  it('follows the locale', () => expect(bytes(1_440_000, 'pt-BR')).toBe('1,4 MB'));
  it('as a rate', () => expect(rate(2500, 'en')).toBe('2.5 kB/s'));
});

describe('share', () => {
  it('is a percentage', () => expect(share(7, 8, 'en')).toBe('88%'));
  it('is nothing of nothing', () => expect(share(0, 0, 'en')).toBeNull());
});
