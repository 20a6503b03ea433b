/** An artist whose name was corrected in all tags, such as `Joao` to `João`, keeps its id, so that favourites, ratings and links stay. */
import { and, eq } from 'drizzle-orm';
import { inTransaction, type Orm } from '@/lib/database/database';
import { whileSorting } from './names-lock';
import { albumArtists, albums, artists, trackArtists, tracks } from './schema';
import { isUncredited } from './tidy';

/** An artist as far as its name goes. */
export interface Named {
  id: string;
  /** What search compares names by: accents, case and punctuation do not matter. */
  key: string;
  mbid: string | null;
}

/**
 * Which artists that nothing names any more are which of those that came since: where one of each has the name, but for accents, case and
 * punctuation, and MusicBrainz does not tell them apart.
 * @param left artists that nothing names any more
 * @param added artists that came with the tags that were read
 */
export function correctedArtists(left: readonly Named[], added: readonly Named[]): { from: string; to: string }[] {
  const candidates = new Map<string, Named[]>();
  for (const one of added) candidates.set(one.key, [...(candidates.get(one.key) ?? []), one]);
  const counts = new Map<string, number>();
  for (const { key } of left) counts.set(key, (counts.get(key) ?? 0) + 1);
  return left.flatMap((was) => {
    const [now, ...others] = candidates.get(was.key) ?? [];
    if (now === undefined || others.length > 0 || counts.get(was.key) !== 1) return [];
    const areTwo = was.mbid !== null && now.mbid !== null && was.mbid !== now.mbid;
    return areTwo ? [] : [{ from: was.id, to: now.id }];
  });
}

/** Gives artists that came with corrected tags the place of those that they are. To be called when no import runs. */
export async function keepCorrectedArtists(orm: Orm): Promise<void> {
  await inTransaction(orm, async (tx) => {
    await whileSorting(tx);
    const columns = { id: artists.id, key: artists.key, mbid: artists.mbid };
    const added = await tx.select(columns).from(artists).where(eq(artists.unsettled, true));
    if (added.length === 0) return;
    const left = await tx
      .select(columns)
      .from(artists)
      .where(and(eq(artists.unsettled, false), isUncredited(tx)));
    for (const { from, to } of correctedArtists(left, added)) await rename(tx, from, to);
    await tx.update(artists).set({ unsettled: false }).where(eq(artists.unsettled, true));
  });
}

/** The row `from` becomes the artist that `to` is; `to` is no more. */
async function rename(tx: Orm, from: string, to: string): Promise<void> {
  const [now] = await tx.select().from(artists).where(eq(artists.id, to));
  const [was] = await tx.select().from(artists).where(eq(artists.id, from));
  if (now === undefined || was === undefined) return;
  for (const table of [trackArtists, albumArtists, tracks, albums]) {
    await tx.update(table).set({ artistId: from }).where(eq(table.artistId, to));
  }
  await tx.delete(artists).where(eq(artists.id, to));
  await tx
    .update(artists)
    .set({ ...now, id: from, mbid: now.mbid ?? was.mbid, unsettled: false })
    .where(eq(artists.id, from));
}
