/** What the OpenSubsonic API answers with, by its own names (https://opensubsonic.netlify.app/docs/responses/). */
import * as z from 'zod/mini';

const text = z.string();
/** ISO 8601. */
const moment = z.string().check(z.regex(/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?Z$/));
const count = z.int().check(z.gte(0));
const some = <S extends z.ZodMiniType>(schema: S) => z.optional(schema);
const list = <S extends z.ZodMiniType>(schema: S) => z.array(schema);
const stars = z.int().check(z.gte(1), z.lte(5));

const named = z.object({ name: text });
/** `0` of a part: not known. */
const itemDate = z.object({ year: some(z.int()), month: some(z.int()), day: some(z.int()) });
/** An artist as songs and albums name it. */
const credited = z.object({ id: text, name: text });

/** A song; in folders also a folder. */
export const child = z.object({
  id: text,
  parent: some(text),
  isDir: z.boolean(),
  title: text,
  album: some(text),
  artist: some(text),
  track: some(z.int()),
  year: some(z.int()),
  genre: some(text),
  coverArt: some(text),
  size: some(count),
  contentType: some(text),
  suffix: some(text),
  transcodedContentType: some(text),
  transcodedSuffix: some(text),
  /** Seconds. */
  duration: some(count),
  /** kbit/s */
  bitRate: some(count),
  path: some(text),
  isVideo: some(z.boolean()),
  userRating: some(stars),
  discNumber: some(z.int()),
  created: some(moment),
  starred: some(moment),
  albumId: some(text),
  artistId: some(text),
  type: some(z.literal('music')),
  mediaType: some(z.enum(['song', 'album', 'artist'])),
  bookmarkPosition: some(count),
  bpm: some(z.int()),
  genres: some(list(named)),
  artists: some(list(credited)),
  displayArtist: some(text),
  albumArtists: some(list(credited)),
  displayAlbumArtist: some(text),
  contributors: some(list(z.object({ role: text, subRole: some(text), artist: credited }))),
  displayComposer: some(text),
  replayGain: some(
    z.object({
      trackGain: some(z.number()),
      trackPeak: some(z.number()),
      albumGain: some(z.number()),
      albumPeak: some(z.number()),
    }),
  ),
});
export type Child = z.infer<typeof child>;

export const albumId3 = z.object({
  id: text,
  name: text,
  artist: some(text),
  artistId: some(text),
  coverArt: some(text),
  songCount: count,
  duration: count,
  created: moment,
  starred: some(moment),
  userRating: some(stars),
  year: some(z.int()),
  genre: some(text),
  genres: some(list(named)),
  artists: some(list(credited)),
  displayArtist: some(text),
  recordLabels: some(list(named)),
  musicBrainzId: some(text),
  releaseTypes: some(list(text)),
  releaseDate: some(itemDate),
  originalReleaseDate: some(itemDate),
  isCompilation: some(z.boolean()),
});
export type AlbumId3 = z.infer<typeof albumId3>;

export const artistId3 = z.object({
  id: text,
  name: text,
  coverArt: some(text),
  albumCount: count,
  starred: some(moment),
  userRating: some(stars),
  sortName: some(text),
  musicBrainzId: some(text),
});
export type ArtistId3 = z.infer<typeof artistId3>;

/** An artist, or a folder, of the old interface. */
const oldArtist = z.object({ id: text, name: text, starred: some(moment), userRating: some(stars) });

const playlist = z.object({
  id: text,
  name: text,
  comment: some(text),
  owner: text,
  public: z.boolean(),
  songCount: count,
  duration: count,
  created: moment,
  changed: moment,
  coverArt: some(text),
  readonly: some(z.boolean()),
});
export type RestPlaylist = z.infer<typeof playlist>;

const user = z.object({
  username: text,
  email: some(text),
  scrobblingEnabled: z.boolean(),
  adminRole: z.boolean(),
  settingsRole: z.boolean(),
  downloadRole: z.boolean(),
  uploadRole: z.boolean(),
  playlistRole: z.boolean(),
  coverArtRole: z.boolean(),
  commentRole: z.boolean(),
  podcastRole: z.boolean(),
  streamRole: z.boolean(),
  jukeboxRole: z.boolean(),
  shareRole: z.boolean(),
  videoConversionRole: z.boolean(),
  folder: list(z.int()),
});

const info = {
  biography: some(text),
  musicBrainzId: some(text),
  smallImageUrl: some(text),
  mediumImageUrl: some(text),
  largeImageUrl: some(text),
};
const index = <S extends z.ZodMiniType>(of: S) => list(z.object({ name: text, artist: list(of) }));
const share = z.object({ id: text, url: text, username: text, created: moment, visitCount: count, entry: list(child) });
const scan = z.object({ scanning: z.boolean(), count: some(count), lastScan: some(moment) });
const bookmark = z.object({
  position: count,
  username: text,
  comment: some(text),
  created: moment,
  changed: moment,
  entry: child,
});
const queue = {
  position: some(count),
  username: text,
  changed: moment,
  changedBy: text,
  entry: list(child),
};

/** What each kind of answer holds beside the envelope's own fields. */
export const answers = {
  nothing: z.object({}),
  license: z.object({ license: z.object({ valid: z.boolean(), email: some(text) }) }),
  musicFolders: z.object({ musicFolders: z.object({ musicFolder: list(z.object({ id: z.int(), name: text })) }) }),
  extensions: z.object({ openSubsonicExtensions: list(z.object({ name: text, versions: list(z.int()) })) }),
  tokenInfo: z.object({ tokenInfo: z.object({ username: text }) }),
  user: z.object({ user }),
  users: z.object({ users: z.object({ user: list(user) }) }),
  scanStatus: z.object({ scanStatus: scan }),

  artists: z.object({ artists: z.object({ ignoredArticles: text, index: index(artistId3) }) }),
  artist: z.object({ artist: z.object({ ...artistId3.shape, album: list(albumId3) }) }),
  album: z.object({ album: z.object({ ...albumId3.shape, song: list(child) }) }),
  song: z.object({ song: child }),
  genres: z.object({
    genres: z.object({ genre: list(z.object({ value: text, songCount: count, albumCount: count })) }),
  }),
  indexes: z.object({
    indexes: z.object({ ignoredArticles: text, lastModified: count, index: index(oldArtist), child: list(child) }),
  }),
  directory: z.object({
    directory: z.object({ id: text, parent: some(text), name: text, starred: some(moment), child: list(child) }),
  }),
  artistInfo: z.object({ artistInfo: z.object({ ...info, similarArtist: list(oldArtist) }) }),
  artistInfo2: z.object({ artistInfo2: z.object({ ...info, similarArtist: list(artistId3) }) }),
  albumInfo: z.object({ albumInfo: z.object({ ...info, notes: some(text) }) }),

  albumList: z.object({ albumList: z.object({ album: list(child) }) }),
  albumList2: z.object({ albumList2: z.object({ album: list(albumId3) }) }),
  randomSongs: z.object({ randomSongs: z.object({ song: list(child) }) }),
  songsByGenre: z.object({ songsByGenre: z.object({ song: list(child) }) }),
  similarSongs: z.object({ similarSongs: z.object({ song: list(child) }) }),
  similarSongs2: z.object({ similarSongs2: z.object({ song: list(child) }) }),
  topSongs: z.object({ topSongs: z.object({ song: list(child) }) }),
  nowPlaying: z.object({
    nowPlaying: z.object({
      entry: list(
        z.object({ ...child.shape, username: text, minutesAgo: count, playerId: z.int(), playerName: some(text) }),
      ),
    }),
  }),
  starred: z.object({ starred: z.object({ artist: list(oldArtist), album: list(child), song: list(child) }) }),
  starred2: z.object({ starred2: z.object({ artist: list(artistId3), album: list(albumId3), song: list(child) }) }),
  searchResult2: z.object({
    searchResult2: z.object({ artist: list(oldArtist), album: list(child), song: list(child) }),
  }),
  searchResult3: z.object({
    searchResult3: z.object({ artist: list(artistId3), album: list(albumId3), song: list(child) }),
  }),

  playlists: z.object({ playlists: z.object({ playlist: list(playlist) }) }),
  playlist: z.object({ playlist: z.object({ ...playlist.shape, entry: list(child) }) }),
  lyrics: z.object({ lyrics: z.object({ artist: some(text), title: some(text), value: text }) }),
  lyricsList: z.object({
    lyricsList: z.object({
      structuredLyrics: list(
        z.object({
          lang: text,
          synced: z.boolean(),
          displayArtist: some(text),
          displayTitle: some(text),
          /** `start`: milliseconds. */
          line: list(z.object({ start: some(count), value: text })),
        }),
      ),
    }),
  }),
  playQueue: z.object({ playQueue: z.object({ current: some(text), ...queue }) }),
  playQueueByIndex: z.object({ playQueueByIndex: z.object({ currentIndex: some(count), ...queue }) }),
  bookmarks: z.object({ bookmarks: z.object({ bookmark: list(bookmark) }) }),
  shares: z.object({ shares: z.object({ share: list(share) }) }),
  podcasts: z.object({ podcasts: z.object({ channel: list(child) }) }),
  newestPodcasts: z.object({ newestPodcasts: z.object({ episode: list(child) }) }),
  internetRadioStations: z.object({
    internetRadioStations: z.object({
      internetRadioStation: list(z.object({ id: text, name: text, streamUrl: text })),
    }),
  }),
} as const;

/** Around every answer. */
export const envelope = z.object({
  status: z.enum(['ok', 'failed']),
  version: text,
  type: text,
  serverVersion: text,
  openSubsonic: z.literal(true),
  error: some(z.object({ code: z.int(), message: text })),
});
export type Envelope = z.infer<typeof envelope>;
