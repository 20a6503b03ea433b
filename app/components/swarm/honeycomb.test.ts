import { describe, expect, it } from 'vitest';
import { cellCentre, cellSource, countSources, layoutComb } from './honeycomb';

describe('layoutComb', () => {
  it.each([1, 7, 117, 480, 3000, 60_000, 1_048_576])('fits %d chunks into the box', (chunks) => {
    const layout = layoutComb(chunks, 336, 150);
    const cells = Math.ceil(chunks / layout.perCell);
    expect(layout.columns * layout.rows).toBeGreaterThanOrEqual(cells);
    expect(layout.height).toBeLessThanOrEqual(150);
    const last = cellCentre(layout, cells - 1);
    expect(last.x + layout.cell / 2).toBeLessThanOrEqual(336);
    expect(last.y).toBeLessThan(layout.height);
  });
  it('gives each chunk its own cell while one can see it', () => {
    expect(layoutComb(480, 336, 150).perCell).toBe(1);
    expect(layoutComb(60_000, 336, 150).perCell).toBeGreaterThan(1);
  });
});

describe('cellSource', () => {
  it('is none until the last chunk is here', () => expect(cellSource(['peer', 'none', 'peer'], 0, 3)).toBe('none'));
  it('is where most came from', () => expect(cellSource(['origin', 'peer', 'peer', 'cache'], 0, 4)).toBe('peer'));
  it('looks at its own chunks only', () => expect(cellSource(['origin', 'cache'], 1, 1)).toBe('cache'));
});

it('counts by source', () =>
  expect(countSources(['peer', 'none', 'peer', 'origin'])).toEqual({ none: 1, cache: 0, peer: 2, origin: 1 }));
