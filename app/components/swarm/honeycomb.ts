/** How many cells of a comb fit, and where each stands. Lengths in CSS pixels. */
import type { ChunkSource } from '@/lib/swarm/api';

const LARGEST_CELL = 26;
/** Below this a cell's colour can no longer be told; several chunks then share a cell. */
const SMALLEST_CELL = 5;

export interface CombLayout {
  columns: number;
  rows: number;
  /** Distance of neighbours in a row. */
  cell: number;
  /** Chunks that one cell stands for. */
  perCell: number;
  height: number;
}

/** Distance of rows in cells: hexagons standing on a corner. */
const ROW_STEP = Math.sqrt(3) / 2;

/** The largest cells with which `chunks` fit into the box. */
export function layoutComb(chunks: number, width: number, maxHeight: number): CombLayout {
  for (let perCell = 1; ; perCell *= 2) {
    const cells = Math.max(1, Math.ceil(chunks / perCell));
    for (let cell = LARGEST_CELL; cell >= SMALLEST_CELL; cell -= 0.5) {
      // Odd rows are moved by half a cell.
      const columns = Math.max(1, Math.floor(width / cell - 0.5));
      const rows = Math.ceil(cells / columns);
      const height = Math.ceil(((rows - 1) * ROW_STEP + 1.16) * cell);
      if (height <= maxHeight) return { columns, rows, cell, perCell, height };
    }
  }
}

/** Middle of a cell. */
export function cellCentre(layout: CombLayout, index: number): { x: number; y: number } {
  const row = Math.floor(index / layout.columns);
  const column = index % layout.columns;
  return {
    x: (column + 0.5 + (row % 2) / 2) * layout.cell,
    y: (row * ROW_STEP + 0.58) * layout.cell,
  };
}

/** What a cell of several chunks shows: `none` until all are here, then where most came from. */
export function cellSource(sources: readonly ChunkSource[], from: number, count: number): ChunkSource {
  const part = sources.slice(from, from + count);
  if (part.length === 0 || part.includes('none')) return 'none';
  const counts = countSources(part);
  return (['peer', 'cache', 'origin'] as const).reduce((best, source) =>
    counts[source] > counts[best] ? source : best,
  );
}

export function countSources(sources: readonly ChunkSource[]): Record<ChunkSource, number> {
  const counts = { none: 0, cache: 0, peer: 0, origin: 0 };
  for (const source of sources) counts[source] += 1;
  return counts;
}
