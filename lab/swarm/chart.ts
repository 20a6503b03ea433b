/** The rows as one picture (SVG): a row of the grid is a scenario, a column a metric, a bar a system. Shorter is better in all. */
import type { Row } from '../benchmark';

const METRICS = ['start p50 ms', 'start p90 ms', 'copies', 'stalls', 'cpu s per listener'];
const COLOURS: Record<string, string> = { enxame: '#d99a00' };
const OTHER = '#8a93a0';
/** Pixels. */
const NAMES_WIDTH = 130;
const CELL_WIDTH = 170;
const BAR_LONGEST = 100;
const BAR_HEIGHT = 16;
const GAP = 34;
const TOP = 64;

export function chartOf(rows: readonly Row[], title: string): string {
  const scenarios = [...new Set(rows.map(({ scenario }) => scenario))];
  const systems = [...new Set(rows.map(({ system }) => system))];
  const rowHeight = systems.length * BAR_HEIGHT + GAP;
  const width = NAMES_WIDTH + METRICS.length * CELL_WIDTH;
  const height = TOP + scenarios.length * rowHeight;
  const parts = [text(12, 24, title, 'font-size="15" font-weight="600"')];
  METRICS.forEach((metric, x) => {
    parts.push(text(NAMES_WIDTH + x * CELL_WIDTH, 48, metric, 'font-weight="600"'));
  });
  scenarios.forEach((scenario, y) => {
    const top = TOP + y * rowHeight;
    parts.push(text(12, top + 10, scenario, 'font-weight="600"'));
    systems.forEach((system, i) => {
      parts.push(text(NAMES_WIDTH - 10, top + 24 + i * BAR_HEIGHT, system, 'text-anchor="end"'));
    });
    METRICS.forEach((metric, x) => {
      const values = systems.map((system) => figureOf(rows, system, scenario, metric));
      parts.push(...barsOf(values, systems, NAMES_WIDTH + x * CELL_WIDTH, top + 13));
    });
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" font-family="sans-serif" font-size="12" fill="#20242a">
<rect width="100%" height="100%" fill="#fff"/>
${parts.join('\n')}
</svg>
`;
}

function barsOf(values: readonly (number | null)[], systems: readonly string[], left: number, top: number): string[] {
  const largest = Math.max(...values.map((value) => value ?? 0), Number.MIN_VALUE);
  return values.flatMap((value, i) => {
    if (value === null) return [];
    const y = top + i * BAR_HEIGHT;
    const length = (value / largest) * BAR_LONGEST;
    const colour = COLOURS[systems[i] ?? ''] ?? OTHER;
    return [
      `<rect x="${left}" y="${y}" width="${length.toFixed(1)}" height="${BAR_HEIGHT - 4}" fill="${colour}"/>`,
      text(left + length + 5, y + 11, value >= 100 ? value.toFixed(0) : value.toFixed(1)),
    ];
  });
}

const figureOf = (rows: readonly Row[], system: string, scenario: string, metric: string) =>
  rows.find((row) => row.system === system && row.scenario === scenario && row.metric === metric)?.value ?? null;

const text = (x: number, y: number, content: string, more = '') =>
  `<text x="${x.toFixed(1)}" y="${y}" ${more}>${escaped(content)}</text>`;

const escaped = (content: string) => content.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
