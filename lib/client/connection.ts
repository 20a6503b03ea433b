/**
 * The one Socket.IO connection of a tab or a program. It is admitted with a fresh token at each attempt, reconnects until it is closed,
 * hands out live events, and says when some may have been missed. The swarm is one of its users.
 */
import { io } from 'socket.io-client';
import * as z from 'zod/mini';
import { EnxameError, errorCode, fromWireError, isEnxameError, wireError } from '@/lib/contracts/errors';
import { type Message, parseMessage } from '@/lib/contracts/messages';
import type { PeerAdmission } from '@/lib/contracts/playback';
import {
  type ClientToServer,
  type handshake,
  type ServerToClient,
  type SharingMode,
  SIGNALING_PATH,
} from '@/lib/contracts/signaling';
import type { Clock } from '@/lib/util/clock';

/** An acknowledgement that took longer will not come, ms. */
const ACK_TIMEOUT_MS = 8000;
/** First and longest wait before the next attempt, ms; each is drawn between half and one and a half of it. */
const RETRY_FIRST_MS = 500;
const RETRY_MAX_MS = 10_000;

/** `refused`: this account or session may not connect, and another attempt would not change that. */
export type ConnectionState = 'connecting' | 'up' | 'refused';

/** A peer of the swarm: while one takes part, the connection is admitted as that peer's and not as an observer's. */
export interface Participant {
  /** For each attempt. @throws {EnxameError} */
  admit(): Promise<PeerAdmission>;
  mode(): SharingMode;
  /** A newer connection of the same peer took its place. This one goes on as an observer's. */
  replaced(): void;
}

interface ConnectionOptions {
  /** Admits an observer, for each attempt. @throws {EnxameError} */
  admit: () => Promise<PeerAdmission>;
  /** The server's origin, for an admission that names no other. */
  origin: string;
  clock: Clock;
  log: (message: string) => void;
  /** 0 to 1; spreads the attempts of many tabs after a restart of the server. */
  random?: () => number;
  makeSocket?: (url: string, auth: z.infer<typeof handshake>) => ConnectionSocket;
}

/** What is used of a Socket.IO socket. */
export interface ConnectionSocket {
  connect(): unknown;
  disconnect(): unknown;
  /** `connect`, `disconnect`; `connect_error`, which alone gives an error. */
  on(event: string, listener: (error: Error) => void): unknown;
  onAny(listener: (event: string, data: unknown) => void): unknown;
  emit(event: string, payload: unknown): unknown;
  timeout(ms: number): { emitWithAck(event: string, payload: unknown): Promise<unknown> };
}

type Acknowledged = 'join' | 'signal' | 'watch' | 'announce' | 'command';
type Payload<E extends keyof ClientToServer> = Parameters<ClientToServer[E]>[0];

const bye = z.object({ code: z.union([errorCode, z.literal('replaced')]) });
const refusal = z.object({ error: wireError });

export class ServerConnection {
  private state: ConnectionState = 'connecting';
  private socket: ConnectionSocket | null = null;
  private participant: Participant | null = null;
  /** Counts up with each attempt: whatever an earlier one still answers is ignored. */
  private attempt = 0;
  private failures = 0;
  private started = false;
  private closed = false;
  /** The server was out of reach since the connection was last up, or first wanted. */
  private mayHaveMissed = false;
  /** The wait for the next attempt, if there is one. */
  private cancelRetry: (() => void) | null = null;
  private readonly stateListeners = new Set<(state: ConnectionState) => void>();
  private readonly eventListeners = new Set<(event: Message) => void>();
  private readonly returnListeners = new Set<() => void>();
  private readonly listeners = new Map<string, Set<(data: unknown) => void>>();

  constructor(private readonly options: ConnectionOptions) {}

  /** Connects, as an observer unless a peer takes part. */
  start(): void {
    if (this.started || this.closed) return;
    this.started = true;
    void this.connect();
  }

  /** Connects as this peer. @returns ends that: the connection goes on as an observer's */
  takePart(participant: Participant): () => void {
    this.participant = participant;
    this.restart();
    return () => {
      if (this.participant !== participant) return;
      this.participant = null;
      this.restart();
    };
  }

  getState(): ConnectionState {
    return this.state;
  }

  /** @returns unsubscribe */
  onState(listener: (state: ConnectionState) => void): () => void {
    return subscribed(this.stateListeners, listener);
  }

  /** Live events (`changed.*`) that concern this listener. @returns unsubscribe */
  onEvent(listener: (event: Message) => void): () => void {
    return subscribed(this.eventListeners, listener);
  }

  /** Called when the connection is up after it was lost or could not be made: events may have been missed. @returns unsubscribe */
  onReturn(listener: () => void): () => void {
    return subscribed(this.returnListeners, listener);
  }

  /** Whatever else the server sends, unparsed. @returns unsubscribe */
  on(event: Exclude<keyof ServerToClient, 'fact' | 'bye'>, listener: (data: unknown) => void): () => void {
    const known = this.listeners.get(event) ?? new Set();
    this.listeners.set(event, known);
    return subscribed(known, listener);
  }

  /** @returns what the acknowledgement carries @throws {EnxameError} the refusal; `unavailable` while the server is out of reach */
  async ask<E extends Acknowledged>(event: E, payload: Payload<E>): Promise<unknown> {
    const { socket } = this;
    if (socket === null || this.state !== 'up') throw outOfReach();
    const answer: unknown = await socket
      .timeout(ACK_TIMEOUT_MS)
      .emitWithAck(event, payload)
      .catch(() => {
        throw outOfReach();
      });
    const refused = refusal.safeParse(answer);
    if (refused.success) throw fromWireError(refused.data.error);
    return answer !== null && typeof answer === 'object' && 'ok' in answer ? answer.ok : null;
  }

  /** Without an acknowledgement; not at all while the server is out of reach. */
  send<E extends Exclude<keyof ClientToServer, Acknowledged>>(event: E, payload: Payload<E>): void {
    if (this.state === 'up') this.socket?.emit(event, payload);
  }

  /** Tries again now instead of after the wait: the network is back. */
  wake(): void {
    if (this.cancelRetry === null) return;
    this.cancelRetry();
    void this.connect();
  }

  close(): void {
    this.closed = true;
    this.drop();
    this.state = 'connecting';
  }

  private restart(): void {
    if (this.closed || this.state === 'refused') return;
    this.started = true;
    if (this.state === 'up') this.mayHaveMissed = true;
    this.drop();
    this.failures = 0;
    this.become('connecting');
    void this.connect();
  }

  /** The server's address comes with the admission, so the socket is made after it. */
  private async connect(): Promise<void> {
    this.drop();
    const { attempt, participant } = this;
    const isCurrent = () => attempt === this.attempt;
    let admission: PeerAdmission;
    try {
      admission = await (participant === null ? this.options.admit() : participant.admit());
    } catch (error) {
      if (isCurrent()) this.failed(error);
      return;
    }
    if (!isCurrent()) return;
    const role = participant === null ? { mode: 'off' as const, observe: true } : { mode: participant.mode() };
    const makeSocket = this.options.makeSocket ?? socketIo;
    const socket = makeSocket(admission.signalingUrl || this.options.origin, { token: admission.token, ...role });
    this.socket = socket;
    socket.on('connect', () => {
      if (isCurrent()) this.connected();
    });
    socket.on('connect_error', (error) => {
      if (isCurrent()) this.failed(refusedBy(error));
    });
    socket.on('disconnect', () => {
      if (isCurrent()) this.failed(null);
    });
    socket.onAny((event, data) => {
      if (isCurrent()) this.received(event, data);
    });
    socket.connect();
  }

  private connected(): void {
    this.failures = 0;
    this.become('up');
    if (!this.mayHaveMissed) return;
    this.mayHaveMissed = false;
    for (const listener of [...this.returnListeners]) listener();
  }

  /** The attempt failed, or what it had connected was lost. */
  private failed(reason: unknown): void {
    if (isEnxameError(reason) && isLasting(reason.code)) {
      this.refused();
      return;
    }
    this.mayHaveMissed = true;
    this.drop();
    const longest = Math.min(RETRY_MAX_MS, RETRY_FIRST_MS * 2 ** Math.min(this.failures++, 10));
    const wait = longest * (0.5 + (this.options.random ?? Math.random)());
    this.cancelRetry = this.options.clock.after(wait, () => void this.connect());
    this.become('connecting');
  }

  private refused(): void {
    this.drop();
    this.become('refused');
  }

  private received(event: string, data: unknown): void {
    if (event === 'fact') this.receivedEvent(data);
    else if (event === 'bye') this.receivedBye(data);
    else for (const listener of [...(this.listeners.get(event) ?? [])]) listener(data);
  }

  private receivedEvent(data: unknown): void {
    let event: Message;
    try {
      event = parseMessage(data);
    } catch (error) {
      this.options.log(`an event that this page does not know: ${String(error)}`);
      return;
    }
    for (const listener of [...this.eventListeners]) listener(event);
  }

  private receivedBye(data: unknown): void {
    const { success, data: told } = bye.safeParse(data);
    if (!success) return;
    if (told.code === 'replaced') {
      const { participant } = this;
      this.participant = null;
      participant?.replaced();
      this.restart();
    } else if (isLasting(told.code)) this.refused();
  }

  /** Ends the attempt under way, its socket, and the wait for the next. */
  private drop(): void {
    this.attempt++;
    this.cancelRetry?.();
    this.cancelRetry = null;
    this.socket?.disconnect();
    this.socket = null;
  }

  private become(state: ConnectionState): void {
    if (this.closed || this.state === state) return;
    this.state = state;
    for (const listener of [...this.stateListeners]) listener(state);
  }
}

/** Reconnecting is the connection's own, since each attempt needs a fresh token. */
function socketIo(url: string, auth: z.infer<typeof handshake>): ConnectionSocket {
  return io(url, {
    path: SIGNALING_PATH,
    transports: ['websocket'],
    autoConnect: false,
    reconnection: false,
    forceNew: true,
    auth,
  });
}

function subscribed<T>(listeners: Set<T>, listener: T): () => void {
  listeners.add(listener);
  return () => void listeners.delete(listener);
}

/** The server's refusal of a handshake; null: the network failed. */
function refusedBy(error: Error): EnxameError | null {
  const data = wireError.safeParse('data' in error ? error.data : null);
  return data.success ? fromWireError(data.data) : null;
}

/** Refusals that another attempt of this page will not change. */
function isLasting(code: string): boolean {
  return code === 'account_disabled' || code === 'not_signed_in' || code === 'forbidden';
}

function outOfReach(): EnxameError {
  return new EnxameError('unavailable', 'Could not reach the signaling server.');
}
