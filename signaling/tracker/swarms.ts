import type { Peer } from './state';

/** Who is in the swarm of each version. A swarm without members does not exist. */
export class Swarms {
  readonly #members = new Map<string, Set<Peer>>();

  get size(): number {
    return this.#members.size;
  }

  members(version: string): ReadonlySet<Peer> {
    return this.#members.get(version) ?? new Set();
  }

  add(version: string, peer: Peer): void {
    const members = this.#members.get(version) ?? new Set();
    this.#members.set(version, members.add(peer));
  }

  remove(version: string, peer: Peer): void {
    const members = this.#members.get(version);
    if (members?.delete(peer) && members.size === 0) this.#members.delete(version);
  }
}
