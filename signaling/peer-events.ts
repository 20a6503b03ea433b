import * as z from 'zod/mini';
import { type TicketKey, verifyTicket } from '@/lib/assets/tickets';
import type { Log } from '@/lib/config/log';
import { announcement, sentCommand } from '@/lib/contracts/devices';
import { EnxameError } from '@/lib/contracts/errors';
import {
  type ClientToServer,
  haveNotice,
  joinRequest,
  leaveNotice,
  REPORT_EVERY_MS,
  report,
  signalOut,
} from '@/lib/contracts/signaling';
import { type Clocks, MAX_SOCKETS_PER_ACCOUNT } from './admission';
import type { Connections } from './connections';
import type { Devices } from './devices';
import { type EventRule, eventRule } from './events';
import type { RetiredVersions } from './facts';
import type { Reports } from './reports';
import type { Watchers } from './swarm-snapshot';
import { MAX_PAIRS_PER_PEER, MAX_VERSIONS_PER_PEER } from './tracker/state';
import type { Tracker } from './tracker/tracker';

/** A tab that comes back joins all its versions at once; after that one a track, one each that is likely next, and now and then one again for more peers. */
const JOIN_RATE = { burst: 2 * MAX_VERSIONS_PER_PEER, everyMs: 250 };
/** Once a second for what plays, and for a few that are fetched ahead. */
const HAVE_RATE = { burst: 2 * MAX_VERSIONS_PER_PEER, everyMs: 125 };
/** An attempt at a link is an offer or answer and up to 20 candidates. */
const SIGNAL_RATE = { burst: 20 * MAX_PAIRS_PER_PEER, everyMs: 25 };
/** Twice what the contract says, so that a tab that catches up is not refused. */
const REPORT_RATE = { burst: 10, everyMs: REPORT_EVERY_MS / 2 };
const WATCH_RATE = { burst: 10, everyMs: 1_000 };
/** A device says what changed at most twice a second, and once more to each that arrives: all of an account's may come at once. */
const ANNOUNCE_RATE = { burst: 2 * MAX_SOCKETS_PER_ACCOUNT, everyMs: 250 };
/** A slider that is dragged sends five a second. */
const COMMAND_RATE = { burst: 40, everyMs: 100 };

export interface PeerEventDeps {
  tracker: Tracker;
  reports: Reports;
  connections: Connections;
  retired: RetiredVersions;
  watchers: Watchers;
  devices: Devices;
  ticketKey: TicketKey;
  log: Log;
  clocks: Clocks;
}

/** What each event of the contract does. */
export function peerEvents(deps: PeerEventDeps): ReadonlyMap<string, EventRule> {
  const { tracker, reports, connections, retired, watchers, devices, ticketKey, log, clocks } = deps;
  const { steady, wall } = clocks;
  const rules: Record<keyof ClientToServer, EventRule> = {
    join: peerRule(joinRequest, JOIN_RATE, async ({ version, ticket, have, ahead }, socket) => {
      const { peer } = socket.data;
      const claims = await verifyTicket(ticket, ticketKey, wall());
      if (claims.peer !== peer || claims.version !== version) {
        throw new EnxameError('bad_token', 'This ticket is for another peer or version.');
      }
      if (retired.get(version, wall()))
        throw new EnxameError('version_retired', 'This version is no longer available.');
      // While the ticket was checked, a newer socket of this peer may have taken over.
      if (connections.ofPeer(peer) !== socket)
        throw new EnxameError('not_found', 'This connection was replaced by a newer one.');
      const { peers, updates } = tracker.join(peer, version, have, steady(), ahead);
      connections.deliver(updates);
      return { peers };
    }),
    have: peerRule(haveNotice, HAVE_RATE, ({ version, have }, socket) => {
      tracker.setHave(socket.data.peer, version, have);
      return undefined;
    }),
    leave: peerRule(leaveNotice, JOIN_RATE, ({ version }, socket) => {
      connections.deliver(tracker.leave(socket.data.peer, version));
      return undefined;
    }),
    signal: peerRule(signalOut, SIGNAL_RATE, (signal, socket) => {
      relaySignal(tracker, connections, socket.data.peer, signal);
      return undefined;
    }),
    report: peerRule(report, REPORT_RATE, (said, socket) => {
      const { updates, flags } = reports.take(socket.data.peer, said, steady());
      connections.deliver(updates);
      for (const flag of flags) log.warn(flag, `signaling: a report is flagged (${flag.kind})`);
      return undefined;
    }),
    announce: eventRule(announcement, ANNOUNCE_RATE, (said, socket) => devices.announce(socket, said)),
    command: eventRule(sentCommand, COMMAND_RATE, (sent, socket) => devices.command(socket, sent)),
    watch: eventRule(z.boolean(), WATCH_RATE, (on, socket) => {
      if (socket.data.role !== 'admin') throw new EnxameError('forbidden', 'Only administrators can watch the swarm.');
      watchers.set(socket, on, steady());
      return undefined;
    }),
  };
  return new Map(Object.entries(rules));
}

/** As {@link eventRule}, refused to a socket that only observes. */
const peerRule: typeof eventRule = (schema, rate, handle) =>
  eventRule(schema, rate, (data, socket) => {
    if (socket.data.observer) throw new EnxameError('forbidden', 'This socket only observes.');
    return handle(data, socket);
  });

/**
 * Hands a WebRTC signal to the peer it is meant for, stamped with the sender that the socket was admitted as.
 * @throws {EnxameError} `not_assigned` unless the tracker paired the two; `unavailable` while the other's socket is away
 */
export function relaySignal(
  tracker: Tracker,
  connections: Connections,
  from: string,
  { to, link, signal }: z.infer<typeof signalOut>,
): void {
  if (!tracker.isPaired(from, to)) throw new EnxameError('not_assigned', 'You are not paired with that peer.');
  const socket = connections.ofPeer(to);
  if (socket === undefined) throw new EnxameError('unavailable', 'That peer is not connected.');
  socket.emit('signal', { from, link, signal });
}
