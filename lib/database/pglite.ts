import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { cp, readdir, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { PGlite } from '@electric-sql/pglite';
import { pg_trgm } from '@electric-sql/pglite/contrib/pg_trgm';
import { unaccent } from '@electric-sql/pglite/contrib/unaccent';
import { drizzle } from 'drizzle-orm/pglite';
import { migrate } from 'drizzle-orm/pglite/migrator';
import { StartError } from '@/lib/config/config';
import { keepLogShort } from './checkpoints';
import type { Database, Orm } from './database';
import { DiskSpace, diskFull, type FreeBytes, freeBytes } from './disk-space';
import { DurableFiles, SYNC_PARAMS, sync, syncFolder, withoutNoSync } from './durable-files';

import { lockFolder } from './lock';
import { currentPriority, PriorityGate } from './priority';

/**
 * Pages that PGlite keeps in memory (its own default is 128 MB), all of them resident from the start: few for a library of a few thousand
 * tracks, whose tables hardly fill them. With as few, one of 100,000 tracks (95 MB on disk) spends a quarter of a search's time in reads.
 */
const FEW_BUFFERS = '16MB';
const MANY_BUFFERS = '64MB';
/** An empty database, made by scripts/build.mjs: initdb takes five seconds of a processor. */
const PREPARED = join('build', 'database');
/** An empty database has 22 MB. */
const LARGE_DATABASE_BYTES = 50 * 1024 ** 2;

/**
 * PostgreSQL in this process, in `dataDir`/database. One process at a time: the folder is locked. What is committed is on the disk.
 * @param look for tests: how much room there is
 * @param makeFiles for tests: the file system under it
 * @throws {StartError} when the folder is in use, its disk is full, or what lies in it is damaged
 */
export async function openPglite(
  dataDir: string,
  look: FreeBytes = freeBytes,
  makeFiles: (folder: string) => DurableFiles = (folder) => new DurableFiles(folder),
): Promise<Database> {
  const unlock = await lockFolder(dataDir);
  const folder = join(dataDir, 'database');
  const disk = new DiskSpace(dataDir, look);
  try {
    const { status, detail } = disk.health();
    if (status === 'down')
      throw new StartError(`${dataDir} cannot be used: ${detail} Free some space and start again.`);
    const client = await openFolder(folder, makeFiles).catch((cause) => {
      throw notOpened(folder, cause);
    });
    return fromClient(client, { disk, unlock, folder });
  } catch (error) {
    await unlock();
    throw error;
  }
}

async function openFolder(folder: string, makeFiles: (folder: string) => DurableFiles): Promise<PGlite> {
  if (!existsSync(folder)) await createFolder(folder);
  // PGlite would make a new database beside what is left of the old one.
  else if (!existsSync(join(folder, 'PG_VERSION'))) throw new Error('the file PG_VERSION is missing');
  const buffers = (await bytesIn(join(folder, 'base'))) > LARGE_DATABASE_BYTES ? MANY_BUFFERS : FEW_BUFFERS;
  return await PGlite.create({
    fs: makeFiles(folder),
    extensions: { pg_trgm, unaccent },
    startParams: [...withoutNoSync(PGlite.defaultStartParams), ...SYNC_PARAMS, '-c', `shared_buffers=${buffers}`],
  });
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
  return fromClient(client, { disk: null, unlock: async () => {}, folder: '' });
}

/** Bytes of log that a start after a kill would read. */
const LOG_BYTES =
  'select pg_wal_lsn_diff(pg_current_wal_lsn(), redo_lsn)::float8 as bytes from pg_control_checkpoint()';

interface Place {
  /** Null: in memory. */
  disk: DiskSpace | null;
  unlock: () => Promise<void>;
  folder: string;
}

function fromClient(client: PGlite, { disk, unlock, folder }: Place): Database {
  takeTurns(client, disk);
  const held = new Set<string>();
  const orm = drizzle(client);
  const log =
    disk === null
      ? null
      : keepLogShort({
          async logBytes() {
            const { rows } = await client.query<{ bytes: number }>(LOG_BYTES);
            return rows[0]?.bytes ?? 0;
          },
          checkpoint: async () => void (await client.exec('checkpoint')),
        });
  return {
    orm: orm as unknown as Orm,
    kind: 'pglite',
    migrate: (service, migrationsFolder) =>
      migrate(orm, { migrationsFolder, migrationsSchema: 'migrations', migrationsTable: service }).catch((cause) => {
        throw isDamage(cause) ? notOpened(folder, cause) : cause;
      }),
    // The folder is locked: no other process has this database.
    async tryLock(name) {
      if (held.has(name)) return null;
      held.add(name);
      return async () => {
        held.delete(name);
      };
    },
    async ping() {
      await client.query('select 1');
    },
    storage: () => disk?.health() ?? null,
    async close() {
      await log?.close();
      await client.close();
      await unlock();
    },
  };
}

/**
 * There is one connection: listeners' questions go ahead of background work on it. While the disk is full it takes no changes, because
 * PGlite does not survive a disk that fills up under it. What is asked inside a transaction passes: the transaction has its turn already.
 */
function takeTurns(client: PGlite, disk: DiskSpace | null): void {
  const gate = new PriorityGate(nextEventLoopTurn);
  const { query, exec, transaction } = client;
  let isReadOnly = false;
  const guard = async () => {
    const isFull = disk?.isFull(performance.now()) ?? false;
    if (isFull === isReadOnly) return;
    await exec.call(client, `set default_transaction_read_only = ${isFull ? 'on' : 'off'}`);
    isReadOnly = isFull;
  };
  const inTurn = <T>(job: () => Promise<T>) =>
    gate.run(currentPriority(), async () => {
      await guard();
      return await job().catch((error: unknown) => {
        throw isReadOnly && isRefusedWrite(error) ? diskFull(error) : error;
      });
    });
  client.query = ((...args: Parameters<typeof query>) =>
    inTurn(() => query.apply(client, args))) as typeof client.query;
  client.exec = (...args) => inTurn(() => exec.apply(client, args));
  client.transaction = ((work: Parameters<typeof transaction>[0]) =>
    inTurn(() => transaction.call(client, work))) as typeof client.transaction;
}

/** What has arrived at the sockets meanwhile is read first. */
const nextEventLoopTurn = () => new Promise<void>((resolve) => setImmediate(resolve));

/** It works under another name: a first start that was killed half-way leaves nothing that looks like a database. */
async function createFolder(folder: string): Promise<void> {
  const draft = `${folder}.new`;
  await rm(draft, { recursive: true, force: true });
  if (existsSync(PREPARED)) await cp(PREPARED, draft, { recursive: true });
  else await createInChild(draft);
  await syncFolder(draft);
  await rename(draft, folder);
  sync(dirname(folder));
}

/** The process that runs PGlite's first initdb keeps 900 MB for ever, so a child does it and exits. */
async function createInChild(folder: string): Promise<void> {
  const script = `
    const { PGlite } = await import('@electric-sql/pglite');
    const db = await PGlite.create(process.argv[1]);
    await db.close();`;
  await promisify(execFile)(process.execPath, ['--input-type=module', '-e', script, folder]);
}

/** Of PostgreSQL (Appendix A): 58 is a failing file system, XX a fault inside, such as a damaged page. A WebAssembly trap has no code. */
function isDamage(error: unknown): boolean {
  for (let at = error; at instanceof Error; at = at.cause) {
    if (at.name === 'RuntimeError' || ('code' in at && /^(58|XX)...$/.test(String(at.code)))) return true;
  }
  return false;
}

/** 25006: a change in a transaction that takes none. */
function isRefusedWrite(error: unknown): boolean {
  const of = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  return of instanceof Error && 'code' in of && of.code === '25006';
}

function notOpened(folder: string, cause: unknown): StartError {
  const reason = cause instanceof Error ? (cause.message.split('\n')[0] ?? '').replace(/\.$/, '') : String(cause);
  return new StartError(
    `The database in ${folder} cannot be opened (${reason}). Stop every process that uses it and restore the whole folder from a backup. ` +
      'To start over without its accounts, playlists and history, move the folder away and start again.',
  );
}
