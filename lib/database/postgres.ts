import { setTimeout as wait } from 'node:timers/promises';
import { drizzle } from 'drizzle-orm/node-postgres';
import { migrate } from 'drizzle-orm/node-postgres/migrator';
import { Pool } from 'pg';
import { withoutPassword } from '@/lib/config/config';
import type { Log } from '@/lib/config/log';
import type { Database, Orm } from './database';

const POOL_SIZE = 10;
/** Waits between tries to reach a server at the start: doubled up to the second. */
const RETRY_FIRST_MS = 500;
const RETRY_SLOWEST_MS = 10_000;
/** A connection that is not there by then will not be: whoever waits is told. */
const CONNECT_TIMEOUT_MS = 3_000;
/** Any constant of our own: names the advisory lock that migrations take turns by. */
const MIGRATION_LOCK = 0x656e78;

/** Waits for the server when it is not there yet, and says so. @param signal ends the waiting */
export async function openPostgres(url: string, log: Log, signal?: AbortSignal): Promise<Database> {
  const pool = new Pool({
    connectionString: url,
    max: POOL_SIZE,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    keepAlive: true,
  });
  // An idle connection that breaks is replaced by the pool; without a listener it would end the process.
  pool.on('error', (error) => log.warn({ error: error.message }, 'a database connection broke'));
  // The pool does not listen to a connection that a transaction holds; the transaction's next query fails by itself.
  pool.on('connect', (client) => client.on('error', () => {}));
  let said = '';
  for (let delayMs = RETRY_FIRST_MS; ; delayMs = Math.min(delayMs * 2, RETRY_SLOWEST_MS)) {
    try {
      await pool.query('select 1');
      if (said !== '') log.info('the database is there');
      break;
    } catch (error) {
      const reason = (error as Error).message || 'no answer';
      // Once for each reason: the same again every few seconds tells nobody more.
      if (reason !== said) {
        log.warn(
          `The database at ${withoutPassword(url)} cannot be reached (${reason}); retrying. Check DATABASE_URL.`,
        );
      }
      said = reason;
      await wait(delayMs, undefined, signal === undefined ? {} : { signal });
    }
  }
  return {
    orm: drizzle(pool) as unknown as Orm,
    kind: 'postgres',
    async migrate(service, migrationsFolder) {
      const client = await pool.connect();
      try {
        await client.query('select pg_advisory_lock($1)', [MIGRATION_LOCK]);
        await migrate(drizzle(client), { migrationsFolder, migrationsSchema: 'migrations', migrationsTable: service });
        await client.query('select pg_advisory_unlock($1)', [MIGRATION_LOCK]);
      } finally {
        client.release();
      }
    },
    tryLock: (name, onLost) => tryLock(pool, name, onLost),
    async ping() {
      await pool.query('select 1');
    },
    storage: () => null,
    close: () => pool.end(),
  };
}

/** The lock belongs to a connection, and so ends with the process, however that ends. */
async function tryLock(pool: Pool, name: string, onLost: () => void): Promise<(() => Promise<void>) | null> {
  const client = await pool.connect();
  try {
    const { rows } = await client.query<{ got: boolean }>(
      'select pg_try_advisory_lock(hashtextextended($1, 0)) as got',
      [name],
    );
    if (rows[0]?.got !== true) {
      client.release();
      return null;
    }
  } catch (error) {
    client.release(true);
    throw error;
  }
  let isHeld = true;
  const lose = () => {
    if (!isHeld) return;
    isHeld = false;
    client.release(true);
    onLost();
  };
  client.once('error', lose);
  client.once('end', lose);
  return async () => {
    if (!isHeld) return;
    isHeld = false;
    // Ended, so that the lock is free whatever state the connection is in.
    client.release(true);
  };
}
