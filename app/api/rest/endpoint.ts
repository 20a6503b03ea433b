import type * as z from 'zod/mini';
import type { Account } from '@/lib/auth/sessions';
import type { MessageData, MessageType } from '@/lib/contracts/messages';
import type { RpcName, RpcParams, RpcResult } from '@/lib/contracts/rpc';
import type { PlannedDownload } from '@/lib/downloads/plan';
import type { Conversion } from '@/lib/transcode/conversions';
import type { Runtime } from '../_lib/runtime';

/** A request as an endpoint gets it: signed in, its parameters parsed. */
export interface RestCall<P = unknown> {
  params: P;
  account: Account;
  /** Names the device by its app password. */
  appPasswordId: string;
  /** What the app calls itself. */
  client: string;
  requestId: string;
  runtime: Runtime;
  /** Asks a service. @throws {EnxameError} what it answered */
  ask<N extends RpcName>(name: N, params: RpcParams<N>): Promise<RpcResult<N>>;
  /** Publishes a command or an event. @param at epoch ms; now where it is left out @returns its id, once the broker has it durably */
  publish<T extends MessageType>(type: T, data: MessageData<T>, at?: number): Promise<string>;
  /** Publishes what belongs together, in this order, as one write of the account's: all of it passes the limit, or nothing. */
  publishAll(messages: readonly Publishable[]): Promise<void>;
}

/** A message with its data, and its time, epoch ms. */
export type Publishable = { [T in MessageType]: { type: T; data: MessageData<T>; at: number } }[MessageType];

/** The file of a track, sent by the origin with Range. */
export class TrackFile {
  constructor(
    readonly trackId: string,
    /** The device: its streams are counted as one tab's. */
    readonly peerId: string,
    /** Null: as it is. */
    readonly conversion: Conversion | null = null,
  ) {}
}

/** Files to be kept: that of a track, or those of an album or a playlist in one archive. */
export class Download {
  constructor(
    readonly planned: PlannedDownload,
    readonly peerId: string,
  ) {}
}

/** One endpoint of the OpenSubsonic API: what it takes, what it answers, and how. */
export interface RestEndpoint {
  readonly params?: z.ZodMiniObject;
  /** Absent: the answer is a file. */
  readonly answer?: z.ZodMiniObject;
  /** Answers also who is not signed in. */
  readonly open?: true;
  handle(call: RestCall<never>): Promise<object>;
}

type ParamsOf<S> = S extends z.ZodMiniObject ? z.output<S> : Record<never, never>;

/** Declares an endpoint that answers with XML or JSON. */
export function answering<A extends z.ZodMiniObject, S extends z.ZodMiniObject | undefined = undefined>(
  answer: A,
  params: S,
  handle: (call: RestCall<ParamsOf<S>>) => Promise<z.output<A>> | z.output<A>,
): RestEndpoint {
  return { answer, ...(params === undefined ? {} : { params }), handle: async (call) => handle(call) };
}

/** Declares an endpoint that answers with a file. */
export function sending<S extends z.ZodMiniObject>(
  params: S,
  handle: (call: RestCall<z.output<S>>) => Promise<Response | TrackFile | Download>,
): RestEndpoint {
  return { params, handle };
}
