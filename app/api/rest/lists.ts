/** Lists that need more than one question: albums by what was played, searches, lyrics. */
import type { ListedAlbum, Song } from '@/lib/contracts/catalog';
import { isEnxameError } from '@/lib/contracts/errors';
import type { Lyrics } from '@/lib/contracts/lyrics';
import type { RpcParams } from '@/lib/contracts/rpc';
import type { SearchAnswer, SearchKind } from '@/lib/contracts/search';
import type { Child } from '@/lib/contracts/subsonic';
import type { RestCall } from './endpoint';
import { ERROR, RestError } from './envelope';
import { albumsById, allArtists, assertId, songsById, songsOf } from './library';
import { favouritesOf } from './marks';
import { songOf } from './shapes';

type Call = Pick<RestCall, 'account' | 'ask'>;
type Sort = RpcParams<'catalog.albumList'>['sort'];

const HISTORY_PAGE = 200;
const DAY_MS = 86_400_000;
/** Plays looked at for albums by what was played: nobody turns further pages of those. */
const MAX_PLAYS = 2_000;
/** Matches that a search gives at a time. */
const SEARCH_PAGE = 200;

export const ALBUM_LISTS = [
  ...['random', 'newest', 'highest', 'frequent', 'recent', 'alphabeticalByName', 'alphabeticalByArtist', 'starred'],
  ...['byYear', 'byGenre'],
] as const;

export interface AlbumListRequest {
  type: string;
  size: number;
  offset: number;
  fromYear?: number | undefined;
  toYear?: number | undefined;
  genre?: string | undefined;
}

const SORTS: Record<string, Sort> = {
  random: 'random',
  newest: 'newest',
  alphabeticalByName: 'name',
  alphabeticalByArtist: 'artist',
};

/** A page of albums. @throws {RestError} when `byYear` lacks the years */
export async function albumList(call: Call, wanted: AlbumListRequest): Promise<ListedAlbum[]> {
  const { type, size, offset } = wanted;
  if (size === 0) return [];
  const page = { offset, limit: size };
  const sort = SORTS[type];
  if (sort !== undefined) return (await call.ask('catalog.albumList', { sort, ...page })).albums;
  if (type === 'byYear') return (await call.ask('catalog.albumList', { ...yearsOf(wanted), ...page })).albums;
  if (type === 'recent' || type === 'frequent') {
    const ids = await playedAlbums(call, type, offset + size);
    return albumsById(call.ask, ids.slice(offset));
  }
  if (type === 'byGenre') {
    if (wanted.genre === undefined) throw new RestError(ERROR.missingParameter, 'The parameter "genre" is missing.');
    return (await call.ask('catalog.albumList', { genre: wanted.genre, ...page })).albums;
  }
  if (type === 'starred') {
    const ids = (await favouritesOf(call, 'album')).map(({ id }) => id);
    return (await albumsById(call.ask, ids)).slice(offset, offset + size);
  }
  return [];
}

/** From the later to the earlier year where the first is the later. */
function yearsOf({ fromYear, toYear }: AlbumListRequest) {
  if (fromYear === undefined) throw new RestError(ERROR.missingParameter, 'The parameter "fromYear" is missing.');
  if (toYear === undefined) throw new RestError(ERROR.missingParameter, 'The parameter "toYear" is missing.');
  const sort: Sort = fromYear > toYear ? 'newestYear' : 'oldestYear';
  return { sort, fromYear: Math.min(fromYear, toYear), toYear: Math.max(fromYear, toYear) };
}

/** Albums of the tracks that were played last, or most, each once. */
async function playedAlbums({ ask, account }: Call, by: 'recent' | 'frequent', wanted: number): Promise<string[]> {
  const found = new Set<string>();
  for (let offset = 0; offset < MAX_PLAYS && found.size < wanted; offset += HISTORY_PAGE) {
    const page = { accountId: account.id, offset, limit: HISTORY_PAGE };
    const played =
      by === 'recent'
        ? (await ask('history.recent', page)).plays
        : (await ask('history.top', { ...page, window: 'all' })).tracks;
    const songs = await songsById(
      ask,
      played.map(({ trackId }) => trackId),
    );
    for (const { albumId } of songs) found.add(albumId);
    if (played.length < HISTORY_PAGE) break;
  }
  return [...found].slice(0, wanted);
}

/** The songs of an artist that this account played most. */
export async function topSongs({ ask, account }: Call, artistName: string, count: number): Promise<Song[]> {
  const { artists } = await ask('catalog.search', { q: artistName, kind: 'artist' });
  const artist = artists.find(({ name }) => name.toLowerCase() === artistName.toLowerCase());
  if (artist === undefined || count === 0) return [];
  const ofArtist = new Map((await songsOf(ask, { artistId: artist.id })).map((song) => [song.id, song]));
  const found: Song[] = [];
  for (let offset = 0; offset < MAX_PLAYS && found.length < count; offset += HISTORY_PAGE) {
    const { tracks } = await ask('history.top', {
      accountId: account.id,
      window: 'all',
      offset,
      limit: HISTORY_PAGE,
    });
    found.push(...tracks.flatMap(({ trackId }) => ofArtist.get(trackId) ?? []));
    if (tracks.length < HISTORY_PAGE) break;
  }
  return found.slice(0, count);
}

/** Songs that go with a song, an artist or an album, whichever the id names. @throws {EnxameError} `not_found` for what can name nothing */
export async function similarTo(call: Call & { params: { id: string; count: number } }): Promise<{ song: Child[] }> {
  const { id, count } = call.params;
  if (count === 0) return { song: [] };
  const known = assertId(id);
  const forms: RpcParams<'catalog.mix'>['of'][] = [
    { kind: 'tracks', ids: [known] },
    { kind: 'artist', id: known },
    { kind: 'album', id: known },
  ];
  for (const of of forms) {
    // Another mix each day.
    const question = { accountId: call.account.id, of, limit: count, seed: Math.floor(Date.now() / DAY_MS) };
    const found = await call.ask('catalog.mix', question).catch((error: unknown) => {
      if (isEnxameError(error) && error.code === 'not_found') return null;
      throw error;
    });
    if (found !== null) return { song: (await songsById(call.ask, found.trackIds)).map(songOf) };
  }
  return { song: [] };
}

export interface SearchRequest {
  query: string;
  artistCount: number;
  artistOffset: number;
  albumCount: number;
  albumOffset: number;
  songCount: number;
  songOffset: number;
}

/** What matches; without a word, or with `""` as one, the whole library page by page: so apps copy it. */
export async function search(call: Call, wanted: SearchRequest) {
  // Lucene's signs, which old apps put around what was typed.
  const q = wanted.query.replaceAll(/^["*\s]+|["*\s]+$/g, '');
  const { artistOffset, artistCount, albumOffset, albumCount, songOffset, songCount } = wanted;
  if (q === '') {
    return {
      artists: artistCount === 0 ? [] : (await allArtists(call.ask)).slice(artistOffset, artistOffset + artistCount),
      albums:
        albumCount === 0
          ? []
          : (await call.ask('catalog.albumList', { sort: 'name', offset: albumOffset, limit: albumCount })).albums,
      songs: songCount === 0 ? [] : (await call.ask('catalog.songs', { offset: songOffset, limit: songCount })).songs,
    };
  }
  const [artists, albums, songs] = await Promise.all([
    found(call, q, 'artist', artistOffset, artistCount),
    found(call, q, 'album', albumOffset, albumCount),
    found(call, q, 'track', songOffset, songCount),
  ]);
  return {
    artists: artists.flatMap((page) => page.artists),
    albums: await albumsById(
      call.ask,
      albums.flatMap((page) => page.albums.map(({ id }) => id)),
    ),
    songs: await songsById(
      call.ask,
      songs.flatMap((page) => page.tracks.map(({ id }) => id)),
    ),
  };
}

/** A part of what matches, as pages of the service. */
async function found(
  { ask, account }: Call,
  q: string,
  kind: SearchKind,
  from: number,
  count: number,
): Promise<SearchAnswer[]> {
  const pages: SearchAnswer[] = [];
  for (let got = 0; got < count; ) {
    const limit = Math.min(SEARCH_PAGE, count - got);
    const page = await ask('catalog.search', { q, kind, accountId: account.id, offset: from + got, limit });
    pages.push(page);
    got += limit;
    const total = { track: page.total, album: page.albumTotal, artist: page.artistTotal }[kind];
    if (from + got >= total) break;
  }
  return pages;
}

/** The song that somebody else's tags name. */
export async function songNamed({ ask }: Pick<Call, 'ask'>, artist: string, title: string): Promise<Song | null> {
  const wanted = [{ title, artist, album: '', durationS: null, fileName: '' }];
  const { tracks } = await ask('catalog.match', { wanted });
  const [track] = tracks;
  return track == null ? null : ((await songsById(ask, [track.id]))[0] ?? null);
}

/** Lyrics with the times of their lines, in milliseconds, where these are known. */
export function structuredLyrics(song: Song, { synced, lines }: Lyrics) {
  return {
    displayArtist: song.artist,
    displayTitle: song.title,
    // Its language is not known.
    lang: 'und',
    synced,
    line: lines.map(({ atMs, text }) => ({ ...(atMs === null ? {} : { start: atMs }), value: text })),
  };
}
