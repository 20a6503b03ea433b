import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'drizzle-orm';
import { pino } from 'pino';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { newId } from '@/lib/contracts/ids';
import { type Database, inTransaction, queryRows } from '@/lib/database/database';
import { openPostgres } from '@/lib/database/postgres';
import { wrapKey } from '@/lib/sealing/encryption';
import { deriveSecrets, loadSecrets } from '@/lib/secrets/secrets';
import { eventually } from '@/testing/wait';
import { sharedPostgres } from '../support/shared';

let database: Database;
beforeAll(async () => {
  database = await openPostgres(await sharedPostgres(), pino({ level: 'silent' }));
});
afterAll(async () => {
  await database.close();
});

it('a connection that breaks in the middle of a transaction fails that transaction and nothing else', async () => {
  const uncaught: unknown[] = [];
  const note = (error: unknown) => uncaught.push(error);
  process.on('uncaughtException', note);
  try {
    const broken = inTransaction(database.orm, async (tx) => {
      const [backend] = await queryRows<{ pid: number }>(tx, sql`select pg_backend_pid() as pid`);
      // Waits until it is gone: its goodbye arrives while the transaction asks nothing.
      await database.orm.execute(sql`select pg_terminate_backend(${backend?.pid}, 5000)`);
      await database.ping();
      await tx.execute(sql`select 1`);
    });
    await expect(broken).rejects.toThrow();
    await database.ping();
  } finally {
    process.off('uncaughtException', note);
  }
  expect(uncaught).toEqual([]);
});

it('a lock is held by one process, until it gives it up or its connection breaks', async () => {
  const uncaught: unknown[] = [];
  const note = (error: unknown) => uncaught.push(error);
  process.on('uncaughtException', note);
  const lost: string[] = [];
  const unlock = await database.tryLock('folders', () => lost.push('first'));
  expect(unlock).not.toBeNull();
  expect(await database.tryLock('folders', () => lost.push('second'))).toBeNull();
  const other = await database.tryLock('something else', () => lost.push('other'));
  await other?.();
  await unlock?.();
  const held = await eventually(async () => {
    const got = await database.tryLock('folders', () => lost.push('third'));
    expect(got).not.toBeNull();
    return got;
  });
  expect(lost).toEqual([]);
  await database.orm.execute(
    sql`select pg_terminate_backend(pid) from pg_locks where locktype = 'advisory' and database = (select oid from pg_database where datname = current_database())`,
  );
  await eventually(() => expect(lost).toEqual(['third']));
  // Giving up what is lost already does nothing.
  await held?.();
  const again = await eventually(async () => {
    const got = await database.tryLock('folders', () => undefined);
    expect(got).not.toBeNull();
    return got;
  });
  await again?.();
  process.off('uncaughtException', note);
  expect(uncaught).toEqual([]);
});

describe('the secret that a database was made with', () => {
  const OTHER = 'another secret of at least thirty-two characters';
  const notTheOne = { name: 'StartError', message: expect.stringMatching(/Restore .* from your backup.*new database/) };
  let dataDir: string;
  beforeEach(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'enxame-secret-'));
    for (const schema of ['catalog', 'host', 'migrations']) {
      await database.orm.execute(sql`drop schema if exists ${sql.identifier(schema)} cascade`);
    }
  });
  afterEach(() => rm(dataDir, { recursive: true, force: true }));
  const load = (secret: string | null) => loadSecrets({ secret, dataDir }, database);

  it('is the only one it takes: another is refused, and none is made where it is missing', async () => {
    const made = await load(null);
    expect((await load(null)).publicKey).toBe(made.publicKey);
    await expect(load(OTHER)).rejects.toMatchObject(notTheOne);
    await rm(join(dataDir, 'secret.key'));
    await expect(load(null)).rejects.toMatchObject(notTheOne);
    expect(await readdir(dataDir)).toEqual([]);
  });

  it('is one, whichever of two processes with different ones is first', async () => {
    const outcomes = await Promise.allSettled([load(OTHER), load(`${OTHER}!`)]);
    expect(outcomes.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
  });

  it('is known by its keys where the database is older than fingerprints', async () => {
    await database.orm.execute(sql`create schema catalog`);
    await database.orm.execute(sql`create table catalog.versions (id text, wrapped_key bytea, created_at bigint)`);
    const keep = (secret: string, at: number) => {
      const id = newId();
      const key = Buffer.from(wrapKey(deriveSecrets(secret).masterKey, id, Buffer.alloc(32, 1)));
      return database.orm.execute(
        sql`insert into catalog.versions values (${id}, decode(${key.toString('hex')}, 'hex'), ${at})`,
      );
    };
    await keep(OTHER, 1);
    await expect(load(null)).rejects.toMatchObject(notTheOne);
    await expect(load('the wrong secret of thirty-two characters')).rejects.toMatchObject(notTheOne);
    // A while with an emptied secret does not make the right one wrong.
    await keep('', 2);
    await load(OTHER);
    await expect(load('the wrong secret of thirty-two characters')).rejects.toMatchObject(notTheOne);
  });
});
