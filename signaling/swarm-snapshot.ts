import type { AccountRole } from '@/lib/contracts/ids';
import type { SwarmSnapshot } from '@/lib/contracts/signaling';
import type { Reports } from './reports';
import type { Peer } from './tracker/state';
import type { Tracker } from './tracker/tracker';

/** A picture of more says nothing to a person, and is pushed every second. Counts and totals are always of all. */
const MAX_PEERS_SHOWN = 1_000;
const MAX_LINKS_SHOWN = 2_000;

/** The whole swarm as the server knows it. @param now epoch ms */
export function takeSnapshot(tracker: Tracker, reports: Reports, now: number): SwarmSnapshot {
  const present = [...tracker.peers()].filter((peer) => peer.awayUntil === null);
  return {
    at: now,
    listeners: new Set(present.map((peer) => peer.account)).size,
    peers: present.slice(0, MAX_PEERS_SHOWN).map((peer) => ({
      peer: peer.id,
      accountId: peer.account,
      device: peer.device,
      mode: peer.mode,
      playing: peer.playing,
      trackId: peer.trackId,
      connectedAt: peer.connectedAt,
      bytes: { ...peer.bytes },
    })),
    links: linksOf(present),
    versions: tracker.sizes().versions,
    totals: { ...reports.totals },
    outliers: reports.outliers,
    rates: reports.rates(now),
  };
}

function linksOf(peers: readonly Peer[]): SwarmSnapshot['links'] {
  const links: SwarmSnapshot['links'] = [];
  for (const peer of peers) {
    for (const { a, b, matched } of peer.pairs.values()) {
      // Each pair stands in both its ends' lists.
      if (a !== peer) continue;
      links.push({ a: a.id, b: b.id, bytes: matched.aToB + matched.bToA });
      if (links.length === MAX_LINKS_SHOWN) return links;
    }
  }
  return links;
}

/** What is needed of a socket to push to it. */
export interface Watcher {
  readonly connected: boolean;
  /** Looked at with every push: who was an administrator may no longer be one. */
  readonly data: { role: AccountRole };
  emit(event: 'swarm', snapshot: SwarmSnapshot): unknown;
}

/** Administrators who watch. They are sent a snapshot when they begin, and after that only while something changes. */
export class Watchers {
  private readonly sockets = new Set<Watcher>();
  private readonly take: (now: number) => SwarmSnapshot;
  private last = '';

  /** @param take makes a snapshot as of `now`, epoch ms */
  constructor(take: (now: number) => SwarmSnapshot) {
    this.take = take;
  }

  get size(): number {
    return this.sockets.size;
  }

  set(socket: Watcher, on: boolean, now: number): void {
    if (!on) {
      this.sockets.delete(socket);
    } else if (!this.sockets.has(socket)) {
      this.sockets.add(socket);
      socket.emit('swarm', this.take(now));
    }
  }

  /** Once a second. Sockets that closed meanwhile, or are no administrator's any more, are let go of. */
  push(now: number): void {
    for (const socket of this.sockets) {
      if (!socket.connected || socket.data.role !== 'admin') this.sockets.delete(socket);
    }
    if (this.sockets.size === 0) return;
    const snapshot = this.take(now);
    const text = JSON.stringify({ ...snapshot, at: 0 });
    if (text === this.last) return;
    this.last = text;
    for (const socket of this.sockets) socket.emit('swarm', snapshot);
  }
}
