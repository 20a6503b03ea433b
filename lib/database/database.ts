import type { SQL } from 'drizzle-orm';
import type { PgDatabase, PgQueryResultHKT } from 'drizzle-orm/pg-core';
import type { ComponentHealth } from '@/lib/contracts/reasons';

/** Drizzle over PGlite or PostgreSQL; also the type of a transaction. */
export type Orm = PgDatabase<PgQueryResultHKT, Record<string, never>>;

export interface Database {
  orm: Orm;
  kind: 'pglite' | 'postgres';
  /** Brings one service's own schema up to date; safe when several processes start at once. */
  migrate(service: string, folder: string): Promise<void>;
  /** @throws when the database does not answer */
  ping(): Promise<void>;
  /**
   * Takes a lock that one process at a time holds, for as long as it lives, or until it gives it up.
   * @param onLost the connection broke: another process may hold it by now
   * @returns gives it up; null while another holds it
   */
  tryLock(name: string, onLost: () => void): Promise<(() => Promise<void>) | null>;
  /** How much room the disk of the data folder has; null where the database lies elsewhere. */
  storage(): ComponentHealth | null;
  close(): Promise<void>;
}

/** How the database is. */
export async function databaseHealth(database: Pick<Database, 'ping'>): Promise<ComponentHealth> {
  try {
    await database.ping();
    return { status: 'ok' };
  } catch {
    return { status: 'down', code: 'database_refused', detail: 'The database does not respond.' };
  }
}

/** The rows of a statement in SQL, which Drizzle's type for both drivers leaves open. @param T what a row holds, by the statement's columns */
export async function queryRows<T>(orm: Orm, statement: SQL): Promise<T[]> {
  return ((await orm.execute(statement)) as unknown as { rows: T[] }).rows;
}

/** Runs `work` in one transaction: all of it is kept, or nothing when it throws. @throws what `work` throws */
export function inTransaction<T>(orm: Orm, work: (tx: Orm) => Promise<T>): Promise<T> {
  return orm.transaction((tx) => work(tx as unknown as Orm));
}
