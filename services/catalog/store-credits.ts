import { inArray } from 'drizzle-orm';
import { newId } from '@/lib/contracts/ids';
import type { Orm } from '@/lib/database/database';
import { artistKey } from './artists';
import { genreKey } from './identity';
import type { Credit } from './naming';
import { genres, trackArtists, trackGenres } from './schema';

/** Gives tracks the artists that were read with them, in the stead of those they had. @param artistIds by {@link artistKey} */
export async function storeCredits(
  tx: Orm,
  read: readonly { trackId: string; credits: readonly Credit[] }[],
  artistIds: ReadonlyMap<string, string>,
): Promise<void> {
  if (read.length === 0) return;
  const ids = read.map(({ trackId }) => trackId);
  await tx.delete(trackArtists).where(inArray(trackArtists.trackId, ids));
  const rows = read.flatMap(({ trackId, credits }) => {
    const counts = new Map<string, number>();
    return credits.map((credit) => {
      const artistId = artistIds.get(artistKey(credit));
      if (artistId === undefined) throw new Error('an artist was not stored before the track');
      const position = counts.get(credit.role) ?? 0;
      counts.set(credit.role, position + 1);
      return { trackId, role: credit.role, position, artistId, name: credit.name, detail: credit.detail };
    });
  });
  await tx.insert(trackArtists).values(rows);
}

/** Gives tracks the genres that were read with them, in the stead of those they had. */
export async function storeGenres(
  tx: Orm,
  read: readonly { trackId: string; genres: readonly string[] }[],
): Promise<void> {
  if (read.length === 0) return;
  const ids = read.map(({ trackId }) => trackId);
  await tx.delete(trackGenres).where(inArray(trackGenres.trackId, ids));
  const byKey = new Map(read.flatMap((one) => one.genres.map((name) => [genreKey(name), name])));
  if (byKey.size === 0) return;
  const known = await genreIds(tx, [...byKey]);
  const rows = read.flatMap(({ trackId, genres }) =>
    [...new Set(genres.map(genreKey))].flatMap((key, position) => {
      const genreId = known.get(key);
      return genreId === undefined ? [] : [{ trackId, position, genreId }];
    }),
  );
  await tx.insert(trackGenres).values(rows);
}

/** @returns ids by key; what is new is added */
async function genreIds(tx: Orm, wanted: readonly [string, string][]): Promise<Map<string, string>> {
  const select = async (keys: string[]) =>
    new Map(
      (await tx.select({ id: genres.id, key: genres.key }).from(genres).where(inArray(genres.key, keys))).map((row) => [
        row.key,
        row.id,
      ]),
    );
  const keys = wanted.map(([key]) => key);
  const known = await select(keys);
  // In one order everywhere, so that two imports never wait for each other.
  const unknown = wanted.filter(([key]) => !known.has(key)).sort(([a], [b]) => (a < b ? -1 : 1));
  if (unknown.length === 0) return known;
  await tx
    .insert(genres)
    .values(unknown.map(([key, name]) => ({ id: newId(), name, key })))
    .onConflictDoNothing();
  return await select(keys);
}
