import { sql } from 'drizzle-orm';
import type { Orm } from '@/lib/database/database';

/** A number that nothing else locks by. */
const LOCK = 8_412_071;

/** For what stores names of files, many at a time: before it locks albums, artists, genres or tracks. Until it ends, nobody sorts out. */
export async function whileStoring(tx: Orm): Promise<void> {
  await tx.execute(sql`select pg_advisory_xact_lock_shared(${LOCK})`);
}

/** For what locks albums before tracks, or drops what nothing names: one at a time, while nobody stores. */
export async function whileSorting(tx: Orm): Promise<void> {
  await tx.execute(sql`select pg_advisory_xact_lock(${LOCK})`);
}
