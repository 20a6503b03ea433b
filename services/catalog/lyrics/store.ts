import { and, eq, inArray, sql } from 'drizzle-orm';
import { EnxameError } from '@/lib/contracts/errors';
import type { Lyrics } from '@/lib/contracts/lyrics';
import type { Orm } from '@/lib/database/database';
import { lyrics, tracks } from '../schema';

/** Gives tracks the lyrics that were read with them, and takes away what they had before. */
export async function storeLyrics(tx: Orm, read: readonly { trackId: string; lyrics: Lyrics | null }[]): Promise<void> {
  const without = read.flatMap((one) => (one.lyrics === null ? [one.trackId] : []));
  const rows = read.flatMap(({ trackId, lyrics }) => (lyrics === null ? [] : [{ trackId, ...lyrics }]));
  if (without.length > 0) await tx.delete(lyrics).where(inArray(lyrics.trackId, without));
  if (rows.length > 0)
    await tx
      .insert(lyrics)
      .values(rows)
      .onConflictDoUpdate({
        target: lyrics.trackId,
        set: { synced: sql`excluded.synced`, lines: sql`excluded.lines` },
      });
}

/**
 * The lyrics of a track. Those of a withdrawn track are out of circulation with it.
 * @returns null when it has none
 * @throws {EnxameError} `not_found`
 */
export async function lyricsOf(
  orm: Orm,
  trackId: string,
  includeWithdrawn: boolean | undefined,
): Promise<Lyrics | null> {
  const [found] = await orm
    .select({ synced: lyrics.synced, lines: lyrics.lines })
    .from(tracks)
    .leftJoin(lyrics, eq(lyrics.trackId, tracks.id))
    .where(and(eq(tracks.id, trackId), includeWithdrawn === true ? undefined : eq(tracks.withdrawn, false)));
  if (found === undefined) throw new EnxameError('not_found', 'This track does not exist.');
  return found.synced === null || found.lines === null ? null : { synced: found.synced, lines: found.lines };
}
