import { roomOf } from './pairs';
import type { Peer } from './state';

/** The policy weighs at most this many, so that a join costs the same in a swarm of ten and of ten thousand. */
export const MAX_CANDIDATES = 64;

/**
 * Those of a swarm that may be paired with `joiner`: the near ones first, then a fair sample of the others.
 * @param random 0 to 1, as Math.random
 */
export function candidatesFor(
  joiner: Peer,
  version: string,
  members: Iterable<Peer>,
  now: number,
  random: () => number,
): Peer[] {
  const near: Peer[] = [];
  const sample: Peer[] = [];
  let seen = 0;
  for (const peer of members) {
    if (!mayPair(joiner, peer, version)) continue;
    if (near.length < MAX_CANDIDATES / 2 && peer.place.network === joiner.place.network) {
      near.push(peer);
      continue;
    }
    // Reservoir sampling: each of the others is kept with the same chance.
    const at = seen < MAX_CANDIDATES / 2 ? seen : Math.floor(random() * (seen + 1));
    if (at < MAX_CANDIDATES / 2) sample[at] = peer;
    seen++;
  }
  return [...near, ...sample].filter((peer) => joiner.pairs.has(peer.id) || roomOf(peer, now) !== null);
}

function mayPair(joiner: Peer, other: Peer, version: string): boolean {
  return (
    other !== joiner &&
    other.awayUntil === null &&
    !joiner.estranged.has(other.id) &&
    joiner.pairs.get(other.id)?.versions.has(version) !== true
  );
}
