import { describe, expect, it } from 'vitest';
import { chunkCount, chunksCovering, chunksCoveringSealed, plainRange, sealedRange, sealedSize } from './geometry';

const of = (size: number) => ({ size, chunkSize: 1000 });

describe('geometry', () => {
  it.each([
    [1, 1, 17],
    [999, 1, 1015],
    [1000, 1, 1016],
    [1001, 2, 1033],
    [2500, 3, 2548],
  ])('a file of %i bytes has %i chunks and %i sealed bytes', (size, chunks, sealed) => {
    expect(chunkCount(of(size))).toBe(chunks);
    expect(sealedSize(of(size))).toBe(sealed);
  });

  it('lays chunks end to end, plain and sealed', () => {
    expect(plainRange(of(2500), 2)).toEqual({ start: 2000, end: 2500 });
    expect(sealedRange(of(2500), 0)).toEqual({ start: 0, end: 1016 });
    expect(sealedRange(of(2500), 2)).toEqual({ start: 2032, end: 2548 });
  });

  it.each([-1, 3, 0.5, Number.NaN])('has no chunk %d', (index) => {
    expect(() => sealedRange(of(2500), index)).toThrow(RangeError);
  });

  it.each([
    [0, 1, 0, 1],
    [0, 1000, 0, 1],
    [999, 1001, 0, 2],
    [1000, 1001, 1, 2],
    [2400, 9999, 2, 3],
    [500, 500, 0, 0],
    [5000, 6000, 5, 5],
  ])('plain bytes %i to %i lie in chunks %i to %i', (start, end, first, last) => {
    expect(chunksCovering(of(2500), start, end)).toEqual({ start: first, end: last });
  });

  it('finds the chunks of sealed bytes', () => {
    expect(chunksCoveringSealed(of(2500), 1015, 1017)).toEqual({ start: 0, end: 2 });
    expect(chunksCoveringSealed(of(2500), 0, 2548)).toEqual({ start: 0, end: 3 });
  });
});
