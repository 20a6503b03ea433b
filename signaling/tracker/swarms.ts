import type { Peer } from './state';

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
