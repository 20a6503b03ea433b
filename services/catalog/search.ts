import { and, asc, like, type SQL, sql } from 'drizzle-orm';
import type { Album, Artist, Track } from '@/lib/contracts/catalog';
import type { Orm } from '@/lib/database/database';
import { albumsWhere, artistsWhere, isShown, tracksByIds } from './browse';
import { albums, artists, tracks } from './schema';
import { escapeLike, normalise, searchPatterns } from './text';

/** Albums and artists beside the tracks. */
const BESIDE = 12;

export interface Found {
  tracks: Track[];
  albums: Album[];
  artists: Artist[];
  /** Tracks that match, on all pages together. */
  total: number;
}

/**
 * Tracks that hold every word of `q` in title, artist or album, the likeliest first; albums and artists whose own names hold them.
 * Without a word: the newest tracks.
 */
export async function search(
  orm: Orm,
  request: { q: string; offset: number; limit: number; includeWithdrawn?: boolean | undefined },
): Promise<Found> {
  const shown = isShown(request.includeWithdrawn);
  const patterns = searchPatterns(request.q);
  if (patterns.length === 0) {
    const ids = await orm
      .select({ id: tracks.id })
      .from(tracks)
      .where(shown)
      .orderBy(sql`${tracks.addedAt} desc nulls first`, asc(tracks.path))
      .offset(request.offset)
      .limit(request.limit);
    const found = await tracksByIds(
      orm,
      ids.map((row) => row.id),
    );
    return { tracks: found, albums: [], artists: [], total: await orm.$count(tracks, shown) };
  }
  const q = normalise(request.q);
  const matches = orm.$with('matches').as(
    orm
      .select({ id: tracks.id, title: tracks.titleKey, rank: trackRank(q).as('rank') })
      .from(tracks)
      .where(and(shown, ...patterns.map((pattern) => like(tracks.search, pattern)))),
  );
  // Counted and ranked in one pass: the list of matches is made once.
  const rows = await orm
    .with(matches)
    .select({ id: matches.id, total: sql<number>`(select count(*)::int from ${matches})` })
    .from(matches)
    .orderBy(asc(matches.rank), asc(matches.title), asc(matches.id))
    .offset(request.offset)
    .limit(request.limit);
  const total = rows[0]?.total ?? (request.offset === 0 ? 0 : await countMatches(orm, patterns, shown));
  return {
    tracks: await tracksByIds(
      orm,
      rows.map((row) => row.id),
    ),
    albums: await matchingAlbums(orm, patterns, q, request.includeWithdrawn),
    artists: await matchingArtists(orm, patterns, q, request.includeWithdrawn),
    total,
  };
}

function countMatches(orm: Orm, patterns: string[], shown: SQL | undefined): Promise<number> {
  return orm.$count(tracks, and(shown, ...patterns.map((pattern) => like(tracks.search, pattern))));
}

/** 0 is best: whole title, whole artist, beginning of the title, whole album, word of the title, part of the title, spread over fields. */
function trackRank(q: string): SQL<number> {
  const part = escapeLike(q);
  return sql<number>`case
    when ${tracks.titleKey} = ${q} then 0
    when ${tracks.artistKey} = ${q} then 1
    when ${tracks.titleKey} like ${`${part}%`} then 2
    when ${tracks.albumKey} = ${q} then 3
    when ${tracks.titleKey} like ${`% ${part}%`} then 4
    when ${tracks.titleKey} like ${`%${part}%`} then 5
    else 6 end`;
}

/** As {@link trackRank}, for one name. */
function nameRank(name: SQL, q: string): SQL {
  const part = escapeLike(q);
  return sql`case when ${name} = ${q} then 0 when ${name} like ${`${part}%`} then 1 when ${name} like ${`% ${part}%`} then 2 else 3 end`;
}

async function matchingAlbums(
  orm: Orm,
  patterns: string[],
  q: string,
  withdrawn: boolean | undefined,
): Promise<Album[]> {
  const names = sql`(' ' || ${albums.titleKey} || ' ' || ${artists.key})`;
  const where = and(...patterns.map((pattern) => sql`${names} like ${pattern}`));
  const order = [nameRank(sql`${albums.titleKey}`, q), asc(albums.titleKey), asc(albums.id)];
  return await albumsWhere(orm, where, order, { offset: 0, limit: BESIDE }, withdrawn);
}

async function matchingArtists(
  orm: Orm,
  patterns: string[],
  q: string,
  withdrawn: boolean | undefined,
): Promise<Artist[]> {
  const where = and(...patterns.map((pattern) => sql`(' ' || ${artists.key}) like ${pattern}`));
  const order = [nameRank(sql`${artists.key}`, q), asc(artists.key)];
  return await artistsWhere(orm, where, order, { offset: 0, limit: BESIDE }, withdrawn);
}
