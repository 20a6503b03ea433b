import { asc, sql } from 'drizzle-orm';
import type { Album, Artist, Track } from '@/lib/contracts/catalog';
import type { SearchMeant } from '@/lib/contracts/search';
import { isEmptyQuery, parseSearchQuery, type SearchQuery } from '@/lib/contracts/search-query';
import type { Orm } from '@/lib/database/database';
import { albumsByIds, artistsByIds, isShown, tracksByIds } from '../browse';
import { tracks } from '../schema';
import type { Listeners } from './listeners';
import type { NameIndex, Wanted } from './name-index';
import type { LibraryNames, SearchIndex } from './search-index';

/** Albums and artists beside the tracks. */
const BESIDE = 12;
/** Of so few tracks another spelling may have been meant. */
const FEW_FOUND = 3;

export interface SearchDeps {
  orm: Orm;
  index: Pick<SearchIndex, 'current'>;
  listeners: Pick<Listeners, 'playedBy' | 'lovedBy'>;
}

export interface SearchRequest {
  q: string;
  /** Only these, a page of them; absent: a page of tracks, and the likeliest albums and artists. */
  kind?: 'track' | 'album' | 'artist' | undefined;
  offset: number;
  limit: number;
  includeWithdrawn?: boolean | undefined;
  /** Whose plays and favourites count; absent: nobody's. */
  accountId?: string | undefined;
}

export interface Found {
  tracks: Track[];
  albums: Album[];
  artists: Artist[];
  /** Tracks that match, on all pages together. */
  total: number;
  albumTotal: number;
  artistTotal: number;
  meant: SearchMeant | null;
}

type Ids = Record<'tracks' | 'albums' | 'artists', { ids: string[]; total: number }>;

/**
 * Tracks that hold every word of `q` in title, artists or album, and pass its filters, the likeliest first (rank.ts); albums and artists whose own names do.
 * Where nothing does, what is found by the words that were probably meant. Without a word and a filter: the newest tracks.
 */
export async function search({ orm, index, listeners }: SearchDeps, request: SearchRequest): Promise<Found> {
  const query = parseSearchQuery(request.q);
  if (isEmptyQuery(query)) return await newest(orm, request);
  const { accountId, includeWithdrawn } = request;
  const asksLoved = query.loved !== null;
  const [played, loved, names] = await Promise.all([
    accountId === undefined ? new Map<string, number>() : listeners.playedBy(accountId),
    asksLoved && accountId !== undefined ? listeners.lovedBy(accountId) : new Set<string>(),
    index.current(),
  ]);
  const likes = { loved: asksLoved ? loved : null, played };
  let found = findIds(names, query, request, likes);
  let meant: SearchMeant | null = null;
  const isNothing = found.tracks.total + found.albums.total + found.artists.total === 0;
  const other = isNothing
    ? names.tracks.correct(query.text)
    : found.tracks.total <= FEW_FOUND
      ? names.tracks.commoner(query.text)
      : null;
  if (other !== null) {
    const corrected = { ...query, text: other };
    const better = findIds(names, corrected, request, likes);
    if (better.tracks.total + better.albums.total + better.artists.total > 0) {
      meant = { q: [other, query.filters].filter((part) => part !== '').join(' '), applied: isNothing };
      if (isNothing) found = better;
    }
  }
  const [foundTracks, foundAlbums, foundArtists] = await Promise.all([
    tracksByIds(orm, found.tracks.ids),
    albumsByIds(orm, found.albums.ids, includeWithdrawn),
    artistsByIds(orm, found.artists.ids, includeWithdrawn),
  ]);
  return {
    ...{ tracks: foundTracks, albums: foundAlbums, artists: foundArtists, meant },
    ...{ total: found.tracks.total, albumTotal: found.albums.total, artistTotal: found.artists.total },
  };
}

type Likes = Pick<Wanted, 'loved' | 'played'>;

/** Ids of what is found of each kind. */
export function findIds(names: LibraryNames, query: SearchQuery, request: SearchRequest, likes: Likes): Ids {
  const { kind, offset, limit, includeWithdrawn = false } = request;
  const pageOf = (wanted: typeof kind, beside: number) => {
    if (kind === undefined) return wanted === 'track' ? { offset, limit } : { offset: 0, limit: beside };
    return kind === wanted ? { offset, limit } : { offset: 0, limit: 0 };
  };
  const within = (index: NameIndex, wanted: 'track' | 'album' | 'artist', played: Likes['played']) =>
    index.find({ query, includeWithdrawn, loved: likes.loved, played, ...pageOf(wanted, BESIDE) });
  const ofTracks = within(names.tracks, 'track', likes.played);
  // Titles of tracks are asked for.
  const nothing = { ids: [], total: 0 };
  if (query.title.length > 0) return { tracks: ofTracks, albums: nothing, artists: nothing };
  const { albums, artists } = playedOf(names.tracks, likes.played);
  return {
    tracks: ofTracks,
    albums: within(names.albums, 'album', albums),
    artists: within(names.artists, 'artist', artists),
  };
}

/** How often albums and artists were played, by their tracks. */
function playedOf(tracks: NameIndex, played: Likes['played']) {
  const [albums, artists] = [new Map<string, number>(), new Map<string, number>()];
  for (const [id, plays] of played) {
    const names = tracks.namesOf(id);
    if (names === undefined) continue;
    albums.set(names.albumId, (albums.get(names.albumId) ?? 0) + plays);
    artists.set(names.artistId, (artists.get(names.artistId) ?? 0) + plays);
  }
  return { albums, artists };
}

async function newest(orm: Orm, { offset, limit, includeWithdrawn, kind }: SearchRequest): Promise<Found> {
  const shown = isShown(includeWithdrawn);
  const rest = { albums: [], artists: [], albumTotal: 0, artistTotal: 0, meant: null };
  if (kind !== undefined && kind !== 'track') return { ...rest, tracks: [], total: 0 };
  const rows = await orm
    .select({ id: tracks.id })
    .from(tracks)
    .where(shown)
    .orderBy(sql`${tracks.addedAt} desc nulls first`, asc(tracks.mediaKey))
    .offset(offset)
    .limit(limit);
  const found = await tracksByIds(
    orm,
    rows.map(({ id }) => id),
  );
  return { ...rest, tracks: found, total: await orm.$count(tracks, shown) };
}
