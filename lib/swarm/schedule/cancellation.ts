/** Which requests in flight are given up: those without an answer, those in the way of a jump, those no longer needed. */
import { JUMP_PAST_CHUNKS, ORIGIN_AHEAD_S, ORIGIN_ALONE_AHEAD_S, PEER_GIVE_UP_MS } from './constants';
import type { Flight } from './model';
import { holdersLink } from './peer-choice';
import type { Round } from './round';

/**
 * Requests to peers that are cancelled: unanswered for too long, and, while the player waits for sound, all that is not needed before long,
 * so that nothing is ahead of what it waits for.
 */
export function peerRequestsToCancel({ input, need }: Round): Flight[] {
  const toPeers = input.flights.filter(({ peer }) => peer !== null);
  const isLate = ({ since }: Flight) => input.now - since >= PEER_GIVE_UP_MS;
  const late = toPeers.filter(isLate);
  if (!need.awaitsSound) return late;
  return [...late, ...toPeers.filter((flight) => !isLate(flight) && need.dueS(flight.chunk) > ORIGIN_ALONE_AHEAD_S)];
}

export interface OriginSpans {
  cancelled: { span: number; chunks: number[] }[];
  /** How many go on. */
  kept: number;
}

/** Requests to the origin, each for a run of chunks: those in the way or no longer needed are cancelled as a whole. */
export function checkOriginSpans(round: Round): OriginSpans {
  const spans = new Map<number, number[]>();
  for (const { peer, span, chunk } of round.input.flights) {
    if (peer === null) spans.set(span, [...(spans.get(span) ?? []), chunk]);
  }
  const cancelled = [...spans]
    .map(([span, chunks]) => ({ span, chunks }))
    .filter(({ chunks }) => chunks.every((chunk) => isUnneeded(round, chunk)) || blocksJump(round, chunks));
  return { cancelled, kept: spans.size - cancelled.length };
}

function isUnneeded(round: Round, chunk: number): boolean {
  const { need } = round;
  if (need.waitedFor.has(chunk)) return false;
  const dueS = need.dueS(chunk);
  if (holdersLink(round, chunk) === 'open') return dueS > ORIGIN_AHEAD_S;
  return need.anyAwaitedNow && dueS > ORIGIN_ALONE_AHEAD_S;
}

/** A jump landed inside the span, far behind what arrives next: a request of its own is quicker. */
function blocksJump({ need }: Round, chunks: readonly number[]): boolean {
  const next = Math.min(...chunks);
  if (need.waitedFor.has(next)) return false;
  return chunks.some((chunk) => chunk - next >= JUMP_PAST_CHUNKS && need.isAwaitedNow(chunk));
}
