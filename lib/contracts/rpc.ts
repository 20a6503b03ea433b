/** Every question a process may ask a service over the bus: its queue, its parameters, its answer. */
import * as z from 'zod/mini';
import { album, artist, importStatus, page, track } from './catalog';
import { accountId, id, messageId } from './ids';
import { grant, playbackRequest } from './playback';

export const componentHealth = z.object({
  status: z.enum(['ok', 'degraded', 'down']),
  detail: z.optional(z.string()),
});
export type ComponentHealth = z.infer<typeof componentHealth>;

const nothing = z.object({});
const asAccount = { accountId };
/** Only administrators are shown withdrawn tracks in lists. */
const forAdmins = { includeWithdrawn: z.optional(z.boolean()) };

export const playlistSummary = z.object({
  id,
  name: z.string(),
  revision: z.int(),
  trackCount: z.int(),
  updatedAt: z.int(),
});
export type PlaylistSummary = z.infer<typeof playlistSummary>;

export const playlistDetail = z.object({
  ...playlistSummary.shape,
  entries: z.array(z.object({ entryId: id, trackId: id, addedAt: z.int() })),
});
export type PlaylistDetail = z.infer<typeof playlistDetail>;

export const play = z.object({
  playId: id,
  trackId: id,
  startedAt: z.int(),
  state: z.enum(['started', 'finished', 'skipped']),
  positionS: z.number(),
});
export type Play = z.infer<typeof play>;

/** `<service>.<verb>` */
export const rpc = {
  'catalog.health': { params: nothing, result: componentHealth },
  'catalog.search': {
    params: z.object({ q: z.string().check(z.maxLength(200)), ...page.shape, ...forAdmins }),
    result: z.object({ tracks: z.array(track), albums: z.array(album), artists: z.array(artist), total: z.int() }),
  },
  'catalog.albums': {
    params: z.object({ ...page.shape }),
    result: z.object({ albums: z.array(album), total: z.int() }),
  },
  'catalog.album': { params: z.object({ id, ...forAdmins }), result: z.object({ album, tracks: z.array(track) }) },
  'catalog.artists': {
    params: z.object({ ...page.shape }),
    result: z.object({ artists: z.array(artist), total: z.int() }),
  },
  'catalog.artist': {
    params: z.object({ id, ...forAdmins }),
    result: z.object({ artist, albums: z.array(album), tracks: z.array(track) }),
  },
  /** Those that exist, in the order asked. */
  'catalog.tracks': {
    params: z.object({ ids: z.array(id).check(z.maxLength(500)) }),
    result: z.object({ tracks: z.array(track) }),
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
      path: z.string(),
      size: z.int(),
      mtimeMs: z.number(),
      mime: z.string(),
      /** Content key, wrapped by the master key (lib/assets/keys.ts), base64. */
      wrappedKey: z.string(),
      /** Whole manifest, base64. */
      manifest: z.string(),
    }),
  },
  /** Same checks as a grant, for the plain route. */
  'catalog.plain': {
    params: z.object({ ...playbackRequest.shape, ...asAccount }),
    result: z.object({ path: z.string(), size: z.int(), mtimeMs: z.number(), mime: z.string(), versionId: id }),
  },
  /** The origin saw that a file no longer is what was sealed. */
  'catalog.retire': {
    params: z.object({ versionId: id, reason: z.enum(['file_changed', 'file_missing']) }),
    result: nothing,
  },
  'catalog.withdraw': { params: z.object({ trackId: id, withdrawn: z.boolean() }), result: nothing },
  'catalog.import': {
    params: z.object({ folder: z.string().check(z.minLength(1), z.maxLength(4096)) }),
    result: importStatus,
  },
  'catalog.imports': { params: nothing, result: z.object({ imports: z.array(importStatus) }) },
  'catalog.summary': {
    params: nothing,
    result: z.object({ tracks: z.int(), albums: z.int(), artists: z.int(), bytes: z.number(), withdrawn: z.int() }),
  },

  'playlists.health': { params: nothing, result: componentHealth },
  'playlists.list': { params: z.object(asAccount), result: z.object({ playlists: z.array(playlistSummary) }) },
  /** `after`: a message the answer must include; waits up to 2 s for it, then answers what there is. */
  'playlists.get': {
    params: z.object({ id, ...asAccount, after: z.optional(messageId) }),
    result: playlistDetail,
  },

  'history.health': { params: nothing, result: componentHealth },
  'history.recent': {
    params: z.object({ ...asAccount, ...page.shape }),
    result: z.object({ plays: z.array(play), total: z.int() }),
  },

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
