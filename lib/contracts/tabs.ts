/**
 * What the tabs of one browser say to each other where they share one peer (`TABS=shared`). Everybody hears the common channel; bytes
 * go to the channel of the one tab that asked. An asset is named by a handle that the asking tab makes up when it opens it.
 */
import * as z from 'zod/mini';
import { wireError } from './errors';
import { MAX_CHUNKS } from './fields';
import { id } from './ids';
import { bytesUpTo, manifest } from './manifest';
import { grant } from './playback';
import { sharingMode } from './signaling';

/** Most plain bytes of one answer: a longer read is several questions. */
export const TAB_READ_BYTES = 1024 * 1024;
/** Links of one peer that are told of; twice what it keeps. */
const MAX_LINKS = 100;
/** Assets that one tab has open; a player needs two. */
const MAX_OPEN = 64;

const count = z.number().check(z.gte(0));
const byte = z.int().check(z.gte(0));
const bySource = z.object({ cache: count, peer: count, origin: count });
const withUploads = z.extend(bySource, { uploaded: count });

const playbackHint = z.object({
  playing: z.boolean(),
  timeS: count,
  bufferedS: count,
  speed: z.optional(z.number().check(z.gte(0.1), z.lte(10))),
});

/** Where a chunk came from; on the channel a byte each, the place in this list. */
export const CHUNK_SOURCES = ['none', 'cache', 'peer', 'origin'] as const;

/** How the peer of this browser stands, without what one tab plays. */
const peerState = z.object({
  peerId: id,
  mode: sharingMode,
  signaling: z.enum(['connecting', 'up', 'replaced', 'refused']),
  notServing: z.nullable(z.enum(['off', 'playing', 'buffer_low', 'metered', 'cpu_busy'])),
  links: z
    .array(z.object({ peer: id, connectedAt: z.number(), downBps: count, upBps: count, received: count, sent: count }))
    .check(z.maxLength(MAX_LINKS)),
  rates: withUploads,
  totals: withUploads,
  cache: z.object({ usedBytes: count, budgetBytes: z.number(), assets: count, lasting: z.boolean() }),
});
export type PeerState = z.infer<typeof peerState>;

/** On the common channel. `tab` is who speaks. */
export const tabMessage = z.discriminatedUnion('say', [
  z.object({ say: z.literal('open'), tab: id, ask: id, asset: id, trackId: id, atS: z.optional(count) }),
  z.object({ say: z.literal('read'), tab: id, ask: id, asset: id, start: byte, end: byte }),
  /** No longer waited for. */
  z.object({ say: z.literal('cancel'), tab: id, ask: id }),
  z.object({ say: z.literal('hint'), tab: id, asset: id, hint: playbackHint }),
  z.object({ say: z.literal('jump'), tab: id, asset: id, timeS: z.nullable(count) }),
  z.object({ say: z.literal('close'), tab: id, asset: id }),
  z.object({ say: z.literal('next'), tab: id, trackId: z.nullable(id), inS: count }),
  z.object({ say: z.literal('press'), tab: id, trackId: id }),
  /** Whoever leads says `pong` as soon as a timer of its runs: a frozen tab may hear messages and yet get nothing done. */
  z.object({ say: z.literal('ping'), tab: id }),
  /** This tab leads from now on: what was asked of another is asked anew. */
  z.object({ say: z.literal('leading'), tab: id }),
]);
export type TabMessage = z.infer<typeof tabMessage>;

/** From the leader to one tab. */
export const leaderMessage = z.discriminatedUnion('say', [
  z.object({ say: z.literal('pong') }),
  z.object({ say: z.literal('opened'), ask: id, grant, manifest }),
  z.object({
    say: z.literal('bytes'),
    ask: id,
    bytes: bytesUpTo(TAB_READ_BYTES),
  }),
  /** `error` null: the leader does not know this asset, or leads no more; it is to be opened anew. */
  z.object({ say: z.literal('refused'), ask: id, error: z.nullable(wireError) }),
  /** At most four times a second. */
  z.object({
    say: z.literal('state'),
    peer: peerState,
    assets: z
      .array(z.object({ asset: id, sources: bytesUpTo(MAX_CHUNKS), bytes: bySource }))
      .check(z.maxLength(MAX_OPEN)),
  }),
]);
export type LeaderMessage = z.infer<typeof leaderMessage>;
