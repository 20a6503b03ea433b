import { type AssignParty, assignPeers, MAX_ASSIGNED, successOf } from './assign';
import { candidatesFor } from './candidates';
import { dissolve, gone, loadOf, pairUp, partnersOf, roomOf } from './pairs';
import { offered, type Peer, sharingOf, type TrackerUpdate } from './state';

/** Partners of a peer that is only likely to play a version: enough to begin with. */
const MAX_ASSIGNED_AHEAD = 3;

/**
 * Pairs a member of a swarm with others of it until it has {@link MAX_ASSIGNED} partners for that version.
 * @param random 0 to 1, as Math.random
 * @returns the updates for the other sides
 */
export function assignPartners(
  peer: Peer,
  version: string,
  members: Iterable<Peer>,
  now: number,
  random: () => number,
): TrackerUpdate[] {
  const ahead = peer.memberships.get(version)?.ahead === true;
  const most = ahead ? MAX_ASSIGNED_AHEAD : MAX_ASSIGNED;
  const free = most - partnersOf(peer, version).length;
  if (free <= 0) return [];
  const candidates = new Map(candidatesFor(peer, version, members, now, random).map((other) => [other.id, other]));
  const chosen = assignPeers({
    joiner: party(peer, version),
    candidates: [...candidates.values()].map((other) => ({
      ...party(other, version),
      load: loadOf(other, now),
      linked: peer.pairs.has(other.id),
      success: successOf(other, now),
    })),
    max: free,
    seed: Math.floor(random() * 2 ** 32),
  });
  const updates: TrackerUpdate[] = [];
  for (const id of chosen) {
    const other = candidates.get(id);
    if (other === undefined) continue;
    let pair = peer.pairs.get(id);
    if (pair === undefined) {
      const room = makeRoom(peer, other, now);
      if (room === null) continue;
      updates.push(...room);
      pair = pairUp(peer, other, now);
    }
    pair.versions.add(version);
    // They hear of it when it takes part; until then it is for it to dial.
    if (ahead) continue;
    const peers = [{ peer: peer.id, have: offered(peer, version) }];
    updates.push({ to: id, event: 'coverage', data: { version, peers } });
  }
  return updates;
}

function party(peer: Peer, version: string): AssignParty {
  return { peer: peer.id, have: offered(peer, version), ...peer.place, sharing: sharingOf(peer) };
}

/** Ends an idle pair of each that has no place left. @returns null when one of them has none to spare */
function makeRoom(a: Peer, b: Peer, now: number): TrackerUpdate[] | null {
  const idle = [roomOf(a, now), roomOf(b, now)];
  if (idle.includes(null)) return null;
  const updates: TrackerUpdate[] = [];
  for (const pair of idle) {
    if (pair === null || pair === 'free') continue;
    dissolve(pair);
    updates.push(gone(pair.a, pair.b), gone(pair.b, pair.a));
  }
  return updates;
}
