import { sql } from 'drizzle-orm';
import { StartError } from '@/lib/config/config';
import { type Database, type Orm, queryRows } from '@/lib/database/database';
import { unwrapKey } from '@/lib/sealing/encryption';
import { secretUsed } from './schema';

const MIGRATIONS = 'lib/secrets/migrations';
/** What a change of the secret on purpose means. */
const BEGIN_ANEW =
  'A new secret needs a new database, because it cannot decrypt this one. To start over, set DATA_DIR to an empty folder ' +
  '(or DATABASE_URL to an empty database).';

/** Whether a secret was used with this database before, so that no other can take its place. */
export async function hasUsedSecret(database: Database): Promise<boolean> {
  return (await fingerprintOf(database)) !== null || (await oldKeys(database.orm)).length > 0;
}

/**
 * Makes sure that the secret is the one that this database was made with; a new database remembers its fingerprint.
 * @param source where the secret was read, for the sentence
 * @throws {StartError} when it is another
 */
export async function checkSecret(
  database: Database,
  secrets: { fingerprint: string; masterKey: Buffer },
  source: string,
): Promise<void> {
  let known = await fingerprintOf(database);
  if (known === null) {
    const keys = await oldKeys(database.orm);
    // A server that ran with the wrong secret for a while has keys of both: the right one opens some.
    if (keys.length > 0 && !keys.some((key) => opens(secrets.masterKey, key))) throw isAnother(source);
    // Of two processes that start at once with different secrets the second is refused.
    await database.orm.insert(secretUsed).values({ fingerprint: secrets.fingerprint }).onConflictDoNothing();
    known = await fingerprintOf(database);
  }
  if (known !== secrets.fingerprint) throw isAnother(source);
}

/** @param file path of the secret's file */
export function secretIsMissing(file: string): StartError {
  return new StartError(
    `${file} is missing, but this database was created with a secret. Restore the file from your backup. ${BEGIN_ANEW}`,
  );
}

function isAnother(source: string): StartError {
  return new StartError(
    `${source} is not the secret that this database was created with. Restore that secret from your backup. ${BEGIN_ANEW}`,
  );
}

async function fingerprintOf(database: Database): Promise<string | null> {
  await database.migrate('host', MIGRATIONS);
  const [row] = await database.orm.select().from(secretUsed);
  return row?.fingerprint ?? null;
}

interface WrappedKey {
  id: string;
  wrapped_key: Uint8Array;
}

/** Two content keys, the oldest and the newest, of a database that was made before fingerprints were kept. */
async function oldKeys(orm: Orm): Promise<WrappedKey[]> {
  const [table] = await queryRows<{ name: string | null }>(
    orm,
    sql`select to_regclass('catalog.versions')::text as name`,
  );
  if (table?.name == null) return [];
  return await queryRows<WrappedKey>(
    orm,
    sql`(select id, wrapped_key from catalog.versions order by created_at limit 1)
    union all (select id, wrapped_key from catalog.versions order by created_at desc limit 1)`,
  );
}

function opens(masterKey: Buffer, key: WrappedKey): boolean {
  try {
    unwrapKey(masterKey, key.id, key.wrapped_key);
    return true;
  } catch {
    return false;
  }
}
