import { createSocket, type RemoteInfo, type Socket, type SocketType } from 'node:dgram';
import { once } from 'node:events';
import { isIPv6 } from 'node:net';
import stun from 'stun';
import type { Config } from '@/lib/config/config';
import type { Log } from '@/lib/config/log';
import { steadyNow } from '@/lib/util/clock';
import { withoutMapping } from '@/lib/util/node/network';
import { TokenBucket } from '@/lib/util/rate-limit';

/** A request that asks only for an address fits into any path (RFC 8489, section 6.1: 1280 with IPv6). */
const MAX_STUN_BYTES = 1_280;
const HEADER_BYTES = 20;
/** RFC 8489, section 5: the header's bytes 4 to 7. Tells STUN from anything else. */
const MAGIC_COOKIE = 0x2112a442;
/**
 * Parsing one takes about 0.1 ms of the thread that everything else runs on, and senders' addresses can be forged: a flood is
 * dropped as a whole. A peer asks a few times a link.
 */
const REQUEST_RATE = { burst: 2_000, everyMs: 1 };

export interface StunServer {
  /** UDP port; null: there is none, see `problem`. */
  port: number | null;
  problem: string | null;
  close(): Promise<void>;
}

/**
 * Tells a peer the address it is seen from (RFC 8489 binding requests), so that links form across homes without a third
 * party. Where the port is taken, the log says so and everything else goes on without.
 */
export async function startStun(config: Pick<Config, 'host' | 'stunPort'>, log: Log): Promise<StunServer> {
  const { type, address } = listenAt(config.host);
  const socket = createSocket({ type });
  try {
    socket.bind(config.stunPort, address);
    await once(socket, 'listening');
  } catch (error) {
    socket.close();
    const problem = `STUN cannot listen on UDP port ${config.stunPort}: ${(error as Error).message}`;
    log.warn(
      `${problem}. Listeners behind different routers cannot connect until it can. Set STUN_PORT to a free port, or ICE_SERVERS to other STUN servers.`,
    );
    return { port: null, problem, close: async () => {} };
  }
  socket.on('error', (error) => log.warn({ error: error.message }, 'a STUN answer could not be sent'));
  const bucket = new TokenBucket(REQUEST_RATE);
  socket.on('message', (message, from) => {
    if (mayBeStun(message) && bucket.take(steadyNow())) answer(socket, message, from, log);
  });
  return {
    port: socket.address().port,
    problem: null,
    close: () => new Promise((resolve) => socket.close(() => resolve())),
  };
}

function listenAt(host: string): { type: SocketType; address: string } {
  if (host === 'localhost') return { type: 'udp4', address: '127.0.0.1' };
  return { type: isIPv6(host) ? 'udp6' : 'udp4', address: host };
}

function mayBeStun(message: Buffer): boolean {
  if (message.length < HEADER_BYTES || message.length > MAX_STUN_BYTES) return false;
  return message.readUInt16BE(2) === message.length - HEADER_BYTES && message.readUInt32BE(4) === MAGIC_COOKIE;
}

/** Strangers send what they like: nothing here may throw, and only a binding request is answered. */
function answer(socket: Socket, message: Buffer, from: RemoteInfo, log: Log): void {
  try {
    const request = stun.decode(message);
    if (request.type !== stun.constants.STUN_BINDING_REQUEST) return;
    const response = stun.createMessage(stun.constants.STUN_BINDING_RESPONSE, request.transactionId);
    response.addXorAddress(withoutMapping(from.address).split('%')[0] ?? '', from.port);
    socket.send(response.toBuffer(), from.port, from.address, () => {});
  } catch (error) {
    log.debug({ error: (error as Error).message }, 'not a STUN message');
  }
}
