/** A signaling server on loopback with a stand-in for the bus, and peers that talk to it as browsers do. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Socket as ClientSocket, io } from 'socket.io-client';
import { signTicket } from '@/lib/assets/tickets';
import { signPeerToken } from '@/lib/auth/peer-token';
import { makeLog } from '@/lib/config/log';
import type { WireError } from '@/lib/contracts/errors';
import { type AccountRole, newId } from '@/lib/contracts/ids';
import { type Message, type MessageData, type MessageType, newMessage, parseMessage } from '@/lib/contracts/messages';
import { type Report, type ServerToClient, SIGNALING_PATH, type SwarmSnapshot } from '@/lib/contracts/signaling';
import type { Bus } from '@/lib/messaging/bus';
import { deriveSecrets } from '@/lib/secrets/secrets';
import { type SignalingDeps, startSignaling, type Timings } from '@/signaling/service';

export const secrets = deriveSecrets('a secret of the tests that is long enough');

/** Hands facts to whoever subscribed, and lets a test ask what is served. */
class FakeBus implements Bus {
  private readonly handlers = new Set<(message: Message) => Promise<void>>();
  /** Patterns and queue of every subscription. */
  readonly subscribed: { queue: string | null; patterns: string[] }[] = [];
  served: { [name: string]: unknown } = {};

  get subscribers(): number {
    return this.handlers.size;
  }

  async publish(message: Message): Promise<void> {
    for (const handle of this.handlers) await handle(message);
  }

  async subscribe(options: { queue: string | null; patterns: string[] }, handle: (m: Message) => Promise<void>) {
    this.subscribed.push(options);
    this.handlers.add(handle);
    return {
      close: async () => {
        this.handlers.delete(handle);
      },
    };
  }

  async serve(_service: string, handlers: object) {
    this.served = { ...handlers };
    return {
      close: async () => {
        this.served = {};
      },
    };
  }

  request(): Promise<never> {
    throw new Error('signaling asks nobody');
  }
  deadLetters(): Promise<never> {
    throw new Error('signaling has nothing to do with dead letters');
  }
  replay = this.deadLetters;
  discard = this.deadLetters;
  status: 'ok' | 'down' = 'ok';
  /** How often it was asked while it was down. */
  askedWhileDown = 0;
  health() {
    if (this.status === 'down') this.askedWhileDown++;
    return { status: this.status };
  }
  async close() {}
}

export type TestSignaling = Awaited<ReturnType<typeof startTestSignaling>>;

export async function startTestSignaling(
  timings: Partial<Timings> = {},
  config: Partial<SignalingDeps['config']> = {},
  httpServer: Server = createServer(),
) {
  const bus = new FakeBus();
  const signaling = await startSignaling(
    {
      bus: bus as Bus,
      httpServer,
      config: {
        host: '127.0.0.1',
        stunPort: 0,
        publicUrl: null,
        iceServers: null,
        minSwarm: 1,
        regions: [],
        ...config,
      },
      secrets,
      log: makeLog('silent', 'test'),
    },
    timings,
  );
  await new Promise<void>((resolve) => httpServer.listen(0, '127.0.0.1', resolve));
  const { port } = httpServer.address() as AddressInfo;
  const url = `http://127.0.0.1:${port}`;
  const open = new Set<TestPeer>();
  return {
    ...signaling,
    bus,
    url,
    port,
    fact: <T extends MessageType>(type: T, data: MessageData<T>) =>
      bus.publish(parseMessage(newMessage(type, data, { actor: null, at: Date.now() }))),
    async peer(options: PeerOptions = {}): Promise<TestPeer> {
      const peer = await TestPeer.connect(url, options);
      open.add(peer);
      return peer;
    },
    async close() {
      for (const peer of open) peer.socket.disconnect();
      await signaling.close();
      httpServer.closeAllConnections();
      if (httpServer.listening) await new Promise((resolve) => httpServer.close(resolve));
    },
  };
}

export interface PeerOptions {
  peerId?: string;
  account?: string;
  role?: AccountRole;
  /** Session that its token is asked for by; one an account where it does not matter. */
  session?: string;
  /** What the socket shows instead of a token of its own. */
  auth?: Record<string, unknown>;
  origin?: string;
}

/** The socket of one tab, not connected yet. @param auth what it shows: `{ token }` */
export function openSocket(url: string, auth: Record<string, unknown>, origin?: string): ClientSocket {
  return io(url, {
    path: SIGNALING_PATH,
    transports: ['websocket'],
    reconnection: false,
    forceNew: true,
    auth,
    ...(origin === undefined ? {} : { extraHeaders: { origin } }),
  });
}

/** The report of a tab that does nothing, except for `more`. */
export function reportOf(more: Partial<Report>): Report {
  const bytes = { cache: 0, peer: 0, origin: 0, uploaded: 0 };
  return {
    mode: 'considerate',
    playing: false,
    trackId: null,
    bytes,
    links: [],
    stalls: 0,
    blamed: [],
    ...more,
  };
}

type Told = { [E in keyof ServerToClient]: Parameters<ServerToClient[E]>[0] };

/** One tab's socket. Keeps all it was told. */
export class TestPeer {
  readonly id: string;
  readonly socket: ClientSocket;
  private readonly received: { event: string; data: unknown }[] = [];
  private readonly waiting = new Set<() => void>();

  private constructor(id: string, socket: ClientSocket) {
    this.id = id;
    this.socket = socket;
    const note = (event: string) => (data: unknown) => {
      this.received.push({ event, data });
      for (const look of [...this.waiting]) look();
    };
    socket.onAny((event: string, data: unknown) => note(event)(data));
    socket.on('disconnect', note('disconnect'));
  }

  /** @throws the refusal's WireError */
  static async connect(url: string, options: PeerOptions): Promise<TestPeer> {
    const id = options.peerId ?? newId();
    const auth = options.auth ?? {
      token: await peerToken({
        peerId: id,
        account: options.account ?? `account-${id.slice(0, 6)}`,
        role: options.role,
        session: options.session,
      }),
    };
    const socket = openSocket(url, auth, options.origin);
    const peer = new TestPeer(id, socket);
    await new Promise<void>((resolve, reject) => {
      socket.once('connect', resolve);
      socket.once('connect_error', (error) => {
        socket.disconnect();
        reject('data' in error ? error.data : error);
      });
    });
    return peer;
  }

  told<E extends keyof Told>(event: E): Told[E][] {
    return this.received.filter((t) => t.event === event).map((t) => t.data as Told[E]);
  }

  /** The first it was or will be told of an event that fits. */
  async hears<E extends keyof Told>(event: E, fits: (data: Told[E]) => boolean = () => true): Promise<Told[E]> {
    let found = this.told(event).find(fits);
    while (found === undefined) {
      await this.more();
      found = this.told(event).find(fits);
    }
    return found;
  }

  async disconnected(): Promise<void> {
    while (this.socket.connected) await this.more();
  }

  private more(): Promise<void> {
    return new Promise((resolve) => {
      const look = () => {
        this.waiting.delete(look);
        resolve();
      };
      this.waiting.add(look);
    });
  }

  /** @returns what was acknowledged: `{ ok }` or `{ error }` */
  ask(event: string, payload: unknown): Promise<{ ok?: unknown; error?: WireError }> {
    return this.socket.timeout(5_000).emitWithAck(event, payload);
  }

  async join(version: string, have: number[] = [], ticketFor: { peer?: string; version?: string } = {}) {
    const ticket = await signTicket(
      { peer: ticketFor.peer ?? this.id, version: ticketFor.version ?? version, expiresAt: Date.now() + 60_000 },
      secrets.signingKey,
    );
    return this.ask('join', { version, ticket, have });
  }

  signal(to: string, signal: string) {
    return this.ask('signal', { to, link: newId(), signal });
  }

  report(more: Partial<Report>) {
    return this.ask('report', reportOf(more));
  }

  /** For administrators: the first snapshot from now on that fits. */
  async sees(fits: (swarm: SwarmSnapshot) => boolean): Promise<SwarmSnapshot> {
    await this.ask('watch', true);
    const from = this.told('swarm').length - 1;
    const latest = this.told('swarm').at(from);
    if (latest !== undefined && fits(latest)) return latest;
    return this.hears('swarm', (swarm) => swarm.at >= (latest?.at ?? 0) && fits(swarm));
  }

  /** The network cut: no goodbye of any kind. */
  crash(): void {
    // Under Socket.IO's client stands Engine.IO's, under that ws, under that the TCP socket.
    const { ws } = this.socket.io.engine.transport as unknown as { ws: { terminate(): void } };
    ws.terminate();
  }
}

export async function peerToken(who: {
  peerId: string;
  account: string;
  role?: AccountRole | undefined;
  session?: string | undefined;
  at?: number;
}): Promise<string> {
  const from = {
    accountId: who.account,
    role: who.role ?? 'listener',
    peerId: who.peerId,
    sessionId: who.session ?? `session-${who.account}`,
  };
  return (await signPeerToken(from, secrets.signingKey, who.at ?? Date.now())).token;
}
