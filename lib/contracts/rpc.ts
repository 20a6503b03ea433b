/** Every question a process may ask a service over the bus: its queue, its parameters, its answer. */
import * as z from 'zod/mini';
import {
  album,
  albumList,
  artist,
  artistList,
  artistsAlbum,
  folder,
  folderPlace,
  genreCount,
  genreList,
  importStatus,
  libraryFolder,
  listedAlbum,
  longPage,
  page,
  song,
  track,
  trackList,
  trackTags,
  yearCount,
} from './catalog';
import { errorCode } from './errors';
import { line, lines, path } from './fields';
import { historyQuestions } from './history-questions';
import { accountId, id, messageId } from './ids';
import { lyrics } from './lyrics';
import { MAX_MARKS_ASKED, mark, markedKind } from './marks';
import { mixQuestions } from './mix';
import { grant, playbackRequest } from './playback';
import { MAX_PLAYLIST_ENTRIES, playlistChange, playlistDetail, playlistSummary } from './playlists';
import { componentHealth } from './reasons';
import { searchAnswer, searchKind } from './search';
import { albumShelves, MAX_HEARD_LATELY, MAX_ON_SHELF, shelfLimit, shelfSeed } from './shelves';
import { smartQuestions } from './smart';
import { tagChange, tagChanged, tagEdit, tagSheet, tagsAsked } from './tag-edits';
import { rulesInForce, rulesPreview, tagRules } from './tag-rules';

const nothing = z.object({});
/** Names a file in the media store (lib/media-store), which alone knows where it is: nobody opens it as a path. */
const mediaKey = z.string();
const asAccount = { accountId };
/** Only administrators are shown withdrawn tracks in lists. */
const forAdmins = { includeWithdrawn: z.optional(z.boolean()) };

const year = z.int().check(z.gte(0), z.lte(9999));
const years = { fromYear: z.optional(year), toYear: z.optional(year) };
/** Apps take whole libraries, page by page. */
const appPage = {
  offset: z._default(z.int().check(z.gte(0), z.lte(10_000_000)), 0),
  limit: z._default(z.int().check(z.gte(1), z.lte(500)), 500),
};

/** `<service>.<verb>` */
export const rpc = {
  'catalog.health': { params: nothing, result: componentHealth },
  'catalog.search': {
    /** `accountId`: whose plays and favourites count. `kind`: a page of these alone; absent: a page of tracks, and the likeliest of the others. */
    params: z.object({
      q: lines(200),
      kind: z.optional(searchKind),
      accountId: z.optional(accountId),
      ...page.shape,
      ...forAdmins,
    }),
    result: searchAnswer,
  },
  'catalog.albums': { params: albumList, result: z.object({ albums: z.array(album), total: z.int() }) },
  /** An album with a part of its tracks; `total`: how many it has. */
  'catalog.album': {
    params: z.object({ id, ...longPage.shape, ...forAdmins }),
    result: z.object({ album, tracks: z.array(track), total: z.int() }),
  },
  'catalog.artists': { params: artistList, result: z.object({ artists: z.array(artist), total: z.int() }) },
  /** An artist with a part of their albums, and the same part of their tracks. */
  'catalog.artist': {
    params: z.object({ id, ...longPage.shape, ...forAdmins }),
    result: z.object({
      artist,
      albums: z.array(artistsAlbum),
      albumTotal: z.int(),
      tracks: z.array(track),
      trackTotal: z.int(),
    }),
  },
  /** Tracks of the whole library, or of a part of it. */
  'catalog.trackList': { params: trackList, result: z.object({ tracks: z.array(track), total: z.int() }) },
  /** Those that exist, in the order asked. */
  'catalog.tracks': {
    params: z.object({ ids: z.array(id).check(z.maxLength(500)) }),
    result: z.object({ tracks: z.array(track) }),
  },
  /** Albums and artists that exist and have tracks to show, in the order asked. */
  'catalog.named': {
    params: z.object({
      albums: z._default(z.array(id).check(z.maxLength(500)), []),
      artists: z._default(z.array(id).check(z.maxLength(500)), []),
      ...forAdmins,
    }),
    result: z.object({ albums: z.array(album), artists: z.array(artist) }),
  },
  /** For apps (OpenSubsonic): tracks by id in the order asked, or a page of those of an album, an artist, or the library. */
  'catalog.songs': {
    params: z.object({
      ids: z.optional(z.array(id).check(z.maxLength(500))),
      albumId: z.optional(id),
      artistId: z.optional(id),
      /** Its name, however it is spelled. */
      genre: z.optional(line(1000)),
      ...years,
      sort: z._default(z.enum(['album', 'random']), 'album'),
      ...appPage,
    }),
    result: z.object({ songs: z.array(song) }),
  },
  /** For apps: how long these tracks last together, each as often as it is named, and the first cover among them. Only what is shown counts. */
  'catalog.durations': {
    params: z.object({ ids: z.array(id).check(z.maxLength(MAX_PLAYLIST_ENTRIES)) }),
    result: z.object({ durationS: z.number(), coverId: z.nullable(id) }),
  },
  /** For apps: albums by id in the order asked, or a page of those of an artist, or of the library. */
  'catalog.albumList': {
    params: z.object({
      ids: z.optional(z.array(id).check(z.maxLength(500))),
      artistId: z.optional(id),
      /** Its name, however it is spelled. */
      genre: z.optional(line(1000)),
      ...years,
      sort: z._default(z.enum(['name', 'artist', 'newest', 'oldestYear', 'newestYear', 'random']), 'name'),
      ...appPage,
    }),
    result: z.object({ albums: z.array(listedAlbum) }),
  },
  /** For apps: artists that have albums of their own, by name. */
  'catalog.artistIndex': { params: z.object(appPage), result: z.object({ artists: z.array(artist) }) },
  /** For apps: genres of what there is, by name. */
  'catalog.genreList': {
    params: nothing,
    result: z.object({ genres: z.array(z.object({ name: z.string(), songs: z.int(), albums: z.int() })) }),
  },
  /** For apps: a folder on disk with all its folders and a page of its songs; without an id all that were imported, as one. */
  'catalog.folder': {
    params: z.object({ id: z.optional(id), ...appPage }),
    result: z.object({
      folder: z.nullable(z.object({ id, name: z.string(), parentId: z.nullable(id) })),
      folders: z.array(z.object({ id, name: z.string() })),
      songs: z.array(song),
    }),
  },
  'catalog.genres': { params: genreList, result: z.object({ genres: z.array(genreCount), total: z.int() }) },
  'catalog.genre': { params: z.object({ id }), result: z.object({ genre: genreCount }) },
  /** Years of which there are albums, the latest first. */
  'catalog.years': { params: nothing, result: z.object({ years: z.array(yearCount) }) },
  /** Folders that were imported, as listeners know them. */
  'catalog.musicFolders': { params: nothing, result: z.object({ folders: z.array(folder) }) },
  /** What lies in a folder: all its folders, a part of its own tracks, and how many it has. */
  'catalog.musicFolder': {
    params: z.object({ root: id, path: z.optional(path), ...longPage.shape }),
    result: z.object({ folder: folderPlace, folders: z.array(folder), tracks: z.array(track), total: z.int() }),
  },
  /** @param heard tracks, the last heard first @param tracks whose names are wanted: the answer has those that are shown */
  'catalog.shelves': {
    params: z.object({
      heard: z.array(id).check(z.maxLength(MAX_HEARD_LATELY)),
      tracks: z.array(id).check(z.maxLength(4 * MAX_ON_SHELF)),
      limit: shelfLimit,
      seed: shelfSeed,
    }),
    result: z.object({ ...albumShelves.shape, tracks: z.array(track) }),
  },
  /** Null: the track has none. */
  'catalog.lyrics': {
    params: z.object({ id, ...forAdmins }),
    result: z.object({ lyrics: z.nullable(lyrics) }),
  },
  /** Tracks that another program names by their tags, in the order asked; null where none fits. */
  'catalog.match': {
    params: z.object({ wanted: z.array(trackTags).check(z.maxLength(500)) }),
    result: z.object({ tracks: z.array(z.nullable(track)) }),
  },
  'catalog.cover': {
    params: z.object({ id, size: z.enum(['small', 'large']) }),
    result: z.object({ mime: z.string(), base64: z.string() }),
  },
  'catalog.grant': { params: z.object({ ...playbackRequest.shape, ...asAccount }), result: grant },
  /** The tab stopped: its stream no longer counts against the account's limit. */
  'catalog.release': { params: z.object({ peerId: id, ...asAccount }), result: nothing },
  /** What the origin needs to serve a version; never leaves the servers. */
  'catalog.source': {
    params: z.object({ versionId: id }),
    result: z.object({
      versionId: id,
      trackId: id,
      mediaKey,
      size: z.int(),
      mtimeMs: z.number(),
      mime: z.string(),
      /** Content key, wrapped by the master key (lib/sealing/encryption.ts), base64. */
      wrappedKey: z.string(),
      /** Whole manifest, base64. */
      manifest: z.string(),
    }),
  },
  /** Same checks as a grant, for the plain route. */
  'catalog.plain': {
    params: z.object({ ...playbackRequest.shape, ...asAccount }),
    result: z.object({ mediaKey, size: z.int(), mtimeMs: z.number(), mime: z.string(), versionId: id }),
  },
  /** The origin saw that a file no longer is what was sealed. */
  'catalog.retire': {
    params: z.object({ versionId: id, reason: z.enum(['file_changed', 'file_missing']) }),
    result: nothing,
  },
  'catalog.withdraw': { params: z.object({ trackId: id, withdrawn: z.boolean() }), result: nothing },
  'catalog.tagRules': { params: nothing, result: rulesInForce },
  /** `rules` null: those that come with Enxame. All of the library is named anew by them. */
  'catalog.setTagRules': { params: z.object({ rules: z.nullable(tagRules) }), result: rulesInForce },
  'catalog.previewTagRules': {
    params: z.object({ rules: tagRules, sample: z.optional(line(300)) }),
    result: rulesPreview,
  },
  'catalog.tagSheet': { params: tagsAsked, result: tagSheet },
  'catalog.editTags': { params: z.object({ ...tagChange.shape, ...asAccount }), result: tagChanged },
  'catalog.tagEdits': { params: page, result: z.object({ edits: z.array(tagEdit), total: z.int() }) },
  /** Its fields follow the files again. */
  'catalog.revertTagEdit': { params: z.object({ id, ...asAccount }), result: tagChanged },
  'catalog.undoTagEdit': { params: z.object({ id, ...asAccount }), result: tagChanged },
  'catalog.import': {
    /** `reread`: files, too, whose size and time are as they were. */
    params: z.object({ folder: path, reread: z.optional(z.boolean()) }),
    result: importStatus,
  },
  'catalog.imports': { params: nothing, result: z.object({ imports: z.array(importStatus) }) },
  /** The folders that are kept up to date. */
  'catalog.folders': { params: nothing, result: z.object({ folders: z.array(libraryFolder) }) },
  /** Takes a folder out of the library: its tracks are missing from then on. The files stay. */
  'catalog.removeFolder': { params: z.object({ id }), result: nothing },
  'catalog.summary': {
    params: nothing,
    result: z.object({ tracks: z.int(), albums: z.int(), artists: z.int(), bytes: z.number(), withdrawn: z.int() }),
  },

  'playlists.health': { params: nothing, result: componentHealth },
  /** One's own and those one is a member of, the last changed first. */
  'playlists.list': { params: z.object(asAccount), result: z.object({ playlists: z.array(playlistSummary) }) },
  /** Everybody's public ones, the last changed first. */
  'playlists.public': {
    params: z.object({ ...asAccount, ...page.shape }),
    result: z.object({ playlists: z.array(playlistSummary), total: z.int() }),
  },
  /** `after`: a message the answer must include; waits up to 2 s for it, then answers what there is. */
  'playlists.get': {
    params: z.object({ id, ...asAccount, after: z.optional(messageId) }),
    result: playlistDetail,
  },
  /** The last 50 changes of one that this account may change, also of one it deleted; the latest first. */
  'playlists.changes': {
    params: z.object({ id, ...asAccount }),
    result: z.object({ changes: z.array(playlistChange) }),
  },

  /**
   * What became of a command of this account; waits up to 2 s for it to be handled. `accepted`: not handled yet, or none of this account.
   * `confirmed`: applied. `rejected`: not applied, and why. Known for 30 days.
   */
  'playlists.outcome': {
    params: z.object({ ...asAccount, messageId }),
    result: z.object({
      state: z.enum(['accepted', 'confirmed', 'rejected']),
      refused: z.optional(z.object({ code: errorCode, message: z.string() })),
    }),
  },

  /** Favourites of one kind, the newest first. */
  'playlists.favourites': {
    params: z.object({
      ...asAccount,
      kind: markedKind,
      offset: page.shape.offset,
      /** More than of other lists: a program may want all. */
      limit: z._default(z.int().check(z.gte(1), z.lte(1_000)), 50),
    }),
    result: z.object({ favourites: z.array(mark), total: z.int() }),
  },
  /** All favourites and ratings, in pieces; `cursor` null: from the beginning, or no more. */
  'playlists.exportMarks': {
    params: z.object({ ...asAccount, cursor: z.nullable(z.object({ kind: markedKind, id })) }),
    result: z.object({ marks: z.array(mark), cursor: z.nullable(z.object({ kind: markedKind, id })) }),
  },
  /** Of those named, the ones that are marked; `revision`: of all marks of this account, when this was read. */
  'playlists.marks': {
    params: z.object({
      ...asAccount,
      items: z.array(z.object({ kind: markedKind, id })).check(z.maxLength(MAX_MARKS_ASKED)),
    }),
    result: z.object({ revision: z.int(), marks: z.array(mark) }),
  },

  ...historyQuestions,
  ...smartQuestions,
  ...mixQuestions,

  'signaling.health': { params: nothing, result: componentHealth },
} as const;

export type RpcName = keyof typeof rpc;
export type RpcParams<N extends RpcName> = z.input<(typeof rpc)[N]['params']>;
/** Parameters after parsing, defaults filled in: what a handler gets. */
export type RpcParsedParams<N extends RpcName> = z.output<(typeof rpc)[N]['params']>;
export type RpcResult<N extends RpcName> = z.output<(typeof rpc)[N]['result']>;

export const services = ['catalog', 'playlists', 'history', 'signaling'] as const;
export type ServiceName = (typeof services)[number];
export type RpcOf<S extends ServiceName> = Extract<RpcName, `${S}.${string}`>;
export type RpcHandlers<S extends ServiceName> = {
  [N in RpcOf<S>]: (params: RpcParsedParams<N>, context: { requestId: string }) => Promise<RpcResult<N>>;
};
export const rpcQueue = (service: ServiceName) => `${service}_rpc_queue`;
