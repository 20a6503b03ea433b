/** Making and ending pairs; always on both sides at once. */
import { MAX_PAIRS_PER_PEER, PAIR_IDLE_MS, type Pair, type Peer, type TrackerUpdate } from './state';

export function pairUp(a: Peer, b: Peer, now: number): Pair {
  const pair: Pair = {
    a,
    b,
    versions: new Set(),
    since: now,
    claims: { a: { sent: 0, received: 0 }, b: { sent: 0, received: 0 } },
    matched: { aToB: 0, bToA: 0 },
    lastBytesAt: now,
    flagged: false,
  };
  a.pairs.set(b.id, pair);
  b.pairs.set(a.id, pair);
  return pair;
}

export function dissolve(pair: Pair): void {
  pair.a.pairs.delete(pair.b.id);
  pair.b.pairs.delete(pair.a.id);
}

/** Takes a version from a pair. @returns the updates when that was its last and the pair ended, else null */
export function endFor(pair: Pair, version: string): TrackerUpdate[] | null {
  pair.versions.delete(version);
  if (pair.versions.size > 0) return null;
  dissolve(pair);
  return [gone(pair.a, pair.b), gone(pair.b, pair.a)];
}

export function gone(to: Peer, peer: Peer): TrackerUpdate {
  return { to: to.id, event: 'gone', data: { peer: peer.id } };
}

export function otherEnd(pair: Pair, peer: Peer): Peer {
  return pair.a === peer ? pair.b : pair.a;
}

/** With whom a peer is paired for a version. */
export function partnersOf(peer: Peer, version: string): Peer[] {
  const partners: Peer[] = [];
  for (const pair of peer.pairs.values()) if (pair.versions.has(version)) partners.push(otherEnd(pair, peer));
  return partners;
}

/** Share of a peer's places that are in use, 0 to 1. */
export function loadOf(peer: Peer, now: number): number {
  let busy = 0;
  for (const pair of peer.pairs.values()) if (!isIdle(pair, now)) busy++;
  return busy / MAX_PAIRS_PER_PEER;
}

/**
 * Whether one more pair fits.
 * @returns `free`; the pair that has been without a byte for longest and may make room; or null when every place is in use
 */
export function roomOf(peer: Peer, now: number): 'free' | Pair | null {
  if (peer.pairs.size < MAX_PAIRS_PER_PEER) return 'free';
  let idlest: Pair | null = null;
  for (const pair of peer.pairs.values()) {
    if (isIdle(pair, now) && (idlest === null || pair.lastBytesAt < idlest.lastBytesAt)) idlest = pair;
  }
  return idlest;
}

function isIdle(pair: Pair, now: number): boolean {
  return now - pair.lastBytesAt >= PAIR_IDLE_MS;
}
