/** What travels on the topic exchange `music_events`: commands, events and facts, in one envelope. */
import * as z from 'zod/mini';
import { importStatus } from './catalog';
import { MAX_ENTRIES_A_CHANGE, MAX_PLAYLIST_MEMBERS } from './choices';
import { errorCode } from './errors';
import { accountId, accountRole, epochMs, id, messageId, sessionId } from './ids';
import { favouriteChange, mark, ratingChange } from './marks';
import {
  MAX_PLAYLIST_ENTRIES,
  playlistDescription,
  playlistMember,
  playlistName,
  playlistVisibility,
} from './playlists';
import { smartRules } from './smart';
import { MAX_TRACKS_TOLD } from './tag-edits';

const entryId = id;
const revision = z.int().check(z.gte(0));
const seconds = z.number().check(z.gte(0), z.lte(1e7));
const bytes = z.object({ cache: z.int(), peer: z.int(), origin: z.int() });
/**
 * How a play ended. `listenedS`: time that went by hearing it, jumps left out; `durationS`: how long all of the track takes, at the speed
 * that it was played at. Older pages say neither.
 */
const playEnd = z.object({
  trackId: id,
  playId: id,
  positionS: seconds,
  /** Bytes of this play by where they came from. */
  bytes,
  listenedS: z.optional(seconds),
  durationS: z.optional(seconds),
});

/**
 * Type (= routing key) to its data. Commands `playlist.*`, `favourite.*` and `rating.*`, events `playback.*` and `account.*`, facts `changed.*`:
 * no key matches another's binding.
 */
export const messageData = {
  'playlist.create': z.object({
    playlistId: id,
    name: playlistName,
    description: z._default(playlistDescription, ''),
    trackIds: z.array(id).check(z.maxLength(MAX_PLAYLIST_ENTRIES)),
    /** Of a smart playlist, which has no tracks of its own. */
    rules: z.optional(smartRules),
  }),
  'playlist.rename': z.object({ playlistId: id, name: playlistName }),
  'playlist.describe': z.object({ playlistId: id, description: playlistDescription }),
  /** Gives a smart playlist other rules. */
  'playlist.define': z.object({ playlistId: id, rules: smartRules }),
  /** `entryId`s are made by the page, so that a repeat changes nothing. `revision`: the one the page saw. */
  'playlist.add': z.object({
    playlistId: id,
    revision,
    entries: z.array(z.object({ entryId, trackId: id })).check(z.minLength(1), z.maxLength(500)),
  }),
  'playlist.remove': z.object({
    playlistId: id,
    revision,
    entryIds: z.array(entryId).check(z.minLength(1), z.maxLength(500)),
  }),
  /** These entries, in this order, to just before another; null: to the end. Entries that are gone are left out. */
  'playlist.reorder': z.object({
    playlistId: id,
    revision,
    entryIds: z.array(entryId).check(z.minLength(1), z.maxLength(500)),
    before: z.nullable(entryId),
  }),
  /** The owner says who may see it. `members` may also change it, and count only while it is `shared`. */
  'playlist.share': z.object({
    playlistId: id,
    visibility: playlistVisibility,
    members: z.array(accountId).check(z.maxLength(MAX_PLAYLIST_MEMBERS)),
    /** How the owner named them; more than `members` where nobody has an address. Absent: by their accounts. */
    named: z.optional(z.array(playlistMember).check(z.maxLength(MAX_PLAYLIST_MEMBERS))),
  }),
  'playlist.delete': z.object({ playlistId: id }),
  /**
   * Takes back what an earlier command did to this playlist: one's own, or as its owner anybody's. Undoing an undo does it again.
   * What was changed differently since is refused as `conflict`.
   */
  'playlist.undo': z.object({ playlistId: id, messageId }),

  'favourite.set': favouriteChange,
  'rating.set': ratingChange,

  'playback.started': z.object({ trackId: id, playId: id, positionS: seconds }),
  'playback.finished': playEnd,
  'playback.skipped': playEnd,

  /**
   * An account is no more: every service erases what it has of it. Comes again after a while, for what was still on its way the first time.
   */
  'account.deleted': z.object({ accountId }),

  'changed.playlist': z.object({
    playlistId: id,
    /** Who is told: its owner and members, and those who no longer are; null: everybody, since it is public. */
    to: z.nullable(z.array(accountId)),
    revision,
    deleted: z.boolean(),
    /** The command this answers. */
    messageId,
    /** Absent when the command was applied. */
    refused: z.optional(z.object({ code: errorCode, message: z.string() })),
  }),
  /** Favourites and ratings of one account, as they are now. */
  'changed.marks': z.object({
    accountId,
    /** Of all marks of this account; grows with every change. */
    revision,
    /** Each item that the command names; unmarked ones have null for both. */
    marks: z.array(mark).check(z.maxLength(MAX_ENTRIES_A_CHANGE)),
    /** The command this answers. */
    messageId,
    /** Absent when the command was applied. */
    refused: z.optional(z.object({ code: errorCode, message: z.string() })),
  }),
  'changed.history': z.object({ accountId, trackId: id }),
  'changed.import': importStatus,
  'changed.track': z.object({ trackId: id, withdrawn: z.boolean() }),
  /** Tracks have other names, artists or genres; null: very many have. */
  'changed.tags': z.object({ trackIds: z.nullable(z.array(id).check(z.maxLength(MAX_TRACKS_TOLD))) }),
  /** A version no longer to be played or served. */
  'changed.version': z.object({
    trackId: id,
    versionId: id,
    reason: z.enum(['file_changed', 'file_missing', 'withdrawn']),
  }),
  /** `role`: what the account may do from now on. Older processes do not say it. `deleted`: it is no more, and `disabled` is true, too. */
  'changed.account': z.object({
    accountId,
    disabled: z.boolean(),
    role: z.optional(accountRole),
    deleted: z.optional(z.boolean()),
  }),
  /** This session has ended: its sockets are closed, and nothing may be done in its name. */
  'changed.session': z.object({ accountId, sessionId }),
} as const;

export type MessageType = keyof typeof messageData;
export type MessageData<T extends MessageType> = z.infer<(typeof messageData)[T]>;
export type CommandType = Extract<MessageType, `playlist.${string}`>;
export type MarkCommandType = Extract<MessageType, 'favourite.set' | 'rating.set'>;

/** Durable queues, by the service that takes from them. What cannot be handled becomes a dead letter in `<queue>.parked`. */
export const durableQueues = { playlists: 'playlists.commands', history: 'history.events' } as const;
export type DurableQueue = (typeof durableQueues)[keyof typeof durableQueues];

export const MESSAGE_VERSION = 1;
export const MAX_MESSAGE_BYTES = 256 * 1024;

export const envelope = z.object({
  v: z.literal(MESSAGE_VERSION),
  id: messageId,
  type: z.enum(Object.keys(messageData) as [MessageType, ...MessageType[]]),
  at: epochMs,
  /** The account on whose behalf; null for the system. */
  actor: z.nullable(accountId),
  /** From page to worker. */
  requestId: z.string().check(z.maxLength(100)),
  data: z.unknown(),
});

export type Message<T extends MessageType = MessageType> = {
  [K in T]: Omit<z.infer<typeof envelope>, 'type' | 'data'> & { type: K; data: MessageData<K> };
}[T];

/** @throws {z.core.$ZodError} when the envelope or its data does not fit the contract */
export function parseMessage(value: unknown): Message {
  const outer = envelope.parse(value);
  return { ...outer, data: messageData[outer.type].parse(outer.data) } as Message;
}

export function newMessage<T extends MessageType>(
  type: T,
  data: MessageData<T>,
  from: { actor: string | null; requestId?: string; at: number; id?: string },
): Message<T> {
  const id = from.id ?? crypto.randomUUID();
  return {
    v: MESSAGE_VERSION,
    id,
    type,
    at: from.at,
    actor: from.actor,
    requestId: from.requestId ?? id,
    data,
  } as Message<T>;
}
