/** What travels on the topic exchange `music_events`: commands, events and facts, in one envelope. */
import * as z from 'zod/mini';
import { importStatus } from './catalog';
import { errorCode } from './errors';
import { accountId, epochMs, id, messageId } from './ids';

const playlistName = z.string().check(z.trim(), z.minLength(1), z.maxLength(200));
const entryId = id;

/** Type (= routing key) to its data. Commands `playlist.*`, events `playback.*`, facts `changed.*`: no key matches another's binding. */
export const messageData = {
  'playlist.create': z.object({ playlistId: id, name: playlistName, trackIds: z.array(id).check(z.maxLength(500)) }),
  'playlist.rename': z.object({ playlistId: id, name: playlistName }),
  /** `entryId`s are made by the page, so that a repeat changes nothing. `revision`: the one the page saw. */
  'playlist.add': z.object({
    playlistId: id,
    revision: z.int(),
    entries: z.array(z.object({ entryId, trackId: id })).check(z.minLength(1), z.maxLength(500)),
  }),
  'playlist.remove': z.object({
    playlistId: id,
    revision: z.int(),
    entryIds: z.array(entryId).check(z.minLength(1), z.maxLength(500)),
  }),
  'playlist.delete': z.object({ playlistId: id }),

  'playback.started': z.object({ trackId: id, playId: id, positionS: z.number() }),
  'playback.finished': z.object({
    trackId: id,
    playId: id,
    positionS: z.number(),
    /** Bytes of this play by where they came from. */
    bytes: z.object({ cache: z.int(), peer: z.int(), origin: z.int() }),
  }),
  'playback.skipped': z.object({
    trackId: id,
    playId: id,
    positionS: z.number(),
    bytes: z.object({ cache: z.int(), peer: z.int(), origin: z.int() }),
  }),

  'changed.playlist': z.object({
    playlistId: id,
    accountId,
    revision: z.int(),
    deleted: z.boolean(),
    /** The command this answers. */
    messageId,
    /** Absent when the command was applied. */
    refused: z.optional(z.object({ code: errorCode, message: z.string() })),
  }),
  'changed.history': z.object({ accountId, trackId: id }),
  'changed.import': importStatus,
  'changed.track': z.object({ trackId: id, withdrawn: z.boolean() }),
  /** A version no longer to be played or served. */
  'changed.version': z.object({
    trackId: id,
    versionId: id,
    reason: z.enum(['file_changed', 'file_missing', 'withdrawn']),
  }),
  'changed.account': z.object({ accountId, disabled: z.boolean() }),
} as const;

export type MessageType = keyof typeof messageData;
export type MessageData<T extends MessageType> = z.infer<(typeof messageData)[T]>;
export type CommandType = Extract<MessageType, `playlist.${string}`>;

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
