/** Which peers of a swarm a newcomer is paired with. Decided on the server; pure, so that the simulator can run it too. */
import type { Ranges } from '@/lib/contracts/fields';
import { hash } from '@/lib/util/random';
import type { Peer } from './state';

/** Peers assigned at one join (Spotify 2010 assigned about ten). */
export const MAX_ASSIGNED = 10;

/** How much each thing counts; a candidate's score is their sum. Starting values, to be tuned in the simulator. */
const WEIGHT = {
  /** It holds everything the joiner lacks. */
  take: 4,
  /** The joiner holds everything it lacks. */
  give: 1,
  /** Behind the same public address: often one household or campus, where bytes cost nobody anything. */
  sameAddress: 2,
  /** In the same /24 (IPv4) or /64 (IPv6). */
  sameNetwork: 1,
  /** In the same region, as the administrator has it. */
  sameRegion: 0.5,
  /** A link stands already: no dialling, and its speed is known. */
  linked: 1,
  /** It served others lately, as they say themselves: its uplink and its patience are known to be good. */
  success: 0.5,
  /** All of its places are busy. */
  load: -3,
} as const;

/** What a source is worth that serves only while its own playback rests. */
const LATER_WORTH = 0.25;

/** `yes`: serves now; `later`: not while it plays (`idle-only`); `never`: receives only. */
export type Sharing = 'yes' | 'later' | 'never';

export interface AssignParty {
  peer: string;
  have: Ranges;
  /** Public address, compared as text. */
  address: string;
  /** Its /24 or /64, compared as text. */
  network: string;
  /** Null: nowhere in particular. */
  region: string | null;
  sharing: Sharing;
}

export interface AssignCandidate extends AssignParty {
  /** Share of its places for links that are busy, 0 to 1. */
  load: number;
  /** Paired with the joiner already, by another version. */
  linked: boolean;
  /** How well it served others lately, 0 to 1. */
  success: number;
}

/**
 * Chooses at most `max` candidates, best first. Sources come before those who only receive; two that both never serve are
 * not paired. Accounts are not known here: one's own other tabs are neither preferred nor left out.
 * @param seed any integer: decides between equals, the same seed always in the same way
 */
export function assignPeers(request: {
  joiner: AssignParty;
  candidates: readonly AssignCandidate[];
  max: number;
  seed: number;
}): string[] {
  const { joiner, candidates, max, seed } = request;
  // Nobody tells the server how many chunks there are; what the swarm holds together is near enough.
  const chunks = Math.max(1, end(joiner.have), ...candidates.map((c) => end(c.have)));
  const lacking = Math.max(1, chunks - count(joiner.have));
  return candidates
    .filter((c) => c.sharing !== 'never' || joiner.sharing !== 'never')
    .map((c) => ({
      peer: c.peer,
      tier: c.sharing === 'never' ? 1 : 0,
      score:
        WEIGHT.take * worth(c.sharing) * (extra(c.have, joiner.have) / lacking) +
        WEIGHT.give * worth(joiner.sharing) * (extra(joiner.have, c.have) / chunks) +
        nearness(joiner, c) +
        (c.linked ? WEIGHT.linked : 0) +
        WEIGHT.success * c.success +
        WEIGHT.load * c.load,
      tie: hash(c.peer, seed),
    }))
    .sort((a, b) => a.tier - b.tier || b.score - a.score || a.tie - b.tie || (a.peer < b.peer ? -1 : 1))
    .slice(0, max)
    .map((c) => c.peer);
}

function worth(sharing: Sharing): number {
  return sharing === 'yes' ? 1 : sharing === 'later' ? LATER_WORTH : 0;
}

function nearness(a: AssignParty, b: AssignParty): number {
  if (a.address === b.address) return WEIGHT.sameAddress;
  if (a.network === b.network) return WEIGHT.sameNetwork;
  return a.region !== null && a.region === b.region ? WEIGHT.sameRegion : 0;
}

function end(ranges: Ranges): number {
  return ranges.at(-1) ?? 0;
}

function count(ranges: Ranges): number {
  let chunks = 0;
  for (let i = 1; i < ranges.length; i += 2) chunks += (ranges[i] ?? 0) - (ranges[i - 1] ?? 0);
  return chunks;
}

/** Chunks of `theirs` that are not in `mine`. */
function extra(theirs: Ranges, mine: Ranges): number {
  let shared = 0;
  for (let i = 0, j = 0; i + 1 < theirs.length && j + 1 < mine.length; ) {
    const theirEnd = theirs[i + 1] ?? 0;
    const myEnd = mine[j + 1] ?? 0;
    shared += Math.max(0, Math.min(theirEnd, myEnd) - Math.max(theirs[i] ?? 0, mine[j] ?? 0));
    if (theirEnd <= myEnd) i += 2;
    else j += 2;
  }
  return count(theirs) - shared;
}

/** Half of what was served counts after this, ms: a listener's circumstances last about an album's side. */
const HALF_LIFE_MS = 10 * 60_000;
/** So much is half of all trust, bytes: one track. */
const HALF_BYTES = 8 * 1024 ** 2;

/** What a peer served lately, by the word of both ends of its links: whoever served before is likely to serve again. */
export function noteServed(peer: Pick<Peer, 'served'>, bytes: number, now: number): void {
  if (bytes > 0) peer.served = { bytes: lately(peer, now) + bytes, at: now };
}

/** 0: nothing yet, or long ago; towards 1 with every byte. */
export function successOf(peer: Pick<Peer, 'served'>, now: number): number {
  const bytes = lately(peer, now);
  return bytes / (bytes + HALF_BYTES);
}

function lately({ served }: Pick<Peer, 'served'>, now: number): number {
  return served.bytes * 0.5 ** (Math.max(0, now - served.at) / HALF_LIFE_MS);
}
