import { mkdir, writeFile } from 'node:fs/promises';
import { cpus, totalmem } from 'node:os';
import { join } from 'node:path';

/** One figure of a benchmark. `n`: how many measurements it is the summary of. */
export interface Row {
  system: string;
  scenario: string;
  metric: string;
  value: number;
  unit: string;
  n: number;
}

/** Prints the table and writes lab/results/NAME.json. */
export async function saveRows(name: string, rows: Row[]): Promise<void> {
  console.table(rows.map((row) => ({ ...row, value: Math.round(row.value * 100) / 100 })));
  const folder = join(process.cwd(), 'lab', 'results');
  await mkdir(folder, { recursive: true });
  const machine = `${cpus().length} × ${cpus()[0]?.model ?? 'unknown'}, ${Math.round(totalmem() / 2 ** 30)} GiB, Node ${process.version}`;
  const result = { name, date: new Date().toISOString(), machine, rows };
  await writeFile(join(folder, `${name}.json`), `${JSON.stringify(result, null, 2)}\n`);
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
