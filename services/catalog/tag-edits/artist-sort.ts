import { and, eq, inArray, isNotNull } from 'drizzle-orm';
import type { Orm } from '@/lib/database/database';
import { artistKey } from '../artists';
import { foldName } from '../identity';
import { type Credit, nameFile, type Splits } from '../naming';
import { artists, trackArtists, tracks } from '../schema';
import { normalise } from '../text';
import { withEdits } from './overlay';
import { trackTags } from './schema';

/** Tracks of an artist that are asked how it is sorted. */
const MAX_ASKED = 50;

/**
 * Takes sort names from artists that no track gives any more: as long as one does, an import keeps them. Tracks are to be stored with their
 * new names before.
 * @param credits of those tracks
 */
export async function settleSortNames(
  tx: Orm,
  splits: Splits,
  artistIds: ReadonlyMap<string, string>,
  credits: readonly Credit[],
): Promise<void> {
  // Most are sorted as the tracks say that were just stored.
  const said = new Set(
    credits.flatMap((one) => (one.sortName === null ? [] : `${artistIds.get(artistKey(one))} ${one.sortName}`)),
  );
  const known = await tx
    .select({ id: artists.id, name: artists.name, sortName: artists.sortName })
    .from(artists)
    .where(and(inArray(artists.id, [...new Set(artistIds.values())]), isNotNull(artists.sortName)))
    .orderBy(artists.id);
  const unsaid = known.filter(({ id, sortName }) => !said.has(`${id} ${sortName}`));
  for (const artist of unsaid) {
    const asked = await tx
      .selectDistinctOn([tracks.id], {
        tags: trackTags.tags,
        path: trackTags.path,
        edits: trackTags.edits,
        folder: tracks.folderKey,
      })
      .from(trackArtists)
      .innerJoin(tracks, eq(tracks.id, trackArtists.trackId))
      .innerJoin(trackTags, eq(trackTags.trackId, tracks.id))
      .where(eq(trackArtists.artistId, artist.id))
      .limit(MAX_ASKED);
    // Not all of its tracks were asked: then the name that it has may be of another.
    if (asked.length === MAX_ASKED) continue;
    const folded = foldName(artist.name);
    const given = asked.flatMap(({ tags, path, edits, folder }) =>
      nameFile(withEdits(tags, edits), path, folder, splits).credits.flatMap(({ name, sortName }) =>
        foldName(name) === folded ? (sortName ?? []) : [],
      ),
    );
    if (given.includes(artist.sortName ?? '')) continue;
    const sortName = given[0] ?? null;
    await tx
      .update(artists)
      .set({ sortName, sortKey: normalise(sortName ?? artist.name) })
      .where(eq(artists.id, artist.id));
  }
}
