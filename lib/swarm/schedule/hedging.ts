/** Whether a chunk comes from a peer or the origin, and when a second source is asked because the first is late. */
import {
  DELIVERING_GRACE_MS,
  HEAD_HEDGE_MS,
  HEAD_LINK_FAVOUR,
  HEAD_PATIENCE_S,
  ORIGIN_AHEAD_S,
  PEER_SLOW_MS,
  URGENT_HEDGE_MS,
  URGENT_S,
} from './constants';
import type { Flight, PlanPeer } from './model';
import { originReachS } from './origin-reach';
import { choosePeer } from './peer-choice';
import type { Round } from './round';

export type Source = { from: 'peer'; peer: PlanPeer } | { from: 'origin' };
/** No source now, and one that is to be looked for again at `hedgeAt` (epoch ms). */
export type Later = { from: 'later'; hedgeAt: number };

/** Whom to ask for a chunk that nobody was asked for; null: nobody yet. */
export function firstSource(round: Round, chunk: number): Source | null {
  const dueS = round.need.dueS(chunk);
  const best = choosePeer(round, chunk);
  const isInReach = dueS <= originReachS(round, chunk);
  if (best !== null) {
    const patienceS = round.need.isAwaitedNow(chunk)
      ? headPatienceS(round.input.originChunkS)
      : Math.max(dueS, HEAD_PATIENCE_S);
    if (best.expectedS <= patienceS || !isInReach) return { from: 'peer', peer: best.peer };
  }
  return isInReach ? { from: 'origin' } : null;
}

function headPatienceS(originChunkS: number | null): number {
  return originChunkS === null ? HEAD_PATIENCE_S : Math.min(HEAD_PATIENCE_S, originChunkS * HEAD_LINK_FAVOUR);
}

/** Whom to ask besides the only source asked so far, which has not brought the chunk; null: nobody. */
export function secondSource(round: Round, first: Flight): Source | Later | null {
  const { input, need } = round;
  const { chunk } = first;
  const dueS = need.dueS(chunk);
  // One source is enough for what may not be needed at all.
  if (need.isOnlyLikely(chunk)) return null;
  const hedgeAt = hedgeAtOf(round, first, dueS);
  if (input.now < hedgeAt) return { from: 'later', hedgeAt };
  const mayUseOrigin = first.peer !== null && input.originUsable && !need.idle;
  if (mayUseOrigin && dueS <= URGENT_S) return { from: 'origin' };
  const other = choosePeer(round, chunk, first.peer);
  if (other !== null) return { from: 'peer', peer: other.peer };
  return mayUseOrigin && dueS <= ORIGIN_AHEAD_S ? { from: 'origin' } : null;
}

/** When a second source is due (epoch ms). */
function hedgeAtOf({ need, peers }: Round, { chunk, peer, since }: Flight, dueS: number): number {
  const awaitedNow = need.isAwaitedNow(chunk);
  // Half of what is left: the second source needs the other.
  const leftMs = (Math.max(0, dueS) * 1000) / 2;
  const patienceMs = awaitedNow
    ? HEAD_HEDGE_MS
    : dueS <= URGENT_S
      ? Math.max(HEAD_HEDGE_MS, Math.min(URGENT_HEDGE_MS, leftMs))
      : PEER_SLOW_MS;
  // A peer that is delivering what it was asked before gets a little longer.
  const heardAt = peers.find((other) => other.peer === peer)?.heardAt ?? 0;
  const graceMs = awaitedNow ? 0 : Math.min(DELIVERING_GRACE_MS, leftMs);
  return Math.max(since, Math.min(heardAt, since + graceMs)) + patienceMs;
}
