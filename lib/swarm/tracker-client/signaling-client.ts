/** The tracker over Socket.IO: always reconnecting, with a fresh token each time. */
import { io, type Socket } from 'socket.io-client';
import * as z from 'zod/mini';
import { EnxameError, errorCode, fromWireError, isEnxameError, wireError } from '@/lib/contracts/errors';
import { id } from '@/lib/contracts/ids';
import { parseMessage } from '@/lib/contracts/messages';
import type { PeerAdmission } from '@/lib/contracts/playback';
import type { Ranges } from '@/lib/contracts/ranges';
import {
  type ClientToServer,
  joinAnswer,
  type PeerCoverage,
  peerCoverage,
  type Report,
  type ServerToClient,
  SIGNALING_PATH,
  signalIn,
} from '@/lib/contracts/signaling';
import type { Clock } from '@/lib/util/clock';
import type { Signaling, SignalingEvents, SignalingState } from './signaling';

/** An answer that took longer will not come: Socket.IO's own buffers are not waited for. */
const ACK_TIMEOUT_MS = 8000;
/** First and longest wait before connecting again after the server refused or closed, ms. */
const RETRY_FIRST_MS = 500;
const RETRY_MAX_MS = 10_000;

const coverageNews = z.object({ version: id, peers: z.array(peerCoverage).check(z.maxLength(256)) });
const goneNews = z.object({ peer: id });
const byeNews = z.object({ code: z.union([errorCode, z.literal('replaced')]) });
const refusal = z.object({ error: wireError });

type About = Parameters<Signaling['start']>[1];
type ClientSocket = Socket<ServerToClient, ClientToServer>;

export class SignalingClient implements Signaling {
  private socket: ClientSocket | null = null;
  private state: SignalingState = 'connecting';
  private events: SignalingEvents | null = null;
  private closed = false;
  private failures = 0;
  private cancelRetry: () => void = () => {};

  private about: About | null = null;

  constructor(
    private readonly clock: Clock,
    private readonly log: (message: string) => void,
  ) {}

  start(events: SignalingEvents, about: About): void {
    this.events = events;
    this.about = about;
    void this.connect(about);
  }

  async join(version: string, ticket: string, have: Ranges, ahead = false): Promise<PeerCoverage[]> {
    const request = { version, ticket, have, ...(ahead && { ahead }) };
    const answer: unknown = await this.ask((socket) => socket.emitWithAck('join', request));
    return joinAnswer.parse(answer).peers;
  }

  have(version: string, have: Ranges): void {
    if (this.state === 'up') this.socket?.emit('have', { version, have });
  }

  leave(version: string): void {
    if (this.state === 'up') this.socket?.emit('leave', { version });
  }

  async signal(to: string, link: string, signal: string): Promise<void> {
    await this.ask((socket) => socket.emitWithAck('signal', { to, link, signal }));
  }

  report(report: Report): void {
    if (this.state === 'up') this.socket?.emit('report', report);
  }

  close(): void {
    this.closed = true;
    this.cancelRetry();
    this.socket?.disconnect();
  }

  /** @returns what `ok` holds; throws what `error` says */
  private async ask(send: (socket: ReturnType<ClientSocket['timeout']>) => Promise<unknown>): Promise<unknown> {
    if (this.closed || this.socket === null || this.state !== 'up') throw outOfReach();
    const answer = await send(this.socket.timeout(ACK_TIMEOUT_MS)).catch(() => {
      throw outOfReach();
    });
    const refused = refusal.safeParse(answer);
    if (refused.success) throw fromWireError(refused.data.error);
    return answer !== null && typeof answer === 'object' && 'ok' in answer ? answer.ok : null;
  }

  /** The server's address comes with the first admission, so the socket is made after it. */
  private async connect(about: About): Promise<void> {
    try {
      const admission = await about.admit();
      if (this.closed || this.socket !== null) return;
      this.socket = this.makeSocket(admission, about);
      this.socket.connect();
    } catch (error) {
      this.refused(error);
    }
  }

  private makeSocket(first: PeerAdmission, about: About): ClientSocket {
    let unused: PeerAdmission | null = first;
    const socket: ClientSocket = io(first.signalingUrl || window.location.origin, {
      path: SIGNALING_PATH,
      transports: ['websocket'],
      autoConnect: false,
      reconnectionDelay: RETRY_FIRST_MS,
      reconnectionDelayMax: RETRY_MAX_MS / 2,
      auth: (give) => {
        const admission = unused === null ? about.admit() : Promise.resolve(unused);
        unused = null;
        admission.then(
          ({ token }) => give({ token, mode: about.mode() }),
          (error) => {
            if (isEnxameError(error) && isLasting(error.code)) this.refused(error);
            // Without a token the server refuses, and the refusal is what starts the next attempt.
            else give({ token: '' });
          },
        );
      },
    });
    const { events } = this;
    socket.on('connect', () => {
      this.failures = 0;
      this.become('up');
    });
    socket.on('disconnect', (reason) => {
      if (this.state === 'up') this.become('connecting');
      // Socket.IO reconnects by itself except after the server closed the socket on purpose.
      if (reason === 'io server disconnect' && this.state === 'connecting') this.retryLater();
    });
    socket.on('connect_error', (error) => {
      const data = wireError.safeParse('data' in error ? error.data : null);
      this.refused(data.success ? fromWireError(data.data) : error);
    });
    socket.on('coverage', (news) => {
      const { success, data } = coverageNews.safeParse(news);
      if (success) events?.coverage(data.version, data.peers);
    });
    socket.on('signal', (news) => {
      const { success, data } = signalIn.safeParse(news);
      if (success) events?.signal(data);
    });
    socket.on('gone', (news) => {
      const { success, data } = goneNews.safeParse(news);
      if (success) events?.gone(data.peer);
    });
    socket.on('fact', (fact) => {
      try {
        events?.fact(parseMessage(fact));
      } catch (error) {
        this.log(`a fact that this page does not know: ${String(error)}`);
      }
    });
    socket.on('bye', (news) => {
      const { success, data } = byeNews.safeParse(news);
      if (!success) return;
      if (data.code === 'replaced') this.become('replaced');
      else if (isLasting(data.code)) this.become('refused');
    });
    return socket;
  }

  private refused(error: unknown): void {
    if (isEnxameError(error) && isLasting(error.code)) {
      this.become('refused');
      this.socket?.disconnect();
      return;
    }
    this.become('connecting');
    // `active`: Socket.IO itself tries again (the network failed). Otherwise the server refused this handshake.
    if (this.socket === null || !this.socket.active) this.retryLater();
  }

  private retryLater(): void {
    if (this.closed) return;
    this.cancelRetry();
    const wait = Math.min(RETRY_MAX_MS, RETRY_FIRST_MS * 2 ** Math.min(this.failures++, 10));
    this.cancelRetry = this.clock.after(wait, () => {
      if (this.closed) return;
      if (this.socket === null) {
        if (this.about !== null) void this.connect(this.about);
      } else this.socket.connect();
    });
  }

  private become(state: SignalingState): void {
    if (this.closed || this.state === state) return;
    this.state = state;
    this.events?.state(state);
  }
}

/** Refusals that another attempt of this page will not change. */
function isLasting(code: string): boolean {
  return code === 'account_disabled' || code === 'not_signed_in' || code === 'forbidden';
}

function outOfReach(): EnxameError {
  return new EnxameError('unavailable', 'Could not reach the signaling server.');
}
