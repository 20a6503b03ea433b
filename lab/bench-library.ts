/**
 * `npm run bench:library`: how fast a large library is imported, looked through again when nothing changed, and searched. How each figure is taken:
 * docs/benchmarks.md.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ImportStatus } from '@/lib/contracts/catalog';
import { type Product, startProduct } from '@/testing/product';
import { until } from '@/testing/wait';
import { measure, median, quantile, type Row, readForm, report } from './benchmark';
import { makeManyFiles } from './library';
import { keystrokes } from './services/catalogue';

const { form } = readForm();
const size = {
  full: { files: 100_000, rescans: 3, warmUp: 200, searches: 2_000 },
  short: { files: 48, rescans: 1, warmUp: 5, searches: 40 },
}[form];

/** An hour: whatever takes longer hangs. */
const LONGEST_MS = 3_600_000;

const rows: Row[] = [];
const add = (scenario: string, metric: string, value: number, unit: string, n: number) =>
  rows.push({ system: 'enxame', scenario, metric, value, unit, n });

const folder = await mkdtemp(join(tmpdir(), 'enxame-library-'));
try {
  const music = join(folder, 'music');
  console.log(`Making ${size.files} files …`);
  const names = await makeManyFiles(music, size.files);
  console.log('Starting the product …');
  const product = await startProduct({ LOG_LEVEL: 'warn' });
  try {
    await measureImport(product, music);
    await measureRescan(product, music);
    await measureSearch(product, names);
  } finally {
    await product.stop();
  }
} finally {
  await rm(folder, { recursive: true, force: true });
}
await report('library', form, rows);

async function measureImport(product: Product, music: string): Promise<void> {
  console.log('Importing …');
  const { seconds, run } = await importFolder(product, music);
  if (run.added !== size.files) throw new Error(`the import failed: ${JSON.stringify(run)}`);
  add('import', 'files per s', run.read / seconds, '1/s', run.read);
}

/** While what was imported is still being sealed, as a first look after the start would find it: it gives way to the look. */
async function measureRescan(product: Product, music: string): Promise<void> {
  const taken: number[] = [];
  for (let i = 0; i < size.rescans; i++) {
    console.log(`Looking through it again, ${i + 1} of ${size.rescans} …`);
    const { seconds, run } = await importFolder(product, music);
    if (run.unchanged !== size.files) throw new Error(`not all was found unchanged: ${JSON.stringify(run)}`);
    taken.push(seconds);
  }
  add('rescan', 'seconds', median(taken), 's', taken.length);
}

/** While one person types. What was imported is still being sealed behind it. */
async function measureSearch(product: Product, names: readonly string[]): Promise<void> {
  console.log(`${size.searches} letters typed …`);
  const asked = keystrokes(names, size.warmUp + size.searches);
  const search = (q: string) => product.api('GET', `/api/search?q=${encodeURIComponent(q)}&limit=20`);
  await measure(asked.slice(0, size.warmUp), 1, search);
  const { each } = await measure(asked.slice(size.warmUp), 1, search);
  add('search', 'p50 ms', quantile(each, 0.5), 'ms', each.length);
  add('search', 'p99 ms', quantile(each, 0.99), 'ms', each.length);
}

/** @returns seconds by the import's own start and finish */
async function importFolder(product: Product, music: string): Promise<{ seconds: number; run: ImportStatus }> {
  const { id } = await product.api<ImportStatus>('POST', '/api/imports', { folder: music });
  const run = await until(
    'the import',
    async () => {
      const { imports } = await product.api<{ imports: ImportStatus[] }>('GET', '/api/imports');
      return imports.find((one) => one.id === id && one.state !== 'running');
    },
    LONGEST_MS,
  );
  if (run.state !== 'done' || run.finishedAt === null || run.failedCount > 0) {
    throw new Error(`the import failed: ${JSON.stringify(run)}`);
  }
  return { seconds: (run.finishedAt - run.startedAt) / 1000, run };
}
