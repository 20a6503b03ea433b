import * as z from 'zod/mini';
import { ALBUM_SORTS, ARTIST_SORTS, GENRE_SORTS, MAX_LIST_PAGE, TRACK_SORTS } from './choices';
import { line } from './fields';
import { id } from './ids';
import { folderProblem, importEnd, importFault, watchProblem } from './reasons';

const text = z.string().check(z.maxLength(1000));

/**
 * What to add (dB) so that a track, or its album as a whole, is as loud as ReplayGain 2 wants it (-18 LUFS), and the highest sample of
 * each, 1 being full scale. What is not known is left out.
 */
export const trackGain = z.object({
  trackDb: z.optional(z.number().check(z.gte(-100), z.lte(100))),
  trackPeak: z.optional(z.number().check(z.gte(0), z.lte(100))),
  albumDb: z.optional(z.number().check(z.gte(-100), z.lte(100))),
  albumPeak: z.optional(z.number().check(z.gte(0), z.lte(100))),
});
export type TrackGain = z.infer<typeof trackGain>;

/** What an artist did, as tags have it. */
export const artistRole = z.enum([
  ...[
    'artist',
    'albumArtist',
    'composer',
    'lyricist',
    'writer',
    'arranger',
    'conductor',
    'performer',
    'remixer',
    'producer',
  ],
  ...['engineer', 'mixer', 'djMixer'],
] as const);
export type ArtistRole = z.infer<typeof artistRole>;

/** An artist of a track or an album. `detail`: instrument or voice of a performer. */
export const artistCredit = z.object({ id, name: text, role: artistRole, detail: z.optional(z.nullable(text)) });
export type ArtistCredit = z.infer<typeof artistCredit>;

export const genre = z.object({ id, name: text });
export type Genre = z.infer<typeof genre>;

/** `1974`, `1974-08` or `1974-08-12`. */
const date = z.string().check(z.regex(/^\d{4}(-\d{2}(-\d{2})?)?$/));
/** An id of MusicBrainz. */
const mbid = z.string().check(z.maxLength(100));
const known = <T extends z.ZodMiniType>(type: T) => z.optional(z.nullable(type));

export const track = z.object({
  id,
  title: text,
  /** As its artists are credited together, such as `A feat. B`. */
  artist: text,
  /** The first of its artists. */
  artistId: id,
  /** Everybody that its tags name, in their order: first those of role `artist`. */
  artists: z.optional(z.array(artistCredit)),
  genres: z.optional(z.array(genre)),
  album: text,
  albumId: id,
  year: known(z.int()),
  discSubtitle: known(text),
  bpm: known(z.number()),
  trackNo: z.nullable(z.int()),
  discNo: z.nullable(z.int()),
  durationS: z.number(),
  coverId: z.nullable(id),
  /** MIME type of the file, such as `audio/mpeg`, `audio/flac`, `audio/ogg`, `audio/mp4`, `audio/wav`. */
  mime: z.string(),
  /** An administrator took it out of circulation: shown to administrators and in playlists, never granted. */
  withdrawn: z.boolean(),
  /** The file was gone when last looked for. */
  missing: z.boolean(),
  /** Absent or null: neither tags nor measuring have said it yet. */
  gain: z.optional(z.nullable(trackGain)),
});
export type Track = z.infer<typeof track>;

/** What a playlist of another program says of a track; empty or null where it says nothing. */
export const trackTags = z.object({
  title: line(1000),
  artist: line(1000),
  album: line(1000),
  durationS: z.nullable(z.number()),
  /** Name of the file, without its folders. */
  fileName: line(1000),
  /** Names of the folders that it lies in, the outermost first, as far as they are known. */
  folders: z.optional(z.array(line(1000)).check(z.maxLength(6))),
});
export type TrackTags = z.infer<typeof trackTags>;

export const album = z.object({
  id,
  title: text,
  /** As its artists are credited together, such as `Elis & Tom`. */
  artist: text,
  /** The first of its artists. */
  artistId: id,
  /** Its album artists, in the order of its tags. */
  artists: z.optional(z.array(artistCredit)),
  genres: z.optional(z.array(genre)),
  year: z.nullable(z.int()),
  releaseDate: known(date),
  originalDate: known(date),
  compilation: z.optional(z.boolean()),
  label: known(text),
  /** As MusicBrainz has them, in lower case: `album`, `ep`, `single`, `live`, `compilation` and so on. */
  releaseTypes: z.optional(z.array(text)),
  mbid: known(mbid),
  coverId: z.nullable(id),
  trackCount: z.int(),
});
export type Album = z.infer<typeof album>;

/** An album on an artist's page, with what the artist did on it. */
export const artistsAlbum = z.object({ ...album.shape, roles: z.optional(z.array(artistRole)) });
export type ArtistsAlbum = z.infer<typeof artistsAlbum>;

export const artist = z.object({
  id,
  name: text,
  sortName: known(text),
  mbid: known(mbid),
  /** Of which this is an album artist. */
  albumCount: z.int(),
  /** To which this artist is credited, in whatever role. */
  trackCount: z.int(),
  coverId: z.nullable(id),
});
export type Artist = z.infer<typeof artist>;

/** A track with what only apps that list whole libraries want to know (OpenSubsonic). */
export const song = z.object({
  ...track.shape,
  /** Bytes of the file. */
  size: z.number(),
  /** Epoch ms; null: not known. */
  addedAt: z.nullable(z.number()),
  year: z.nullable(z.int()),
  /** Of the file, without its folders. */
  fileName: z.string(),
  /** Of the folder that it lies in (`catalog.folder`). */
  folderId: z.string(),
});
export type Song = z.infer<typeof song>;

/** An album, likewise. */
export const listedAlbum = z.object({
  ...album.shape,
  durationS: z.number(),
  /** When the first of its tracks came in; epoch ms. */
  addedAt: z.nullable(z.number()),
});
export type ListedAlbum = z.infer<typeof listedAlbum>;

/** What an import may name instead of a folder: the music that comes with Enxame. */
export const DEMO_MUSIC = 'demo';

/** Live state of an import. `failed` lists the first 100 broken files by their path in the folder, with the reason as a sentence and, since it is kept, as a code. */
export const importStatus = z.object({
  id,
  folder: z.string(),
  state: z.enum(['running', 'done', 'failed']),
  found: z.int(),
  /** Files whose tags and cover have been read (new, changed or unchanged). */
  read: z.int(),
  added: z.int(),
  changed: z.int(),
  unchanged: z.int(),
  missing: z.int(),
  /** Files of known tracks that lie elsewhere than before. */
  moved: z.optional(z.int()),
  sealed: z.int(),
  toSeal: z.int(),
  failedCount: z.int(),
  failed: z.array(z.object({ file: z.string(), reason: z.string(), code: z.optional(importFault) })),
  /** Files of sound or film that were left out, by the ending of their name; the most first. */
  skipped: z.optional(z.array(z.object({ ending: z.string(), count: z.int() }))),
  /** When state is `failed`: a sentence. */
  error: z.nullable(z.string()),
  errorCode: z.optional(importEnd),
  startedAt: z.int(),
  finishedAt: z.nullable(z.int()),
});
export type ImportStatus = z.infer<typeof importStatus>;

/** An imported folder, and how it is kept up to date. */
export const libraryFolder = z.object({
  id,
  folder: z.string(),
  /** `watching`: changes are seen within seconds. `scheduled`: all of it is looked through now and then. `off`: neither. */
  watch: z.enum(['watching', 'scheduled', 'off']),
  watchProblem: z.nullable(watchProblem),
  /** When all of it was last looked through. */
  lookedAt: z.nullable(z.int()),
  /** Nothing could be found there at the last look; the library keeps what it had. */
  problem: z.nullable(folderProblem),
  failedCount: z.int(),
  failed: z.array(z.object({ file: z.string(), reason: z.string(), code: z.optional(importFault) })),
});
export type LibraryFolder = z.infer<typeof libraryFolder>;

export const page = z.object({
  offset: z._default(z.int().check(z.gte(0), z.lte(1_000_000)), 0),
  limit: z._default(z.int().check(z.gte(1), z.lte(200)), 50),
});

/** A part of a long list. */
export const longPage = z.object({
  offset: z._default(z.int().check(z.gte(0), z.lte(1_000_000)), 0),
  limit: z._default(z.int().check(z.gte(1), z.lte(MAX_LIST_PAGE)), MAX_LIST_PAGE),
});

const listed = {
  /** Words that the names must hold, as in a search. */
  q: z._default(line(200), ''),
  order: z._default(z.enum(['asc', 'desc']), 'asc'),
  /** Of the order `random`: the same seed, the same order. */
  seed: z._default(z.int().check(z.gte(0), z.lte(0x7fffffff)), 0),
  offset: longPage.shape.offset,
  limit: z._default(z.int().check(z.gte(1), z.lte(MAX_LIST_PAGE)), 60),
};
const year = z.int().check(z.gte(0), z.lte(9999));
const years = { fromYear: z.optional(year), toYear: z.optional(year) };

/** Of one genre alone. */
const ofGenre = { genre: z.optional(id) };

/** Which albums, and in what order. `order` `desc`: the other way round. */
export const albumList = z.object({ ...listed, ...years, ...ofGenre, sort: z._default(z.enum(ALBUM_SORTS), 'artist') });
export const artistList = z.object({ ...listed, ...ofGenre, sort: z._default(z.enum(ARTIST_SORTS), 'name') });
export const trackList = z.object({ ...listed, ...years, ...ofGenre, sort: z._default(z.enum(TRACK_SORTS), 'name') });
export const genreList = z.object({ ...listed, sort: z._default(z.enum(GENRE_SORTS), 'name') });
export type AlbumListRequest = z.output<typeof albumList>;
export type ArtistListRequest = z.output<typeof artistList>;
export type TrackListRequest = z.output<typeof trackList>;
export type GenreListRequest = z.output<typeof genreList>;

/** A genre with what is of it. `coverId`: of any of its tracks. */
export const genreCount = z.object({ ...genre.shape, albums: z.int(), tracks: z.int(), coverId: z.nullable(id) });
export type GenreCount = z.infer<typeof genreCount>;

/** Albums and tracks of a year. */
export const yearCount = z.object({ year: z.int(), albums: z.int(), tracks: z.int() });
export type YearCount = z.infer<typeof yearCount>;

/** A folder of the library: `root` names one that was imported, `path` the way from there (`Rock/1994`; empty: itself). */
export const folder = z.object({ root: id, path: z.string(), name: z.string(), trackCount: z.int() });
export type Folder = z.infer<typeof folder>;
/** A folder and what it lies in. */
export const folderPlace = z.object({ root: id, rootName: z.string(), path: z.string(), name: z.string() });
