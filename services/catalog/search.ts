import { and, asc, eq, inArray, like, or, type SQL, type SQLWrapper, sql } from 'drizzle-orm';
import { union } from 'drizzle-orm/pg-core';
import type { Album, Artist, Track } from '@/lib/contracts/catalog';
import type { Orm } from '@/lib/database/database';
import { albumsWhere, artistsWhere, isShown, tracksByIds } from './browse';
import { albums, artists, tracks } from './schema';
import { escapeLike, hasTellingMarks, isFoundBy, nameTerms, normalise, searchPatterns } from './text';

/** Albums and artists beside the tracks. */
const BESIDE = 12;
/**
 * Matches looked at. Nobody reads on so far, and the whole list of a word that half of all names hold takes 90 ms to make at 100,000 tracks
 * (PGlite, measured), in which the server can do nothing else.
 */
const MAX_FOUND = 1_000;

export interface SearchRequest {
  q: string;
  offset: number;
  limit: number;
  includeWithdrawn?: boolean | undefined;
}

export interface Found {
  tracks: Track[];
  albums: Album[];
  artists: Artist[];
  /** Tracks that match, on all pages together; counted up to {@link MAX_FOUND}. */
  total: number;
}

/**
 * Tracks that hold every word of `q` in title, artist or album, the likeliest first; albums and artists whose own names hold them.
 * Without a word: the newest tracks.
 */
export async function search(orm: Orm, request: SearchRequest): Promise<Found> {
  const shown = isShown(request.includeWithdrawn);
  const patterns = searchPatterns(request.q);
  if (patterns.length === 0) {
    const ids = await orm
      .select({ id: tracks.id })
      .from(tracks)
      .where(shown)
      .orderBy(sql`${tracks.addedAt} desc nulls first`, asc(tracks.mediaKey))
      .offset(request.offset)
      .limit(request.limit);
    const found = await tracksByIds(
      orm,
      ids.map((row) => row.id),
    );
    return { tracks: found, albums: [], artists: [], total: await orm.$count(tracks, shown) };
  }
  const q = normalise(request.q);
  // PostgreSQL answers them side by side.
  const [ofTracks, ofAlbums, ofArtists] = await Promise.all([
    matchingTracks(orm, patterns, q, request),
    matchingAlbums(orm, q, request.includeWithdrawn),
    matchingArtists(orm, q, request.includeWithdrawn),
  ]);
  if (!hasTellingMarks(request.q)) return { ...ofTracks, albums: ofAlbums, artists: ofArtists };
  return {
    ...ofTracks,
    albums: ofAlbums.filter((album) => isFoundBy(request.q, album.title, album.artist)),
    artists: ofArtists.filter((artist) => isFoundBy(request.q, artist.name)),
  };
}

async function matchingTracks(
  orm: Orm,
  patterns: string[],
  q: string,
  request: SearchRequest,
): Promise<Pick<Found, 'tracks' | 'total'>> {
  const shown = isShown(request.includeWithdrawn);
  const isMatch = and(shown, ...patterns.map((pattern) => like(tracks.search, pattern)));
  const keys = { id: tracks.id, title: tracks.titleKey, artist: tracks.artistKey, album: tracks.albumKey };
  const pick = (where: SQL | undefined) => orm.select(keys).from(tracks).where(and(isMatch, where)).limit(MAX_FOUND);
  const found = orm.$with('found').as(pick(undefined));
  // The likeliest by their own indexes: of a word that is in a tenth of all names, MAX_FOUND others would hide them.
  const candidates = union(
    orm.select().from(found),
    pick(like(tracks.titleKey, `${escapeLike(q)}%`)),
    pick(inArray(tracks.artistId, orm.select({ id: artists.id }).from(artists).where(eq(artists.key, q)))),
    pick(inArray(tracks.albumId, orm.select({ id: albums.id }).from(albums).where(eq(albums.titleKey, q)))),
  ).as('candidates');
  const rows = await orm
    .with(found)
    .select({ id: candidates.id, total: sql<number>`(select count(*)::int from ${found})` })
    .from(candidates)
    .orderBy(asc(trackRank(candidates, q)), asc(candidates.title), asc(candidates.id))
    .offset(request.offset)
    .limit(request.limit);
  const ids = rows.map((row) => row.id);
  const total = rows[0]?.total ?? (request.offset === 0 ? 0 : await countMatches(orm, isMatch));
  return { total, tracks: await tracksByIds(orm, ids) };
}

async function countMatches(orm: Orm, isMatch: SQL | undefined): Promise<number> {
  const [row] = await orm.select({ total: sql<number>`count(*)::int` }).from(
    orm
      .select({ one: sql`1`.as('one') })
      .from(tracks)
      .where(isMatch)
      .limit(MAX_FOUND)
      .as('counted'),
  );
  return row?.total ?? 0;
}

/** 0 is best: whole title, whole artist, beginning of the title, whole album, word of the title, part of the title, spread over fields. */
function trackRank(names: Record<'title' | 'artist' | 'album', SQLWrapper>, q: string): SQL<number> {
  const part = escapeLike(q);
  return sql<number>`case
    when ${names.title} = ${q} then 0
    when ${names.artist} = ${q} then 1
    when ${names.title} like ${`${part}%`} then 2
    when ${names.album} = ${q} then 3
    when ${names.title} like ${`% ${part}%`} then 4
    when ${names.title} like ${`%${part}%`} then 5
    else 6 end`;
}

/** As {@link trackRank}, for one name. */
function nameRank(name: SQL, q: string): SQL {
  const part = escapeLike(q);
  return sql`case when ${name} = ${q} then 0 when ${name} like ${`${part}%`} then 1 when ${name} like ${`% ${part}%`} then 2 else 3 end`;
}

type Term = ReturnType<typeof nameTerms>[number];

function hasTerm(key: SQLWrapper, { word, isInner }: Term): SQL {
  const part = escapeLike(word);
  return isInner ? sql`${key} like ${`%${part}%`}` : sql`(' ' || ${key}) like ${`% ${part}%`}`;
}

/** Also a name that is typed without its signs (`acdc`, `kesha`): from its beginning on, signs in the place of letters as these, the others left out. */
function isOfArtist(term: Term): SQL | undefined {
  const bare = sql`translate(lower(${artists.name}), '$!@/-. ', 'sia')`;
  return term.isInner
    ? or(hasTerm(artists.key, term), sql`${bare} like ${`${escapeLike(term.word)}%`}`)
    : hasTerm(artists.key, term);
}

async function matchingAlbums(orm: Orm, q: string, withdrawn: boolean | undefined): Promise<Album[]> {
  // Each word in either name. Both together as one text took twice as long: it is made anew of every album.
  const where = and(
    ...nameTerms(q).map((term) => {
      const named = orm.select({ id: artists.id }).from(artists).where(isOfArtist(term));
      return or(hasTerm(albums.titleKey, term), inArray(albums.artistId, named));
    }),
  );
  const order = [nameRank(sql`${albums.titleKey}`, q), asc(albums.titleKey), asc(albums.id)];
  return await albumsWhere(orm, where, order, { offset: 0, limit: BESIDE }, withdrawn);
}

async function matchingArtists(orm: Orm, q: string, withdrawn: boolean | undefined): Promise<Artist[]> {
  const where = and(...nameTerms(q).map(isOfArtist));
  const order = [nameRank(sql`${artists.key}`, q), asc(artists.key)];
  return await artistsWhere(orm, where, order, { offset: 0, limit: BESIDE }, withdrawn);
}
