/**
 * The OpenSubsonic API (https://opensubsonic.netlify.app): every endpoint with its parameters, its answer, and the questions to our
 * services that it stands for. Answered at `/rest/<name>` and `/rest/<name>.view`, by GET and by POST (handle.ts).
 */
import * as z from 'zod/mini';
import { answers } from '@/lib/contracts/subsonic';
import { runtime } from '../_lib/runtime';
import { mayDownload, planDownload } from '../download/plan';
import { cover } from './covers';
import { answering, Download, type RestEndpoint, sending } from './endpoint';
import { ERROR, RestError } from './envelope';
import { extensions } from './extensions';
import * as field from './fields';
import { directory, indexes } from './folders';
import { albumById, albumsOf, allArtists, assertId, songById, songsOf } from './library';
import { ALBUM_LISTS, albumList, search, similarTo, songNamed, structuredLyrics, topSongs } from './lists';
import { rate, star, starred } from './marks';
import { createPlaylist, deletePlaylist, listPlaylists, readPlaylist, updatePlaylist } from './playlists';
import { nowPlaying, PLAYBACK_STATES, playingNow, reportPlayback, scrobble } from './plays';
import { deleteBookmark, listBookmarks, nothingSaved, readQueue, saveQueue, setBookmark } from './queue';
import { scanStatus, startScan } from './scans';
import { albumAsFolder, albumOf, artistOf, IGNORED_ARTICLES, indexed, MUSIC_FOLDER, songOf } from './shapes';
import { streamOf } from './streams';
import { userOf } from './users';

const byId = z.object({ id: field.id });
const listOfAlbums = z.object({
  type: z.enum(ALBUM_LISTS),
  size: field.size(10),
  offset: field.offset,
  ...field.years,
  genre: z.optional(field.text),
});
const marked = z.object({
  id: z._default(field.anyIds, []),
  albumId: z._default(field.anyIds, []),
  artistId: z._default(field.anyIds, []),
});
const searched = z.object({
  query: z._default(field.text, ''),
  artistCount: field.size(20),
  artistOffset: field.offset,
  albumCount: field.size(20),
  albumOffset: field.offset,
  songCount: field.size(20),
  songOffset: field.offset,
});

/** What Enxame has nothing of. */
const none = {
  podcasts: () => ({ podcasts: { channel: [] } }),
  newestPodcasts: () => ({ newestPodcasts: { episode: [] } }),
  stations: () => ({ internetRadioStations: { internetRadioStation: [] } }),
  shares: () => ({ shares: { share: [] } }),
  noSharing: () => {
    throw new RestError(
      ERROR.notAllowed,
      'This server has no public shares. Share a playlist with its listeners instead.',
    );
  },
};

export const endpoints: Record<string, RestEndpoint> = {
  ping: answering(answers.nothing, undefined, () => ({})),
  getArtists: answering(answers.artists, undefined, async ({ ask }) => ({
    artists: { ignoredArticles: IGNORED_ARTICLES, index: indexed((await allArtists(ask)).map(artistOf)) },
  })),
  getArtist: answering(answers.artist, byId, async ({ ask, params }) => {
    const { artist } = await ask('catalog.artist', { id: assertId(params.id) });
    const albums = await albumsOf(ask, { artistId: artist.id, sort: 'newestYear' });
    return { artist: { ...artistOf(artist), albumCount: albums.length, album: albums.map(albumOf) } };
  }),
  getAlbum: answering(answers.album, byId, async ({ ask, params }) => {
    const album = await albumById(ask, params.id);
    return { album: { ...albumOf(album), song: (await songsOf(ask, { albumId: album.id })).map(songOf) } };
  }),
  getAlbumList2: answering(answers.albumList2, listOfAlbums, async (call) => ({
    albumList2: { album: (await albumList(call, call.params)).map(albumOf) },
  })),
  getGenres: answering(answers.genres, undefined, async ({ ask }) => {
    const { genres } = await ask('catalog.genreList', {});
    const genre = genres.map(({ name, songs, albums }) => ({ value: name, songCount: songs, albumCount: albums }));
    return { genres: { genre } };
  }),
  search3: answering(answers.searchResult3, searched, async (call) => {
    const { artists, albums, songs } = await search(call, call.params);
    return {
      searchResult3: { artist: artists.map(artistOf), album: albums.map(albumOf), song: songs.map(songOf) },
    };
  }),
  getCoverArt: sending(z.object({ id: field.id, size: z.optional(z.int().check(z.gte(1))) }), ({ ask, params }) =>
    cover(ask, params.id, params.size),
  ),
  stream: sending(
    z.object({
      id: field.id,
      format: z.optional(field.text),
      /** kbit/s */
      maxBitRate: z._default(z.int().check(z.gte(0)), 0),
      /** Seconds. */
      timeOffset: z._default(z.number().check(z.gte(0), z.lte(86_400)), 0),
      estimateContentLength: field.flag(false),
    }),
    (call) => streamOf(call),
  ),
  scrobble: answering(
    answers.nothing,
    z.object({
      id: field.playedIds,
      time: z._default(z.array(field.milliseconds), []),
      submission: field.flag(true),
    }),
    async (call) => {
      const { id, time, submission } = call.params;
      if (submission) await scrobble(call, id, time);
      else await nowPlaying(call, id[0] ?? '');
      return {};
    },
  ),
  getPlaylists: answering(answers.playlists, undefined, async (call) => ({
    playlists: { playlist: await listPlaylists(call) },
  })),
  getPlaylist: answering(answers.playlist, byId, async (call) => ({
    playlist: await readPlaylist(call, call.params.id),
  })),
  createPlaylist: answering(
    answers.playlist,
    z.object({
      playlistId: z.optional(field.id),
      name: z.optional(field.text),
      songId: z._default(field.anyIds, []),
    }),
    async (call) => {
      const { songId: songIds, ...wanted } = call.params;
      return { playlist: await createPlaylist(call, { ...wanted, songIds }) };
    },
  ),
  updatePlaylist: answering(
    answers.nothing,
    z.object({
      playlistId: field.id,
      name: z.optional(field.text),
      comment: z.optional(field.longText),
      public: z.optional(z.boolean()),
      songIdToAdd: z._default(field.anyIds, []),
      songIndexToRemove: z._default(z.array(z.int().check(z.gte(0))), []),
    }),
    async (call) => {
      await updatePlaylist(call, call.params);
      return {};
    },
  ),
  deletePlaylist: answering(answers.nothing, byId, async (call) => {
    await deletePlaylist(call, call.params.id);
    return {};
  }),

  getSong: answering(answers.song, byId, async ({ ask, params }) => ({ song: songOf(await songById(ask, params.id)) })),
  getRandomSongs: answering(
    answers.randomSongs,
    z.object({ size: field.size(10), genre: z.optional(field.text), ...field.years }),
    async ({ ask, params: { size, ...wanted } }) => {
      const { songs } = await ask('catalog.songs', { sort: 'random', ...wanted, limit: Math.max(1, size) });
      return { randomSongs: { song: songs.slice(0, size).map(songOf) } };
    },
  ),
  download: sending(z.object({ id: field.id }), async ({ ask, account, runtime, appPasswordId, params: { id } }) => {
    const planned = await planDownload({ ask, account, config: runtime.config }, { id: assertId(id) });
    return new Download(planned, appPasswordId);
  }),

  star: answering(answers.nothing, marked, async (call) => {
    await star(call, call.params, true);
    return {};
  }),
  unstar: answering(answers.nothing, marked, async (call) => {
    await star(call, call.params, false);
    return {};
  }),
  setRating: answering(
    answers.nothing,
    z.object({ id: field.id, rating: z.int().check(z.gte(0), z.lte(5)) }),
    async (call) => {
      await rate(call, call.params.id, call.params.rating);
      return {};
    },
  ),

  getStarred2: answering(answers.starred2, undefined, async (call) => {
    const { artists, albums, songs } = await starred(call);
    return { starred2: { artist: artists, album: albums.map(albumOf), song: songs.map(songOf) } };
  }),
  getTopSongs: answering(answers.topSongs, z.object({ artist: field.text, count: field.size(50) }), async (call) => ({
    topSongs: { song: (await topSongs(call, call.params.artist, call.params.count)).map(songOf) },
  })),
  getInternetRadioStations: answering(answers.internetRadioStations, undefined, none.stations),

  getOpenSubsonicExtensions: {
    ...answering(answers.extensions, undefined, () => ({ openSubsonicExtensions: extensions(runtime()) })),
    open: true,
  },
  getMusicFolders: answering(answers.musicFolders, undefined, () => ({
    musicFolders: { musicFolder: [MUSIC_FOLDER] },
  })),
  getIndexes: answering(
    answers.indexes,
    z.object({ ifModifiedSince: z._default(field.milliseconds, 0) }),
    async ({ ask }) => ({ indexes: await indexes(ask) }),
  ),
  getMusicDirectory: answering(answers.directory, byId, async ({ ask, params }) => ({
    directory: await directory(ask, params.id),
  })),
  getArtistInfo: answering(answers.artistInfo, byId, () => ({ artistInfo: { similarArtist: [] } })),
  getArtistInfo2: answering(answers.artistInfo2, byId, () => ({ artistInfo2: { similarArtist: [] } })),
  getSimilarSongs2: answering(answers.similarSongs2, field.like, async (call) => ({
    similarSongs2: await similarTo(call),
  })),
  getSongsByGenre: answering(
    answers.songsByGenre,
    z.object({ genre: field.text, count: field.size(10), offset: field.offset }),
    async ({ ask, params: { genre, count, offset } }) => {
      const { songs } = await ask('catalog.songs', { genre, offset, limit: Math.max(1, count) });
      return { songsByGenre: { song: songs.slice(0, count).map(songOf) } };
    },
  ),
  getLyrics: answering(
    answers.lyrics,
    z.object({ artist: z._default(field.text, ''), title: z._default(field.text, '') }),
    async ({ ask, params: { artist, title } }) => {
      const song = title === '' ? null : await songNamed({ ask }, artist, title);
      const { lyrics } = song === null ? { lyrics: null } : await ask('catalog.lyrics', { id: song.id });
      const value = lyrics?.lines.map((line) => line.text).join('\n') ?? '';
      return { lyrics: song === null ? { value } : { artist: song.artist, title: song.title, value } };
    },
  ),
  getLyricsBySongId: answering(answers.lyricsList, byId, async ({ ask, params }) => {
    const song = await songById(ask, params.id);
    const { lyrics } = await ask('catalog.lyrics', { id: song.id });
    return { lyricsList: { structuredLyrics: lyrics === null ? [] : [structuredLyrics(song, lyrics)] } };
  }),

  getPlayQueue: answering(answers.playQueue, undefined, async (call) => {
    const queue = await readQueue(call);
    if (queue === null) return { playQueue: nothingSaved(call.account) };
    return { playQueue: { ...(queue.current === undefined ? {} : { current: queue.current }), ...queue.saved } };
  }),
  savePlayQueue: answering(
    answers.nothing,
    z.object({
      id: z._default(field.anyIds, []),
      current: z.optional(field.id),
      position: z._default(field.milliseconds, 0),
    }),
    async (call) => {
      await saveQueue(call, call.params.id, { id: call.params.current }, call.params.position);
      return {};
    },
  ),

  getAlbumList: answering(answers.albumList, listOfAlbums, async (call) => ({
    albumList: { album: (await albumList(call, call.params)).map(albumAsFolder) },
  })),
  getStarred: answering(answers.starred, undefined, async (call) => {
    const { artists, albums, songs } = await starred(call);
    const artist = artists.map(({ id, name }) => ({ id, name }));
    return { starred: { artist, album: albums.map(albumAsFolder), song: songs.map(songOf) } };
  }),
  getSimilarSongs: answering(answers.similarSongs, field.like, async (call) => ({
    similarSongs: await similarTo(call),
  })),

  getScanStatus: answering(answers.scanStatus, undefined, async ({ ask }) => ({ scanStatus: await scanStatus(ask) })),
  startScan: answering(answers.scanStatus, undefined, async (call) => ({ scanStatus: await startScan(call) })),

  getLicense: answering(answers.license, undefined, ({ account }) => ({
    license: { valid: true, email: account.email },
  })),
  getNowPlaying: answering(answers.nowPlaying, undefined, async (call) => ({
    nowPlaying: { entry: await playingNow(call) },
  })),
  getAlbumInfo: answering(answers.albumInfo, byId, () => ({ albumInfo: {} })),
  getAlbumInfo2: answering(answers.albumInfo, byId, () => ({ albumInfo: {} })),
  search2: answering(answers.searchResult2, searched, async (call) => {
    const { artists, albums, songs } = await search(call, call.params);
    return {
      searchResult2: {
        artist: artists.map(({ id, name }) => ({ id, name })),
        album: albums.map(albumAsFolder),
        song: songs.map(songOf),
      },
    };
  }),
  getUser: answering(answers.user, undefined, ({ account, runtime }) => ({
    user: userOf(account, mayDownload(runtime.config, account)),
  })),
  getUsers: answering(answers.users, undefined, ({ account, runtime }) => ({
    users: { user: [userOf(account, mayDownload(runtime.config, account))] },
  })),
  getPlayQueueByIndex: answering(answers.playQueueByIndex, undefined, async (call) => {
    const queue = await readQueue(call);
    if (queue === null) return { playQueueByIndex: nothingSaved(call.account) };
    return { playQueueByIndex: { currentIndex: queue.currentIndex, ...queue.saved } };
  }),
  savePlayQueueByIndex: answering(
    answers.nothing,
    z.object({
      id: z._default(field.anyIds, []),
      currentIndex: z.optional(z.int()),
      position: z._default(field.milliseconds, 0),
    }),
    async (call) => {
      const { id, currentIndex, position } = call.params;
      if (id.length > 0 && currentIndex === undefined) {
        throw new RestError(ERROR.missingParameter, 'The parameter "currentIndex" is missing.');
      }
      await saveQueue(call, id, { index: currentIndex }, position);
      return {};
    },
  ),
  reportPlayback: answering(
    answers.nothing,
    z.object({
      mediaId: field.id,
      mediaType: z.enum(['song', 'podcast']),
      positionMs: field.milliseconds,
      state: z.enum(PLAYBACK_STATES),
      ignoreScrobble: field.flag(false),
    }),
    async (call) => {
      await reportPlayback(call, call.params);
      return {};
    },
  ),
  tokenInfo: answering(answers.tokenInfo, undefined, ({ account }) => ({ tokenInfo: { username: account.email } })),
  getShares: answering(answers.shares, undefined, none.shares),
  createShare: answering(answers.shares, undefined, none.noSharing),
  updateShare: answering(answers.nothing, undefined, none.noSharing),
  deleteShare: answering(answers.nothing, undefined, none.noSharing),
  getPodcasts: answering(answers.podcasts, undefined, none.podcasts),
  getNewestPodcasts: answering(answers.newestPodcasts, undefined, none.newestPodcasts),
  getBookmarks: answering(answers.bookmarks, undefined, async (call) => ({
    bookmarks: { bookmark: await listBookmarks(call) },
  })),
  createBookmark: answering(
    answers.nothing,
    z.object({ id: field.id, position: field.milliseconds, comment: z._default(field.longText, '') }),
    async (call) => {
      const { id, position, comment } = call.params;
      await setBookmark(call, id, position, comment);
      return {};
    },
  ),
  deleteBookmark: answering(answers.nothing, byId, async (call) => {
    await deleteBookmark(call, call.params.id);
    return {};
  }),
};
