import { access, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { openPglite } from '@/lib/database/pglite';

it('a first start that was killed half-way does not stand in the way of the next', async () => {
  const dataDir = await mkdtemp(join(tmpdir(), 'enxame-pglite-'));
  try {
    await mkdir(join(dataDir, 'database.new'));
    await writeFile(join(dataDir, 'database.new', 'PG_VERSION'), '17\n');
    const database = await openPglite(dataDir);
    await database.ping();
    await database.close();
    await access(join(dataDir, 'database', 'PG_VERSION'));
    await expect(access(join(dataDir, 'database.new'))).rejects.toThrow();
  } finally {
    await rm(dataDir, { recursive: true, force: true });
  }
}, 60_000);
