'use client';
import { keepPreviousData, useInfiniteQuery, useQuery } from '@tanstack/react-query';
/** Questions to the gateway with their cache keys; live events name the keys that they make stale (live-events.ts). */
import { MAX_LIST_PAGE, MAX_QUEUE_ITEMS, type MarkedKind, MIN_NAME_QUERY_CHARS } from '@/lib/contracts/choices';
import type { StatsWindow } from '@/lib/contracts/history';
import type { HeardShelf } from '@/lib/contracts/shelves';
import { gateway } from './ask';
import { nextOffset as nextFavourites } from './marks/favourites-pages';
import { type Joined, wholeList } from './whole-list';

export const keys = {
  me: ['me'] as const,
  sessions: ['sessions'] as const,
  appPasswords: ['app-passwords'] as const,
  albums: ['albums'] as const,
  tracks: ['tracks'] as const,
  /** Below the lists of tracks: what changes those changes them. */
  musicFolders: ['tracks', 'folders'] as const,
  /** Below the lists of tracks, likewise. */
  genres: ['tracks', 'genres'] as const,
  album: (id: string) => ['albums', id] as const,
  artists: ['artists'] as const,
  artist: (id: string) => ['artists', id] as const,
  lyrics: (trackId: string) => ['lyrics', trackId] as const,
  search: (q: string) => ['search', q] as const,
  playlists: ['playlists'] as const,
  playlist: (id: string) => ['playlist', id] as const,
  publicPlaylists: ['playlists', 'public'] as const,
  /** What rules choose: it changes with the library, and with what is played and marked. */
  smart: ['smart'] as const,
  smartTracks: (id: string) => ['smart', id] as const,
  playlistChanges: (id: string) => ['playlist', id, 'changes'] as const,
  favourites: (kind: MarkedKind) => ['favourites', kind] as const,
  deadLetters: ['dead-letters'] as const,
  history: ['history'] as const,
  topTracks: (window: StatsWindow) => ['history', 'top', window] as const,
  statistics: (window: StatsWindow) => ['history', 'statistics', window] as const,
  forwarding: ['history', 'forwarding'] as const,
  home: ['home'] as const,
  /** Of the history, and changes with it. */
  shelf: (shelf: HeardShelf) => ['history', 'shelf', shelf] as const,
  imports: ['imports'] as const,
  folders: ['imports', 'folders'] as const,
  summary: ['summary'] as const,
  people: ['people'] as const,
  tags: ['tags'] as const,
  tagEdits: ['tags', 'edits'] as const,
  tagRules: ['tags', 'rules'] as const,
  peopleNamed: (q: string) => ['people', 'named', q] as const,
  health: ['health'] as const,
};

const PAGE_SIZE = 60;
/** Tracks that a search shows before all of them are asked for: the fewer, the sooner they are drawn. */
const SEARCH_LIMIT = 20;
const IMPORT_POLL_MS = 1000;
const FOLDERS_POLL_MS = 15_000;
const RULES_POLL_MS = 2000;
const HEALTH_POLL_MS = 5000;
const FORWARDING_POLL_MS = 5000;

const nextOffset = (total: number, pages: number) => (pages * PAGE_SIZE < total ? pages * PAGE_SIZE : undefined);

export const useMe = () =>
  useQuery({ queryKey: keys.me, queryFn: ({ signal }) => gateway.me(signal), staleTime: 60_000 });

export const useSessions = () =>
  useQuery({ queryKey: keys.sessions, queryFn: ({ signal }) => gateway.sessions(signal) });

export const useAppPasswords = () =>
  useQuery({ queryKey: keys.appPasswords, queryFn: ({ signal }) => gateway.appPasswords(signal) });

/** All shelves of the home page, in the time zone of this device. Another seed keeps the page as it is until its albums are there. */
export const useHome = (seed: number, limit = 12) =>
  useQuery({
    queryKey: [...keys.home, seed, limit],
    queryFn: ({ signal }) => gateway.home({ seed, limit, timeZone: timeZoneHere() }, signal),
    placeholderData: keepPreviousData,
  });

export const useShelf = (shelf: HeardShelf) =>
  useInfiniteQuery({
    queryKey: keys.shelf(shelf),
    queryFn: ({ pageParam, signal }) =>
      gateway.shelf(shelf, { offset: pageParam, limit: PAGE_SIZE, timeZone: timeZoneHere() }, signal),
    initialPageParam: 0,
    getNextPageParam: (last, pages) => nextOffset(last.total, pages.length),
  });

export const timeZoneHere = () => Intl.DateTimeFormat().resolvedOptions().timeZone;

export const albumQuery = (id: string) => ({
  queryKey: keys.album(id),
  queryFn: wholeList((offset, signal) => gateway.album(id, offset, signal), wholeAlbum),
});

const wholeAlbum: Joined<Awaited<ReturnType<typeof gateway.album>>> = {
  isWhole: ({ tracks, total }) => tracks.length >= total,
  isEmpty: ({ tracks }) => tracks.length === 0,
  join: (one, next) => ({ ...one, tracks: [...one.tracks, ...next.tracks] }),
};

export const useAlbum = (id: string) => useQuery(albumQuery(id));

export const artistQuery = (id: string) => ({
  queryKey: keys.artist(id),
  queryFn: wholeList((offset, signal) => gateway.artist(id, offset, signal), wholeArtist),
});

const wholeArtist: Joined<Awaited<ReturnType<typeof gateway.artist>>> = {
  isWhole: ({ albums, albumTotal, tracks, trackTotal }) => albums.length >= albumTotal && tracks.length >= trackTotal,
  isEmpty: ({ albums, tracks }) => albums.length + tracks.length === 0,
  join: (one, next) => ({
    ...one,
    albums: [...one.albums, ...next.albums],
    tracks: [...one.tracks, ...next.tracks],
  }),
};

export const useArtist = (id: string) => useQuery(artistQuery(id));

export const useGenre = (id: string) =>
  useQuery({ queryKey: [...keys.genres, id], queryFn: ({ signal }) => gateway.genre(id, signal) });

export const useYears = () =>
  useQuery({ queryKey: [...keys.albums, 'years'], queryFn: ({ signal }) => gateway.years(signal) });

export const useMusicFolders = () =>
  useQuery({ queryKey: keys.musicFolders, queryFn: ({ signal }) => gateway.musicFolders(signal) });

export const useMusicFolder = (root: string, path: string) => useQuery(folderQuery(root, path));

export const folderQuery = (root: string, path: string) => ({
  queryKey: [...keys.musicFolders, root, path],
  queryFn: wholeList((offset, signal) => gateway.musicFolder(root, path, offset, signal), wholeFolder),
});

const wholeFolder: Joined<Awaited<ReturnType<typeof gateway.musicFolder>>> = {
  isWhole: ({ tracks, total }) => tracks.length >= total,
  isEmpty: ({ tracks }) => tracks.length === 0,
  join: (one, next) => ({ ...one, tracks: [...one.tracks, ...next.tracks] }),
};

export const useLyrics = (trackId: string) =>
  useQuery({ queryKey: keys.lyrics(trackId), queryFn: ({ signal }) => gateway.lyrics(trackId, signal) });

/** Keeps the last answer on the page while the next letter is being looked up. */
export const useSearch = (q: string) =>
  useQuery({
    queryKey: keys.search(q),
    queryFn: ({ signal }) => gateway.search({ q, offset: 0, limit: SEARCH_LIMIT }, signal),
    enabled: q !== '',
    placeholderData: keepPreviousData,
  });

/** As the server has them; with this tab's changes that are not confirmed yet: playlists/changes.ts. */
export const usePlaylistsOfServer = (enabled = true) =>
  useQuery({ queryKey: keys.playlists, queryFn: ({ signal }) => gateway.playlists(signal), enabled });

export const playlistQuery = (id: string) => ({
  queryKey: keys.playlist(id),
  queryFn: ({ signal }: { signal: AbortSignal }) => gateway.playlist(id, signal),
});

/** All tracks of a smart playlist that a queue holds. */
export const smartTracksQuery = (id: string) => ({
  queryKey: [...keys.smartTracks(id), 'whole'],
  queryFn: wholeList(
    (offset, signal) => gateway.playlistTracks(id, { offset, limit: MAX_LIST_PAGE }, signal),
    wholeSmart,
  ),
});

const wholeSmart: Joined<Awaited<ReturnType<typeof gateway.playlistTracks>>> = {
  // One more than it holds, so that it says that there are more.
  isWhole: ({ tracks, total }) => tracks.length >= Math.min(total, MAX_QUEUE_ITEMS + 1),
  isEmpty: ({ tracks }) => tracks.length === 0,
  join: (one, next) => ({ ...one, tracks: [...one.tracks, ...next.tracks] }),
};

export const usePlaylistOfServer = (id: string, enabled: boolean) => useQuery({ ...playlistQuery(id), enabled });

export const usePublicPlaylists = () =>
  useInfiniteQuery({
    queryKey: keys.publicPlaylists,
    queryFn: ({ pageParam, signal }) => gateway.publicPlaylists({ offset: pageParam, limit: PAGE_SIZE }, signal),
    initialPageParam: 0,
    getNextPageParam: (last, pages) => nextOffset(last.total, pages.length),
  });

export const usePlaylistChanges = (id: string) =>
  useQuery({ queryKey: keys.playlistChanges(id), queryFn: ({ signal }) => gateway.playlistChanges(id, signal) });

/** Large pages: a list of thousands is read on as it is scrolled. */
const FAVOURITES_PAGE_SIZE = 200;

export const useFavourites = (kind: MarkedKind) =>
  useInfiniteQuery({
    queryKey: keys.favourites(kind),
    queryFn: ({ pageParam, signal }) =>
      gateway.favourites(kind, { offset: pageParam, limit: FAVOURITES_PAGE_SIZE }, signal),
    initialPageParam: 0,
    getNextPageParam: (_, pages) => nextFavourites(pages),
  });

export const useDeadLetters = () =>
  useQuery({
    queryKey: keys.deadLetters,
    queryFn: ({ signal }) => gateway.deadLetters(signal),
    refetchInterval: HEALTH_POLL_MS,
  });

export const useHistory = () =>
  useInfiniteQuery({
    queryKey: keys.history,
    queryFn: ({ pageParam, signal }) => gateway.history({ offset: pageParam, limit: PAGE_SIZE }, signal),
    initialPageParam: 0,
    getNextPageParam: (last, pages) => nextOffset(last.total, pages.length),
  });

/** Keeps the last answer on the page while another window of time is being counted. */
export const useTopTracks = (window: StatsWindow, limit: number) =>
  useQuery({
    queryKey: [...keys.topTracks(window), limit],
    queryFn: ({ signal }) => gateway.topTracks(window, { offset: 0, limit }, signal),
    placeholderData: keepPreviousData,
  });

/** In the time zone of this device. */
export const useStatistics = (window: StatsWindow) =>
  useQuery({
    queryKey: keys.statistics(window),
    queryFn: ({ signal }) => gateway.statistics(window, timeZoneHere(), signal),
    placeholderData: keepPreviousData,
  });

/** Asked now and then while plays wait, since no event tells when they were forwarded. */
export const useForwarding = () =>
  useQuery({
    queryKey: keys.forwarding,
    queryFn: ({ signal }) => gateway.forwarding(signal),
    refetchInterval: (query) => ((query.state.data?.pending ?? 0) > 0 ? FORWARDING_POLL_MS : false),
  });

/** Asked every second while one runs: the count goes on where the connection for live events is not up. */
export const useImports = () =>
  useQuery({
    queryKey: keys.imports,
    queryFn: ({ signal }) => gateway.imports(signal),
    refetchInterval: (query) =>
      query.state.data?.imports.some(
        (run) => run.state === 'running' || (run.state === 'done' && run.sealed < run.toSeal),
      )
        ? IMPORT_POLL_MS
        : false,
  });

/** Asked now and then: nothing tells that a folder was looked through and had not changed. */
export const useFolders = () =>
  useQuery({
    queryKey: keys.folders,
    queryFn: ({ signal }) => gateway.folders(signal),
    refetchInterval: FOLDERS_POLL_MS,
  });

export const useSummary = () => useQuery({ queryKey: keys.summary, queryFn: ({ signal }) => gateway.summary(signal) });

export const usePeople = () => useQuery({ queryKey: keys.people, queryFn: ({ signal }) => gateway.people(signal) });

/** Keeps the last answer while the next letter is being looked up. Nobody is asked for below the shortest name. */
export const usePeopleNamed = (q: string) =>
  useQuery({
    queryKey: keys.peopleNamed(q),
    queryFn: ({ signal }) => gateway.findPeople(q, signal),
    enabled: q.length >= MIN_NAME_QUERY_CHARS,
    placeholderData: keepPreviousData,
  });

export const useTagEdits = () =>
  useInfiniteQuery({
    queryKey: keys.tagEdits,
    queryFn: ({ pageParam, signal }) => gateway.tagEdits({ offset: pageParam, limit: PAGE_SIZE }, signal),
    initialPageParam: 0,
    getNextPageParam: (last, pages) => nextOffset(last.total, pages.length),
  });

/** Asked now and then while tracks are named anew. */
export const useTagRules = () =>
  useQuery({
    queryKey: keys.tagRules,
    queryFn: ({ signal }) => gateway.tagRules(signal),
    refetchInterval: (query) => ((query.state.data?.waiting ?? 0) > 0 ? RULES_POLL_MS : false),
  });

export const useHealth = () =>
  useQuery({
    queryKey: keys.health,
    queryFn: ({ signal }) => gateway.health(signal),
    refetchInterval: HEALTH_POLL_MS,
  });
