/** The genres of the library, and what is of one. */
import { and, asc, eq, exists, inArray, ne, type SQL, sql } from 'drizzle-orm';
import type { GenreCount, GenreListRequest } from '@/lib/contracts/catalog';
import { EnxameError } from '@/lib/contracts/errors';
import type { Orm } from '@/lib/database/database';
import { isShown } from './browse';
import { genres, trackArtists, trackGenres, tracks } from './schema';
import { fold, isInner, wordsOf } from './search/words';

const shown = isShown(false);
type Counts = Omit<GenreCount, 'id' | 'name'>;

/** Genres of what is shown. There are some hundreds at most in any library: they are sorted and narrowed here. */
export async function browseGenres(
  orm: Orm,
  { q, sort, order, offset, limit }: GenreListRequest,
): Promise<{ genres: GenreCount[]; total: number }> {
  const all = await orm
    .select({ id: genres.id, name: genres.name })
    .from(genres)
    .where(exists(shownTracksOf(orm, genres.id)))
    .orderBy(asc(genres.key), asc(genres.id));
  const found = all.filter(({ name }) => hasWords(name, q));
  const counts = sort === 'tracks' ? await countsOf(orm, found) : null;
  const sorted =
    counts === null
      ? found
      : found.toSorted((a, b) => (counts.get(b.id)?.tracks ?? 0) - (counts.get(a.id)?.tracks ?? 0));
  const page = (order === 'asc' ? sorted : sorted.toReversed()).slice(offset, offset + limit);
  return { genres: await withCounts(orm, page, counts ?? undefined), total: found.length };
}

/** Whether a name has all words of what somebody typed, as search has it. */
function hasWords(name: string, q: string): boolean {
  const words = wordsOf(name);
  return fold(q)
    .split(' ')
    .every((typed) => words.some((word) => (isInner(typed) ? word.includes(typed) : word.startsWith(typed))));
}

/** @throws {EnxameError} `not_found`: nothing that is shown is of it */
export async function oneGenre(orm: Orm, id: string): Promise<GenreCount> {
  const found = await orm.select({ id: genres.id, name: genres.name }).from(genres).where(eq(genres.id, id));
  const [genre] = await withCounts(orm, found);
  if (genre === undefined || genre.tracks === 0) throw new EnxameError('not_found', 'This genre does not exist.');
  return genre;
}

/** Of a track: it is of the genre. Undefined: of whichever. */
export function trackIsOf(orm: Orm, genreId: string | undefined): SQL | undefined {
  if (genreId === undefined) return undefined;
  return inArray(
    tracks.id,
    orm.select({ id: trackGenres.trackId }).from(trackGenres).where(eq(trackGenres.genreId, genreId)),
  );
}

/** Of the ids of albums: any track that is shown is of the genre. */
export function albumsOfGenre(orm: Orm, genreId: string) {
  return orm
    .selectDistinct({ id: tracks.albumId })
    .from(trackGenres)
    .innerJoin(tracks, eq(tracks.id, trackGenres.trackId))
    .where(and(eq(trackGenres.genreId, genreId), shown));
}

/** Of the ids of artists: they made or took part in a track that is shown and is of the genre. */
export function artistsOfGenre(orm: Orm, genreId: string) {
  return orm
    .selectDistinct({ id: trackArtists.artistId })
    .from(trackGenres)
    .innerJoin(tracks, eq(tracks.id, trackGenres.trackId))
    .innerJoin(trackArtists, eq(trackArtists.trackId, trackGenres.trackId))
    .where(and(eq(trackGenres.genreId, genreId), shown, ne(trackArtists.role, 'albumArtist')));
}

function shownTracksOf(orm: Orm, genreId: typeof genres.id) {
  return orm
    .select({ id: tracks.id })
    .from(trackGenres)
    .innerJoin(tracks, eq(tracks.id, trackGenres.trackId))
    .where(and(eq(trackGenres.genreId, genreId), shown));
}

async function withCounts(
  orm: Orm,
  page: readonly { id: string; name: string }[],
  known?: ReadonlyMap<string, Counts>,
): Promise<GenreCount[]> {
  const counts = known ?? (await countsOf(orm, page));
  return page.map((genre) => ({ ...genre, ...(counts.get(genre.id) ?? { albums: 0, tracks: 0, coverId: null }) }));
}

async function countsOf(orm: Orm, of: readonly { id: string }[]): Promise<Map<string, Counts>> {
  if (of.length === 0) return new Map();
  const ids = of.map(({ id }) => id);
  const rows = await orm
    .select({
      id: trackGenres.genreId,
      tracks: sql<number>`count(distinct ${tracks.id})::int`,
      albums: sql<number>`count(distinct ${tracks.albumId})::int`,
      coverId: sql<string | null>`max(${tracks.coverId})`,
    })
    .from(trackGenres)
    .innerJoin(tracks, eq(tracks.id, trackGenres.trackId))
    .where(and(inArray(trackGenres.genreId, ids), shown))
    .groupBy(trackGenres.genreId);
  return new Map(rows.map(({ id, ...counts }) => [id, counts]));
}
