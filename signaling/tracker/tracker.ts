import { EnxameError } from '@/lib/contracts/errors';
import type { Ranges } from '@/lib/contracts/fields';
import type { PeerCoverage, SharingMode } from '@/lib/contracts/signaling';
import { assignPartners } from './assignment';
import { CoverageUpdates } from './coverage-updates';
import { dissolve, endFor, gone, otherEnd, partnersOf } from './pairs';
import {
  type Arrival,
  MAX_REMEMBERED,
  MAX_VERSIONS_PER_PEER,
  offered,
  type Peer,
  Swarms,
  sharingOf,
  type TrackerUpdate,
} from './state';

/** A peer whose pairs left it with fewer than this for a version is given others. */
const FEW_PARTNERS = 3;
/** Refills looked at in one sweep, so that a mass departure is spread over several. */
const REFILLS_PER_SWEEP = 200;

export interface Graces {
  /** How long a peer whose socket broke keeps its pairs. */
  awayMs: number;
  /** How long a peer that came back may take to join its versions again. */
  rejoinMs: number;
}
export const GRACES: Graces = { awayMs: 3_000, rejoinMs: 10_000 };

/**
 * Who is here, who holds what, and who was made known to whom. Pure state: the time comes in (`now`, epoch ms), what peers are
 * to be told goes out as {@link TrackerUpdate}. Pairs are symmetric; every way of leaving ends them on both sides.
 */
export class Tracker {
  private readonly peersById = new Map<string, Peer>();
  private readonly swarms = new Swarms();
  private readonly coverage = new CoverageUpdates();
  /** Away, or back and not yet joined again. */
  private readonly unsettled = new Set<Peer>();
  /** Who lost partners and may need others: by peer, for which versions. */
  private readonly refills = new Map<Peer, Set<string>>();
  private readonly graces: Graces;
  private readonly random: () => number;
  private readonly minSwarm: number;

  /**
   * @param random 0 to 1, as Math.random
   * @param minSwarm accounts that must be in a swarm before any two of it are made known to each other: in a tiny one, who else is there
   *   says too much
   */
  constructor(random: () => number, graces: Graces = GRACES, minSwarm = 1) {
    this.random = random;
    this.graces = graces;
    this.minSwarm = minSwarm;
  }

  /** Everything held in memory, to see that nothing stays behind. */
  sizes() {
    let ends = 0;
    for (const peer of this.peersById.values()) ends += peer.pairs.size;
    return {
      peers: this.peersById.size,
      versions: this.swarms.size,
      pairs: ends / 2,
      untold: this.coverage.size,
      unsettled: this.unsettled.size,
      refills: this.refills.size,
    };
  }

  peers(): Iterable<Peer> {
    return this.peersById.values();
  }

  peer(id: string): Peer | undefined {
    return this.peersById.get(id);
  }

  /** Peers that hold some of a version, or want to. */
  holders(version: string): string[] {
    return [...this.swarms.members(version)].map((peer) => peer.id);
  }

  isPaired(a: string, b: string): boolean {
    return this.peersById.get(a)?.pairs.has(b) ?? false;
  }

  /**
   * A socket of this peer is here. A peer that is known keeps its pairs and has {@link Graces.rejoinMs} to join again.
   * @throws {EnxameError} `conflict` when another account's peer has this id
   */
  arrive(arrival: Arrival, now: number): void {
    const known = this.peersById.get(arrival.peer);
    if (known !== undefined) {
      if (known.account !== arrival.account) throw new EnxameError('conflict', 'Another tab uses this identifier.');
      known.awayUntil = null;
      known.place = arrival.place;
      known.device = arrival.device;
      this.setMode(known, arrival.mode);
      for (const membership of known.memberships.values()) membership.confirmBy = now + this.graces.rejoinMs;
      this.unsettled.add(known);
      return;
    }
    this.peersById.set(arrival.peer, {
      id: arrival.peer,
      account: arrival.account,
      connectedAt: now,
      place: arrival.place,
      device: arrival.device,
      awayUntil: null,
      mode: arrival.mode,
      playing: false,
      trackId: null,
      memberships: new Map(),
      pairs: new Map(),
      unpaired: new Set(),
      blamedBy: new Set(),
      bytes: { cache: 0, peer: 0, origin: 0, uploaded: 0 },
      served: { bytes: 0, at: now },
      lastReportAt: now,
    });
  }

  /** Its socket broke: what it had is kept for {@link Graces.awayMs}, but nobody new is sent to it. */
  lose(id: string, now: number): void {
    const peer = this.peersById.get(id);
    if (peer === undefined) return;
    peer.awayUntil = now + this.graces.awayMs;
    this.unsettled.add(peer);
  }

  /** The peers of an account, also those whose socket is away. */
  peersOf(account: string): string[] {
    return [...this.peersById.values()].filter((peer) => peer.account === account).map(({ id }) => id);
  }

  /** It left for good. */
  remove(id: string): TrackerUpdate[] {
    const peer = this.peersById.get(id);
    if (peer === undefined) return [];
    const updates: TrackerUpdate[] = [];
    for (const pair of [...peer.pairs.values()]) {
      const other = otherEnd(pair, peer);
      dissolve(pair);
      updates.push(gone(other, peer));
      this.mayNeedOthers(other, pair.versions);
    }
    for (const version of peer.memberships.keys()) this.forgetMember(version, peer);
    this.refills.delete(peer);
    this.unsettled.delete(peer);
    this.peersById.delete(id);
    return updates;
  }

  /**
   * Records what a peer holds of a version and assigns partners to it, as many as the policy allows. May be repeated: it says
   * again what is held, and asks for more partners where some were lost.
   * @param ahead it is likely to take part before long and is given a few partners; once it takes part this says nothing any more
   * @returns all its partners for this version and what they hold; `updates` is for the others
   * @throws {EnxameError} `not_found` when the peer is not here
   */
  join(
    id: string,
    version: string,
    have: Ranges,
    now: number,
    ahead = false,
  ): { peers: PeerCoverage[]; updates: TrackerUpdate[] } {
    const peer = this.peersById.get(id);
    if (peer === undefined) throw new EnxameError('not_found', 'This peer is not connected.');
    const coverage = () => partnersOf(peer, version).map((other) => coverageOf(other, version));
    if (ahead && peer.memberships.get(version)?.ahead === false) return { peers: coverage(), updates: [] };
    const updates: TrackerUpdate[] = [];
    // Old partners learn of what changed by the next flush, new ones at once.
    if (peer.memberships.delete(version)) this.coverage.mark(version, peer);
    const oldest = peer.memberships.keys().next();
    if (peer.memberships.size >= MAX_VERSIONS_PER_PEER && oldest.done !== true) {
      updates.push(...this.leave(id, oldest.value));
    }
    const wasEnough = this.isEnough(version);
    peer.memberships.set(version, { have, ahead, confirmBy: null });
    this.swarms.add(version, peer);
    updates.push(...this.assign(peer, version, now));
    // Whoever came before there were enough has waited for this one.
    if (!wasEnough && this.isEnough(version)) {
      for (const other of this.swarms.members(version)) this.mayNeedOthers(other, [version]);
    }
    return { peers: coverage(), updates };
  }

  /** What it holds now, whole. Said of a version it has not joined, it is ignored. */
  setHave(id: string, version: string, have: Ranges): void {
    const peer = this.peersById.get(id);
    const membership = peer?.memberships.get(version);
    if (peer === undefined || membership === undefined) return;
    membership.have = have;
    this.coverage.mark(version, peer);
  }

  leave(id: string, version: string): TrackerUpdate[] {
    const peer = this.peersById.get(id);
    if (peer === undefined || !peer.memberships.delete(version)) return [];
    const updates: TrackerUpdate[] = [];
    for (const other of partnersOf(peer, version)) {
      const pair = peer.pairs.get(other.id);
      if (pair === undefined) continue;
      const nothing = { version, peers: [{ peer: peer.id, have: [] }] };
      updates.push(...(endFor(pair, version) ?? [{ to: other.id, event: 'coverage' as const, data: nothing }]));
      this.mayNeedOthers(other, [version]);
    }
    this.forgetMember(version, peer);
    return updates;
  }

  /** No longer to be played or served: its swarm is dissolved. */
  retire(version: string): TrackerUpdate[] {
    const updates: TrackerUpdate[] = [];
    for (const peer of [...this.swarms.members(version)]) {
      for (const other of partnersOf(peer, version)) {
        const pair = peer.pairs.get(other.id);
        if (pair !== undefined) updates.push(...(endFor(pair, version) ?? []));
      }
      peer.memberships.delete(version);
      this.forgetMember(version, peer);
    }
    return updates;
  }

  /**
   * One sent the other wrong bytes: they are parted, and never paired again. Blame within one account parts, but does not count.
   * @returns null when they were no pair
   */
  unpair(blamer: string, blamed: string): TrackerUpdate[] | null {
    const pair = this.peersById.get(blamer)?.pairs.get(blamed);
    if (pair === undefined) return null;
    const from = pair.a.id === blamer ? pair.a : pair.b;
    const against = otherEnd(pair, from);
    dissolve(pair);
    remember(from.unpaired, against.id);
    remember(against.unpaired, from.id);
    this.mayNeedOthers(from, pair.versions);
    this.changeOffer(against, () => {
      if (from.account !== against.account) remember(against.blamedBy, from.account);
    });
    return [gone(from, against), gone(against, from)];
  }

  /** What it says of itself. */
  describe(id: string, state: { mode: SharingMode; playing: boolean; trackId: string | null }): void {
    const peer = this.peersById.get(id);
    if (peer === undefined) return;
    peer.playing = state.playing;
    peer.trackId = state.trackId;
    this.setMode(peer, state.mode);
  }

  /** Lets go of those that did not come back in time, and gives partners to those that lost theirs. Once a second or so. */
  sweep(now: number): TrackerUpdate[] {
    const updates: TrackerUpdate[] = [];
    for (const peer of this.unsettled) {
      if (peer.awayUntil !== null) {
        if (peer.awayUntil <= now) updates.push(...this.remove(peer.id));
        continue;
      }
      let waiting = false;
      for (const [version, { confirmBy }] of [...peer.memberships]) {
        if (confirmBy === null) continue;
        if (confirmBy <= now) updates.push(...this.leave(peer.id, version));
        else waiting = true;
      }
      if (!waiting) this.unsettled.delete(peer);
    }
    let left = REFILLS_PER_SWEEP;
    for (const [peer, versions] of this.refills) {
      if (left-- <= 0) break;
      this.refills.delete(peer);
      for (const version of versions) updates.push(...this.refill(peer, version, now));
    }
    return updates;
  }

  /** Coverage that changed since the last flush, for those it concerns. */
  flushCoverage(): TrackerUpdate[] {
    return this.coverage.flush();
  }

  private refill(peer: Peer, version: string, now: number): TrackerUpdate[] {
    if (peer.awayUntil !== null || !peer.memberships.has(version)) return [];
    const before = new Set(partnersOf(peer, version));
    if (before.size >= FEW_PARTNERS) return [];
    const updates = this.assign(peer, version, now);
    const added = partnersOf(peer, version).filter((other) => !before.has(other));
    const peers = added.map((other) => coverageOf(other, version));
    if (peers.length > 0) updates.push({ to: peer.id, event: 'coverage', data: { version, peers } });
    return updates;
  }

  private assign(peer: Peer, version: string, now: number): TrackerUpdate[] {
    if (!this.isEnough(version)) return [];
    return assignPartners(peer, version, this.swarms.members(version), now, this.random);
  }

  /** Whether so many accounts are in the swarm that its members may know of each other; one with many tabs is one. */
  private isEnough(version: string): boolean {
    const accounts = new Set<string>();
    for (const { account, memberships } of this.swarms.members(version)) {
      if (memberships.get(version)?.ahead === true) continue;
      if (accounts.add(account).size >= this.minSwarm) return true;
    }
    return false;
  }

  private setMode(peer: Peer, mode: SharingMode): void {
    this.changeOffer(peer, () => {
      peer.mode = mode;
    });
  }

  /** Where a change begins or ends a peer's serving, its partners are told what it offers now. */
  private changeOffer(peer: Peer, change: () => void): void {
    const served = sharingOf(peer) !== 'never';
    change();
    if (served === (sharingOf(peer) !== 'never')) return;
    for (const version of peer.memberships.keys()) this.coverage.mark(version, peer);
  }

  private mayNeedOthers(peer: Peer, versions: Iterable<string>): void {
    const wanting = this.refills.get(peer) ?? new Set();
    for (const version of versions) wanting.add(version);
    this.refills.set(peer, wanting);
  }

  private forgetMember(version: string, peer: Peer): void {
    this.swarms.remove(version, peer);
    this.coverage.forget(version, peer);
  }
}

function coverageOf(peer: Peer, version: string): PeerCoverage {
  return { peer: peer.id, have: offered(peer, version) };
}

/** Adds to a set that forgets its oldest, so that it cannot grow without end. */
function remember(set: Set<string>, value: string): void {
  set.add(value);
  const oldest = set.values().next();
  if (set.size > MAX_REMEMBERED && oldest.done !== true) set.delete(oldest.value);
}
