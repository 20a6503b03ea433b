import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { PGlite } from '@electric-sql/pglite';
import { pg_trgm } from '@electric-sql/pglite/contrib/pg_trgm';
import { unaccent } from '@electric-sql/pglite/contrib/unaccent';
import { drizzle } from 'drizzle-orm/pglite';
import { migrate } from 'drizzle-orm/pglite/migrator';
import type { Database, Orm } from './database';
import { lockFolder } from './lock';

/**
 * Pages that PGlite keeps in memory (its own default is 128 MB), all of them resident from the start: few for a library of a few thousand
 * tracks, whose tables hardly fill them. With as few, one of 100,000 tracks (95 MB on disk) spends a quarter of a search's time in reads.
 */
const FEW_BUFFERS = '16MB';
const MANY_BUFFERS = '64MB';
/** An empty database has 22 MB. */
const LARGE_DATABASE_BYTES = 50 * 1024 ** 2;

/** PostgreSQL in this process, in `dataDir`/database. One process at a time: the folder is locked. */
export async function openPglite(dataDir: string): Promise<Database> {
  const unlock = await lockFolder(dataDir);
  const folder = join(dataDir, 'database');
  try {
    if (!existsSync(join(folder, 'PG_VERSION'))) await createInChild(folder);
    const buffers = (await bytesIn(join(folder, 'base'))) > LARGE_DATABASE_BYTES ? MANY_BUFFERS : FEW_BUFFERS;
    const client = await PGlite.create(folder, {
      extensions: { pg_trgm, unaccent },
      startParams: [...PGlite.defaultStartParams, '-c', `shared_buffers=${buffers}`],
    });
    return fromClient(client, unlock);
  } catch (error) {
    await unlock();
    throw error;
  }
}

async function bytesIn(folder: string): Promise<number> {
  const files = await readdir(folder, { recursive: true });
  const sizes = await Promise.all(files.map(async (file) => (await stat(join(folder, file))).size));
  return sizes.reduce((sum, size) => sum + size, 0);
}

/** For tests: a database in memory. */
export async function openPgliteInMemory(loadDataDir?: Blob): Promise<Database> {
  const client = await PGlite.create({
    extensions: { pg_trgm, unaccent },
    ...(loadDataDir === undefined ? {} : { loadDataDir }),
  });
  return fromClient(client, async () => {});
}

function fromClient(client: PGlite, unlock: () => Promise<void>): Database {
  const orm = drizzle(client);
  return {
    orm: orm as unknown as Orm,
    kind: 'pglite',
    migrate: (service, migrationsFolder) =>
      migrate(orm, { migrationsFolder, migrationsSchema: 'migrations', migrationsTable: service }),
    async ping() {
      await client.query('select 1');
    },
    async close() {
      await client.close();
      await unlock();
    },
  };
}

/**
 * The process that runs PGlite's first initdb keeps 900 MB for ever, so a child does it and exits. It works under another name: a
 * first start that was killed half-way leaves nothing that looks like a database.
 */
async function createInChild(folder: string): Promise<void> {
  const draft = `${folder}.new`;
  await rm(draft, { recursive: true, force: true });
  const script = `
    const { PGlite } = await import('@electric-sql/pglite');
    const db = await PGlite.create(process.argv[1]);
    await db.close();`;
  await promisify(execFile)(process.execPath, ['--input-type=module', '-e', script, draft]);
  await rename(draft, folder);
}
