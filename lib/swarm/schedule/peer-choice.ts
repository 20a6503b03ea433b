/** Which peer to ask for a chunk: the one that should bring it first, of those that are owed less than their share. */
import type { Priority } from '@/lib/contracts/frames';
import { MAX_PEER_FLIGHTS, ORIGIN_ALONE_AHEAD_S, PEER_INITIAL_BPS, PEER_OUTSTANDING_S, URGENT_S } from './constants';
import type { PlanPeer } from './model';
import type { Round } from './round';

export interface PeerChoice {
  peer: PlanPeer;
  /** Seconds until the chunk should be here, by the peer's rate and what it was asked before. */
  expectedS: number;
}

/**
 * The linked peer that has the chunk and should bring it first.
 * @param except this one was asked already
 * @param outstandingS what may be outstanding at a peer, in seconds of its rate
 */
export function choosePeer(
  round: Round,
  chunk: number,
  except: string | null = null,
  outstandingS: number = PEER_OUTSTANDING_S,
): PeerChoice | null {
  let best: PeerChoice | null = null;
  for (const peer of round.peers) {
    if (peer.peer === except || !hasRoom(round, peer, outstandingS) || !peer.has(chunk)) continue;
    const expectedS = (round.requests.outstandingAt(peer) + round.input.chunkBytes) / rateOf(peer);
    if (best === null || expectedS < best.expectedS) best = { peer, expectedS };
  }
  return best;
}

/** Whether a peer may be asked for one more chunk. An idle one always may, however slow it is. */
export function hasRoom({ input, requests }: Round, peer: PlanPeer, outstandingS: number): boolean {
  if (peer.link !== 'open' || peer.backoffUntil > input.now || requests.toPeers >= MAX_PEER_FLIGHTS) return false;
  const outstanding = requests.outstandingAt(peer);
  return outstanding === 0 || outstanding + input.chunkBytes <= rateOf(peer) * outstandingS;
}

/** Bytes a second; what is assumed of a peer that was not measured yet. */
export function rateOf(peer: PlanPeer): number {
  return Math.max(1, peer.rateBps ?? PEER_INITIAL_BPS);
}

/** Whether peers hold the chunk, by the best of their links. */
export function holdersLink({ peers }: Round, chunk: number): 'open' | 'dialling' | 'none' {
  const holders = peers.filter((peer) => peer.has(chunk));
  if (holders.some((peer) => peer.link === 'open')) return 'open';
  return holders.length > 0 ? 'dialling' : 'none';
}

/** What a peer is told about how soon the chunk is needed. */
export function priorityOf({ input, need }: Round, chunk: number): Priority {
  const dueS = need.dueS(chunk);
  // What others hear goes before what may be heard here.
  if (need.isOnlyLikely(chunk)) return 'stream';
  if (input.playback?.playing !== true && !need.waitedFor.has(chunk)) return 'prefetch';
  if (dueS <= URGENT_S) return 'urgent';
  return dueS <= ORIGIN_ALONE_AHEAD_S ? 'stream' : 'prefetch';
}
