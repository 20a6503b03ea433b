import { createServer, type Server as HttpServer, type IncomingMessage } from 'node:http';
import { Socket as NetSocket } from 'node:net';
import type { Duplex } from 'node:stream';
import { Server, type Socket } from 'socket.io';
import type { Log } from '@/lib/config/log';
import type { AccountRole } from '@/lib/contracts/ids';
import {
  type ClientToServer,
  type Device,
  MAX_SIGNALING_BYTES,
  type ServerToClient,
  type SharingMode,
  SIGNALING_PATH,
} from '@/lib/contracts/signaling';
import { addressKey, clientAddress } from '@/lib/util/node/network';

/** What admission found out about a socket. */
export interface SocketData {
  peer: string;
  account: string;
  /** Session that the socket ends with. */
  session: string;
  /** As it is now: an administrator's may change while the socket is open. */
  role: AccountRole;
  address: string;
  device: Device;
  /** As the handshake said. */
  mode: SharingMode;
  /** Receives live events and is no peer. */
  observer: boolean;
  /** The device that it announced itself as; null: none. */
  deviceId: string | null;
}

/** Strangers speak here: whatever the contract says, what arrives is unknown until it is parsed. */
type FromClient = { [E in keyof ClientToServer]: (...args: unknown[]) => void };
type Nothing = Record<string, never>;
export type SignalingServer = Server<FromClient, ServerToClient, Nothing, SocketData>;
export type SignalingSocket = Socket<FromClient, ServerToClient, Nothing, SocketData>;

export interface SocketTimings {
  /** A tab that vanished without a word is noticed after `pingIntervalMs` + `pingTimeoutMs` at the latest. */
  pingIntervalMs: number;
  pingTimeoutMs: number;
}
export const SOCKET_TIMINGS: SocketTimings = { pingIntervalMs: 5_000, pingTimeoutMs: 4_000 };

/** Whoever opened a connection must ask to be admitted within this time. */
const CONNECT_TIMEOUT_MS = 5_000;
/** One university or carrier may stand behind one address: far above what an account may have. */
const MAX_CONNECTIONS_PER_ADDRESS = 5_000;
const MAX_CONNECTIONS = 20_000;

/**
 * Socket.IO at SIGNALING_PATH of a server that others use too. It sits on a private http.Server that never listens and is handed
 * this path's upgrades only: every other upgrade and request stays with its owner, and closing it does not close theirs.
 * @returns `detach` takes it off the server and closes every socket
 */
export function attachSocketServer(
  httpServer: HttpServer,
  publicUrl: string | null,
  log: Log,
  timings: SocketTimings,
): { io: SignalingServer; detach(): Promise<void> } {
  const inner = createServer();
  const perAddress = new Map<string, number>();
  const io: SignalingServer = new Server({
    path: SIGNALING_PATH,
    serveClient: false,
    transports: ['websocket'],
    maxHttpBufferSize: MAX_SIGNALING_BYTES,
    perMessageDeflate: false,
    httpCompression: false,
    pingInterval: timings.pingIntervalMs,
    pingTimeout: timings.pingTimeoutMs,
    connectTimeout: CONNECT_TIMEOUT_MS,
    allowRequest: (request, decide) => {
      const refusal = whyNot(request);
      if (refusal !== null) log.warn({ origin: request.headers.origin }, `signaling: ${refusal}`);
      decide(refusal, refusal === null);
    },
  });
  io.attach(inner);

  function whyNot(request: IncomingMessage): string | null {
    if (!isAllowedOrigin(request.headers.origin, request.headers.host, publicUrl)) {
      return 'a page of another site wanted to connect; where that is this site, set PUBLIC_URL to its address';
    }
    if (io.engine.clientsCount >= MAX_CONNECTIONS) return 'too many connections';
    if ((perAddress.get(addressKey(addressOf(request))) ?? 0) >= MAX_CONNECTIONS_PER_ADDRESS) {
      return 'too many connections from one address';
    }
    return null;
  }

  io.engine.on('connection', (connection: SignalingSocket['conn']) => {
    const address = addressKey(addressOf(connection.request));
    perAddress.set(address, (perAddress.get(address) ?? 0) + 1);
    connection.once('close', () => {
      const left = (perAddress.get(address) ?? 1) - 1;
      if (left > 0) perAddress.set(address, left);
      else perAddress.delete(address);
    });
  });

  const onUpgrade = (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    const path = request.url?.split('?')[0];
    // Anything else, `/signaling` without its slash too, Engine.IO would not take for its own.
    if (path === `${SIGNALING_PATH}/`) inner.emit('upgrade', request, socket, head);
    else endUnanswered(socket, httpServer.listenerCount('upgrade') > 1);
  };
  httpServer.on('upgrade', onUpgrade);
  return {
    io,
    async detach() {
      httpServer.off('upgrade', onUpgrade);
      await io.close();
    },
  };
}

/**
 * Node ends an upgrade that nobody listens for; since we listen, one that nobody else answers would stay open for ever.
 * @param othersListen somebody else may answer it (in development, Next)
 */
function endUnanswered(socket: Duplex, othersListen: boolean): void {
  // Node takes its own listener off before an upgrade: without one, a client that resets the connection would end the process.
  socket.on('error', () => socket.destroy());
  if (!othersListen || !(socket instanceof NetSocket)) {
    socket.destroy();
    return;
  }
  // Requests before this one on the same connection were answered, too.
  const before = socket.bytesWritten;
  setTimeout(() => {
    if (socket.bytesWritten === before) socket.destroy();
  }, CONNECT_TIMEOUT_MS).unref();
}

export function addressOf(request: IncomingMessage): string {
  return clientAddress(request.socket.remoteAddress, request.headers['x-forwarded-for']);
}

/**
 * Pages of this site may connect: of PUBLIC_URL, of the address that was asked itself, and without PUBLIC_URL also of another
 * port of it (parts run apart). Programs that are no browsers name no origin; all need a token anyway.
 */
export function isAllowedOrigin(
  origin: string | undefined,
  host: string | undefined,
  publicUrl: string | null,
): boolean {
  if (origin === undefined) return true;
  if (!URL.canParse(origin)) return false;
  const page = new URL(origin);
  if (page.origin === publicUrl || page.host === host) return true;
  return publicUrl === null && URL.canParse(`http://${host}`) && new URL(`http://${host}`).hostname === page.hostname;
}
