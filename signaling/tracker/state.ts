/** What the tracker knows, in memory and only while peers are here. */
import type { Ranges } from '@/lib/contracts/fields';
import type { Device, PeerCoverage, SharingMode } from '@/lib/contracts/signaling';
import type { Place } from '../address';
import type { Sharing } from './assign';

/** A peer holds coverage of at most this many versions here; the one joined longest ago makes room. */
export const MAX_VERSIONS_PER_PEER = 64;
/** Links a browser keeps up well (Spotify 2010 kept about 50 connections). */
export const MAX_PAIRS_PER_PEER = 50;
/** A pair without a byte for so long gives its place to a new one. */
export const PAIR_IDLE_MS = 30_000;
/** After so many distinct accounts blamed it for wrong bytes, a peer is nobody's source any more. */
export const BLAMES_TO_QUARANTINE = 3;
/** Entries of the sets that a peer keeps about others; the oldest is forgotten. */
export const MAX_REMEMBERED = 256;

export interface Arrival {
  peer: string;
  account: string;
  place: Place;
  device: Device;
  mode: SharingMode;
}

export interface Peer {
  readonly id: string;
  readonly account: string;
  readonly connectedAt: number;
  place: Place;
  /** For people who look at the swarm; nothing is decided by it. */
  device: Device;
  /** Its socket broke: forgotten then (epoch ms) unless it is back; null while it is here. */
  awayUntil: number | null;
  mode: SharingMode;
  playing: boolean;
  trackId: string | null;
  /** By version, the one joined longest ago first. */
  readonly memberships: Map<string, Membership>;
  /** By the other's id. */
  readonly pairs: Map<string, Pair>;
  /** Whom it is never paired with again: one blamed the other. */
  readonly unpaired: Set<string>;
  /** Accounts that blamed it. */
  readonly blamedBy: Set<string>;
  /** As it says itself, since it came. */
  readonly bytes: { cache: number; peer: number; origin: number; uploaded: number };
  /** Bytes that it served and others confirm, at the time of the last of them; see assign.ts. */
  served: { bytes: number; at: number };
  lastReportAt: number;
}

export interface Membership {
  have: Ranges;
  /** Only a hint: its peer is likely to play this next. */
  ahead: boolean;
  /** Came back on a new socket and must join again by then (epoch ms), or it no longer counts; null once it has. */
  confirmBy: number | null;
}

/** What one end says of a link, bytes since the pair was made. */
export interface Claim {
  sent: number;
  received: number;
}

/** Two peers that the tracker made known to each other. */
export interface Pair {
  readonly a: Peer;
  readonly b: Peer;
  /** Versions they were assigned to each other for; without one left, the pair ends. */
  readonly versions: Set<string>;
  readonly since: number;
  readonly claims: { a: Claim; b: Claim };
  /** Bytes that both ends agree on. */
  matched: { aToB: number; bToA: number };
  lastBytesAt: number;
  flagged: boolean;
}

/** What a peer is to be told. */
export type TrackerUpdate =
  | { to: string; event: 'coverage'; data: { version: string; peers: PeerCoverage[] } }
  | { to: string; event: 'gone'; data: { peer: string; ended?: boolean } };

/** How far a peer serves others now. */
export function sharingOf(peer: Peer): Sharing {
  if (peer.mode === 'off' || peer.blamedBy.size >= BLAMES_TO_QUARANTINE) return 'never';
  return peer.mode === 'idle-only' && peer.playing ? 'later' : 'yes';
}

/** What others are told that it holds: nothing, while it serves nobody. */
export function offered(peer: Peer, version: string): Ranges {
  return sharingOf(peer) === 'never' ? [] : (peer.memberships.get(version)?.have ?? []);
}

/** Who is in the swarm of each version. A swarm without members does not exist. */
export class Swarms {
  private readonly membersOf = new Map<string, Set<Peer>>();

  get size(): number {
    return this.membersOf.size;
  }

  members(version: string): ReadonlySet<Peer> {
    return this.membersOf.get(version) ?? new Set();
  }

  add(version: string, peer: Peer): void {
    const members = this.membersOf.get(version) ?? new Set();
    this.membersOf.set(version, members.add(peer));
  }

  remove(version: string, peer: Peer): void {
    const members = this.membersOf.get(version);
    if (members?.delete(peer) && members.size === 0) this.membersOf.delete(version);
  }
}
