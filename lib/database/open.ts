import type { Config } from '@/lib/config/config';
import type { Log } from '@/lib/config/log';
import type { Database } from './database';

/** PostgreSQL where `DATABASE_URL` names one, else PGlite in the data folder. Each loads only its own driver. */
export async function openDatabase(config: Pick<Config, 'databaseUrl' | 'dataDir'>, log: Log): Promise<Database> {
  if (config.databaseUrl !== null) {
    const { openPostgres } = await import('./postgres');
    return openPostgres(config.databaseUrl, log);
  }
  const { openPglite } = await import('./pglite');
  return openPglite(config.dataDir);
}
