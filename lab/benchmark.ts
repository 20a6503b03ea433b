import { mkdir, writeFile } from 'node:fs/promises';
import { cpus, totalmem } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

/** `short` takes seconds and runs every part once, with numbers that say nothing: the tests run it, so that no benchmark rots. */
export type Form = 'full' | 'short';

/**
 * Reads a benchmark's options: `--short`, and names of scenarios where it has any. Ends the process with a sentence when there are others.
 * @param scenarios what may be chosen
 */
export function readForm(scenarios: readonly string[] = []): { form: Form; chosen: readonly string[] } {
  try {
    const { values, positionals } = parseArgs({
      options: { short: { type: 'boolean', default: false } },
      allowPositionals: scenarios.length > 0,
    });
    const unknown = positionals.find((name) => !scenarios.includes(name));
    if (unknown !== undefined) throw new Error(`There is no scenario ${unknown}: choose from ${scenarios.join(', ')}.`);
    return { form: values.short ? 'short' : 'full', chosen: positionals.length > 0 ? positionals : scenarios };
  } catch (error) {
    console.error((error as Error).message);
    process.exit(1);
  }
}

/** One figure of a benchmark. `n`: how many measurements it is the summary of. */
export interface Row {
  system: string;
  scenario: string;
  metric: string;
  value: number;
  unit: string;
  n: number;
}

const COLUMNS = ['system', 'scenario', 'metric', 'value', 'unit', 'n'] as const;

/**
 * Prints the rows as a Markdown table, as docs/benchmarks.md shows them, and writes lab/results/NAME.json. A row without a finite
 * number is named, and the process will end with 1.
 */
export async function report(name: string, form: Form, rows: readonly Row[]): Promise<void> {
  console.log(`\n${tableOf(rows)}\n`);
  if (form === 'short')
    console.log('This was the short form: it shows that the benchmark runs. Its numbers say nothing.');
  const folder = join(process.cwd(), 'lab', 'results');
  await mkdir(folder, { recursive: true });
  const machine = `${cpus().length} × ${cpus()[0]?.model ?? 'unknown'}, ${Math.round(totalmem() / 2 ** 30)} GiB, Node ${process.version}`;
  const result = { name, form, date: new Date().toISOString(), machine, rows };
  await writeFile(join(folder, `${resultName(name, form)}.json`), `${JSON.stringify(result, null, 2)}\n`);
  for (const { system, scenario, metric, value } of rows) {
    if (Number.isFinite(value)) continue;
    console.error(`${system}, ${scenario}: nothing was measured for "${metric}".`);
    process.exitCode = 1;
  }
}

/** What the files of a benchmark's results are called: the short form leaves those of the full one alone. */
export function resultName(name: string, form: Form): string {
  return form === 'short' ? `${name}-short` : name;
}

/** Cells are as wide as their column, so that the table is one for the eye too. */
export function tableOf(rows: readonly Row[]): string {
  const lines = rows.map((row) =>
    COLUMNS.map((column) => (column === 'value' ? rounded(row.value) : String(row[column]))),
  );
  const widths = COLUMNS.map((column, i) => Math.max(column.length, ...lines.map((cells) => cells[i]?.length ?? 0)));
  const line = (cells: readonly string[]) => `| ${cells.map((cell, i) => cell.padEnd(widths[i] ?? 0)).join(' | ')} |`;
  return [line(COLUMNS), line(widths.map((width) => '-'.repeat(width))), ...lines.map(line)].join('\n');
}

/** Two places at most, one from a hundred on. */
function rounded(value: number): string {
  const places = Math.abs(value) >= 100 ? 10 : 100;
  return String(Math.round(value * places) / places);
}

/** @param values at least one */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle];
  const lower = sorted[sorted.length % 2 === 0 ? middle - 1 : middle];
  if (upper === undefined || lower === undefined) throw new Error('no value to take the median of');
  return (upper + lower) / 2;
}

/** Milliseconds at which `share` (0 to 1) of the values are reached. @param values at least one */
export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  const value = sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))];
  if (value === undefined) throw new Error('no value to take a quantile of');
  return value;
}

/** Runs `work` on every item, `hands` at a time. @returns how long each took, ms, and all together, s */
export async function measure<T>(
  items: readonly T[],
  hands: number,
  work: (item: T) => Promise<unknown>,
): Promise<{ each: number[]; seconds: number }> {
  const each: number[] = [];
  let next = 0;
  const began = performance.now();
  const hand = async () => {
    for (;;) {
      const at = next++;
      if (at >= items.length) return;
      const start = performance.now();
      await work(items[at] as T);
      each.push(performance.now() - start);
    }
  };
  await Promise.all(Array.from({ length: hands }, hand));
  return { each, seconds: (performance.now() - began) / 1000 };
}
