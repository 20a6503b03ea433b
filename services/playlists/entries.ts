import { asc, eq, sql } from 'drizzle-orm';
import type { Orm } from '@/lib/database/database';
import type { Entry } from './edit';
import { entries } from './schema';

/** In the order they play. */
export async function readEntries(tx: Orm, playlistId: string): Promise<Entry[]> {
  return tx
    .select({ entryId: entries.entryId, trackId: entries.trackId, addedAt: entries.addedAt })
    .from(entries)
    .where(eq(entries.playlistId, playlistId))
    .orderBy(asc(entries.position));
}

/** Puts entries at the end; those that are there already stay where they are. @returns the new ones, in order */
export async function insertEntries(tx: Orm, playlistId: string, added: readonly Entry[]): Promise<string[]> {
  if (added.length === 0) return [];
  // One parameter, however many entries: PostgreSQL takes 65,535 of them.
  const rows = JSON.stringify(added.map(({ entryId, trackId, addedAt }) => ({ entryId, trackId, addedAt })));
  const end = sql`(select coalesce(max(position), 0) from ${entries} where playlist_id = ${playlistId})`;
  const inserted = await tx
    .insert(entries)
    .select(
      sql`select ${playlistId}::text, e->>'entryId', e->>'trackId', (e->>'addedAt')::bigint, (${end} + n)::integer
        from jsonb_array_elements(${rows}::jsonb) with ordinality as given(e, n) order by n`,
    )
    .onConflictDoNothing()
    .returning({ entryId: entries.entryId });
  const fresh = new Set(inserted.map((row) => row.entryId));
  return [...new Set(added.map((entry) => entry.entryId))].filter((id) => fresh.has(id));
}

/** Numbers the entries anew, in one statement. @param order all of them */
export async function writeOrder(tx: Orm, playlistId: string, order: readonly string[]): Promise<void> {
  await tx.execute(sql`
    update ${entries} set position = wanted.n
    from jsonb_array_elements_text(${JSON.stringify(order)}::jsonb) with ordinality as wanted(id, n)
    where playlist_id = ${playlistId} and entry_id = wanted.id and position <> wanted.n`);
}
