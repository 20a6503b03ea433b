import type { Server as HttpServer } from 'node:http';
import { importTicketKey } from '@/lib/assets/tickets';
import type { Config } from '@/lib/config/config';
import type { Log } from '@/lib/config/log';
import { EnxameError, toWireError } from '@/lib/contracts/errors';
import type { ComponentHealth } from '@/lib/contracts/reasons';
import type { Bus } from '@/lib/messaging/bus';
import type { Secrets } from '@/lib/secrets/secrets';
import { steadyNow } from '@/lib/util/clock';
import { deviceOf } from '@/lib/util/device';
import { placeOf } from './address';
import { Admission } from './admission';
import { Connections } from './connections';
import { Devices } from './devices';
import { takeEvents } from './events';
import { passOnFact, retiredVersions } from './facts';
import { peerEvents } from './peer-events';
import { Reports } from './reports';
import { addressOf, attachSocketServer, type SignalingSocket, SOCKET_TIMINGS, type SocketTimings } from './socket';
import { startStun } from './stun';
import { takeSnapshot, Watchers } from './swarm-snapshot';
import { GRACES, type Graces, Tracker } from './tracker/tracker';

/** Coverage is told, the gone are let go of and snapshots are pushed this often. */
const TICK_MS = 1_000;
/** Used tokens, retired versions and full buckets are let go of this often. */
const PURGE_EVERY_TICKS = 10;
/** The socket was closed by a wish, not by a failing network: nothing is kept for a return. */
const LEFT_FOR_GOOD: ReadonlySet<string> = new Set(['client namespace disconnect', 'server namespace disconnect']);

export interface SignalingDeps {
  bus: Bus;
  /** Listening or about to; its other requests and upgrades are left alone. */
  httpServer: HttpServer;
  config: Pick<Config, 'host' | 'stunPort' | 'publicUrl' | 'iceServers' | 'minSwarm' | 'regions'>;
  secrets: Pick<Secrets, 'verifyKey' | 'publicKey'>;
  log: Log;
}

export interface Timings extends SocketTimings, Graces {
  tickMs: number;
}

export interface Signaling {
  /** Closes every socket, not the shared http server. May be called again. */
  close(): Promise<void>;
  health(): ComponentHealth;
  /** UDP port of this server's own STUN; null where ICE_SERVERS names others or the port was taken. */
  stunPort: number | null;
}

/** Admits peers, assigns them to each other, relays their signals, gathers reports, and passes facts on to pages. */
export async function startSignaling(deps: SignalingDeps, timings: Partial<Timings> = {}): Promise<Signaling> {
  const { bus, config, secrets, log } = deps;
  const time: Timings = { ...SOCKET_TIMINGS, ...GRACES, tickMs: TICK_MS, ...timings };
  const clock = steadyNow;
  const clocks = { steady: clock, wall: Date.now };
  const tracker = new Tracker(Math.random, time, config.minSwarm);
  const reports = new Reports(tracker);
  const connections = new Connections();
  const admission = new Admission(secrets.verifyKey);
  const retired = retiredVersions();
  const watchers = new Watchers((now) => takeSnapshot(tracker, reports, now));
  const ticketKey = await importTicketKey(secrets.publicKey);
  const stun = config.iceServers === null ? await startStun(config, log) : null;
  const { io, detach } = attachSocketServer(deps.httpServer, config.publicUrl, log, time);
  const devices = new Devices(io);
  const rules = peerEvents({ tracker, reports, connections, retired, watchers, devices, ticketKey, log, clocks });

  io.use(async (socket, next) => {
    try {
      const address = addressOf(socket.request);
      const admitted = await admission.admit(
        socket.handshake.auth,
        { address, openSockets: (claims, observer) => connections.countOf(claims.sub, observer ? null : claims.peer) },
        clocks,
      );
      const known = admitted.observer ? undefined : tracker.peer(admitted.peer);
      if (known !== undefined && known.account !== admitted.sub) {
        throw new EnxameError('conflict', 'Another tab uses this identifier.');
      }
      const { peer, sub: account, sid: session, role, mode, observer } = admitted;
      const device = deviceOf(socket.handshake.headers['user-agent']);
      socket.data = { peer, account, session, role, mode, observer, address, device, deviceId: null };
      next();
    } catch (error) {
      const wire = toWireError(error);
      if (wire.code === 'internal') log.error({ err: error }, 'a socket could not be admitted');
      next(Object.assign(new Error(wire.message), { data: wire }));
    }
  });

  io.on('connection', (socket) => {
    const { peer, account, address, device, mode, observer } = socket.data;
    try {
      // A fact may have come between the handshake and this moment.
      socket.data.role = admission.roleNow(socket.data, clocks.wall());
      if (!observer) tracker.arrive({ peer, account, mode, device, place: placeOf(address, config.regions) }, clock());
    } catch (error) {
      connections.bye(socket, toWireError(error).code);
      return;
    }
    connections.add(socket);
    takeEvents(socket, rules, { bye: (code) => connections.bye(socket, code), log, clock });
    socket.on('disconnect', (reason) => {
      void devices.left(socket);
      leave(socket, reason);
    });
  });

  function leave(socket: SignalingSocket, reason: string): void {
    if (!connections.remove(socket)) return;
    const { peer } = socket.data;
    if (LEFT_FOR_GOOD.has(reason)) connections.deliver(tracker.remove(peer));
    else tracker.lose(peer, clock());
  }

  let heardFacts = true;
  /**
   * Events of the time in which the broker was away are lost here: an account may have been disabled, a track withdrawn. Whoever comes back
   * was admitted by the gateway anew, and a page whose connection came back refetches what it shows.
   */
  function noticeBroker(): void {
    const hearsFacts = bus.health().status !== 'down';
    if (hearsFacts && !heardFacts) {
      log.info('the broker is back: every tab is admitted anew, since facts may have been missed');
      connections.cutAll();
    }
    heardFacts = hearsFacts;
  }

  let ticks = 0;
  const timer = setInterval(() => {
    const now = clock();
    noticeBroker();
    connections.deliver(tracker.sweep(now));
    connections.deliver(tracker.flushCoverage());
    watchers.push(now);
    if (++ticks % PURGE_EVERY_TICKS !== 0) return;
    admission.purge(clocks);
    retired.purge(clocks.wall());
  }, time.tickMs);

  const health = (): ComponentHealth => {
    if (stun?.problem != null) {
      return { status: 'degraded', code: 'stun_port', values: { port: config.stunPort }, detail: stun.problem };
    }
    const values = { peers: connections.peers, observers: connections.observers };
    const detail = `connected peers: ${values.peers}, observers: ${values.observers}`;
    return { status: 'ok', code: 'connections', values, detail };
  };
  const subscriptions = await Promise.all([
    bus.serve('signaling', { 'signaling.health': async () => health() }),
    bus.subscribe({ queue: null, patterns: ['changed.#'] }, async (fact) =>
      passOnFact({ tracker, connections, admission, retired }, fact, clocks.wall()),
    ),
  ]);

  async function closeAll(): Promise<void> {
    clearInterval(timer);
    await Promise.all(subscriptions.map((subscription) => subscription.close()));
    await detach();
    await stun?.close();
  }
  let closed: Promise<void> | undefined;

  return {
    stunPort: stun?.port ?? null,
    health,
    close() {
      closed ??= closeAll();
      return closed;
    },
  };
}
