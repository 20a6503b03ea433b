import { ID_BYTES } from '@/lib/contracts/new-id';

/** A hexagon standing on its corner, corners softened, in a box of 24 by 24. */
export const HEXAGON =
  'M10.6 1.37a2.8 2.8 0 0 1 2.8 0l7.3 4.22a2.8 2.8 0 0 1 1.4 2.42v7.98a2.8 2.8 0 0 1-1.4 2.42l-7.3 4.22a2.8 2.8 0 0 1-2.8 0l-7.3-4.22a2.8 2.8 0 0 1-1.4-2.42V8.01a2.8 2.8 0 0 1 1.4-2.42z';

/** Centres of the mark's cells in units of one cell: six about a middle, and one that flies out. */
const CELLS = [
  [0, 0, 1],
  [1, 0, 0.85],
  [-1, 0, 0.5],
  [0.5, 0.87, 0.7],
  [-0.5, 0.87, 1],
  [-0.5, -0.87, 0.85],
  [1.25, -1.3, 1],
] as const;

/** Enxame's mark: a comb of cells, and one on its way. */
export function Mark({ className = 'size-8' }: { className?: string }) {
  return (
    <svg viewBox="0 0 64 64" className={className} aria-hidden="true" focusable="false">
      {CELLS.map(([x, y, opacity]) => (
        <path
          key={`${x} ${y}`}
          d={HEXAGON}
          fill="var(--honey)"
          fillOpacity={opacity}
          transform={`translate(${28 + x * 17.4 - 9} ${34 + y * 17.4 - 9}) scale(0.75)`}
        />
      ))}
    </svg>
  );
}

const COLUMNS = 5;
const ROWS = 5;

/** A picture for what has none: a comb whose cells are filled as its identifier says, the same each time. */
export function Comb({ seed, className = '' }: { seed: string; className?: string }) {
  const values = [...seed.padEnd(ID_BYTES, seed || '.')].map((c) => c.charCodeAt(0));
  const at = (i: number) => ((values[i % values.length] ?? 0) * 31 + (values[(i * 7 + 3) % values.length] ?? 0)) % 97;
  const hue = 30 + (at(1) % 60);
  const cells = Array.from({ length: COLUMNS * ROWS }, (_, i) => {
    const [column, row] = [i % COLUMNS, Math.floor(i / COLUMNS)];
    return {
      x: column * 21 + (row % 2 === 0 ? -3 : 7.5),
      y: row * 18.2 + 2,
      strength: 0.08 + (at(i + 2) % 10) / 14,
    };
  });
  return (
    <svg
      viewBox="0 0 96 96"
      className={className}
      aria-hidden="true"
      focusable="false"
      preserveAspectRatio="xMidYMid slice"
    >
      <rect width="96" height="96" fill={`oklch(0.3 0.035 ${hue})`} />
      {cells.map((cell) => (
        <path
          key={`${cell.x} ${cell.y}`}
          d={HEXAGON}
          fill={`oklch(0.79 0.13 ${hue + 18})`}
          fillOpacity={cell.strength}
          transform={`translate(${cell.x} ${cell.y}) scale(0.84)`}
        />
      ))}
    </svg>
  );
}
