import { sql } from 'drizzle-orm';
import { pino } from 'pino';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Database } from '@/lib/database/database';
import { openPostgres } from '@/lib/database/postgres';
import { startPostgres } from '../support/postgres';

let server: Awaited<ReturnType<typeof startPostgres>>;
let database: Database;
beforeAll(async () => {
  server = await startPostgres();
  database = await openPostgres(server.url, pino({ level: 'silent' }));
}, 60_000);
afterAll(async () => {
  await database.close();
  await server.stop();
});

it('a connection that breaks in the middle of a transaction fails that transaction and nothing else', async () => {
  const uncaught: unknown[] = [];
  const note = (error: unknown) => uncaught.push(error);
  process.on('uncaughtException', note);
  try {
    const broken = database.orm.transaction(async (tx) => {
      const answer = (await tx.execute(sql`select pg_backend_pid() as pid`)) as unknown as { rows: { pid: number }[] };
      // Waits until it is gone: its goodbye arrives while the transaction asks nothing.
      await database.orm.execute(sql`select pg_terminate_backend(${answer.rows[0]?.pid}, 5000)`);
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
