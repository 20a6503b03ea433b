import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { amplitudeOf, volumeOf } from './volume-curve';

describe('the volume curve', () => {
  it.each([
    [0, 0],
    [0.1, 0.001],
    [0.5, 0.125],
    [1, 1],
    [-1, 0],
    [2, 1],
  ])('volume %s has the amplitude %s', (volume, amplitude) => {
    expect(amplitudeOf(volume)).toBeCloseTo(amplitude, 10);
  });

  it('rises all the way, and back leads to the same place', () => {
    const place = fc.double({ min: 0, max: 1, noNaN: true });
    fc.assert(
      fc.property(place, place, (a, b) => {
        if (a < b) expect(amplitudeOf(a)).toBeLessThanOrEqual(amplitudeOf(b));
        expect(volumeOf(amplitudeOf(a))).toBeCloseTo(a, 6);
      }),
    );
  });
});
