import type { Place } from '../address';
import { roomOf } from './pairs';
import type { Peer } from './state';

/** The policy weighs at most this many, so that a join costs the same in a swarm of ten and of ten thousand. */
export const MAX_CANDIDATES = 64;

/**
 * Those of a swarm that may be paired with `joiner`: a fair sample of the near ones and one of the others.
 * @param random 0 to 1, as Math.random
 */
export function candidatesFor(
  joiner: Peer,
  version: string,
  members: Iterable<Peer>,
  now: number,
  random: () => number,
): Peer[] {
  const near = new Reservoir<Peer>(MAX_CANDIDATES / 2, random);
  const others = new Reservoir<Peer>(MAX_CANDIDATES / 2, random);
  for (const peer of members) {
    if (!mayPair(joiner, peer, version, now)) continue;
    (isNear(peer.place, joiner.place) ? near : others).offer(peer);
  }
  return [...near.kept, ...others.kept];
}

const isNear = (a: Place, b: Place) => a.network === b.network || (a.region !== null && a.region === b.region);

/** Keeps a fair sample of what is offered, however much that is (algorithm R). */
class Reservoir<T> {
  readonly kept: T[] = [];
  private readonly size: number;
  private readonly random: () => number;
  private offered = 0;

  constructor(size: number, random: () => number) {
    this.size = size;
    this.random = random;
  }

  offer(item: T): void {
    const at = this.offered < this.size ? this.offered : Math.floor(this.random() * (this.offered + 1));
    if (at < this.size) this.kept[at] = item;
    this.offered++;
  }
}

function mayPair(joiner: Peer, other: Peer, version: string, now: number): boolean {
  if (other === joiner || other.awayUntil !== null) return false;
  // It may never come, and has nothing to give before it does.
  if (other.memberships.get(version)?.ahead !== false) return false;
  // Either's word: one that left and came again remembers nothing itself.
  if (joiner.unpaired.has(other.id) || other.unpaired.has(joiner.id)) return false;
  const pair = joiner.pairs.get(other.id);
  return pair === undefined ? roomOf(other, now) !== null : !pair.versions.has(version);
}
