/** The rest of the track, that nobody will hear soon: from peers at a pace, and from the origin where no peer has it. */
import {
  BACKGROUND_AFTER_MS,
  FAR_WINDOW_CHUNKS,
  FILL_PACE,
  MAX_PEER_FLIGHTS,
  ORIGIN_ALONE_AHEAD_S,
  ORIGIN_SPAN_CHUNKS,
  PREFETCH_OUTSTANDING_S,
} from './constants';
import type { PlanPeer } from './model';
import { isOurShare } from './origin-reach';
import { choosePeer, hasRoom, holdersLink } from './peer-choice';
import type { Round } from './round';

/**
 * Chunks to ask peers for: what few hold first, then in order. Each counts before the next is chosen, so that whoever takes them asks for
 * one before taking another.
 * @param near chunks that were decided on already
 */
export function* fillFromPeers(
  round: Round,
  near: ReadonlySet<number>,
): Generator<{ peer: PlanPeer; chunk: number }, void> {
  let allowed = fillAllowance(round);
  if (allowed <= 0 || !round.peers.some((peer) => hasRoom(round, peer, PREFETCH_OUTSTANDING_S))) return;
  const rest: { chunk: number; holders: number }[] = [];
  for (const chunk of missingFrom(round)) {
    if (near.has(chunk) || round.requests.has(chunk)) continue;
    const holders = round.peers.filter((peer) => peer.link === 'open' && peer.has(chunk)).length;
    if (holders > 0) rest.push({ chunk, holders });
  }
  rest.sort((a, b) => a.holders - b.holders);
  for (const { chunk } of rest) {
    const best = choosePeer(round, chunk, null, PREFETCH_OUTSTANDING_S);
    if (best !== null) {
      yield { peer: best.peer, chunk };
      if (--allowed <= 0) return;
    } else if (round.requests.toPeers >= MAX_PEER_FLIGHTS) return;
  }
}

/** One run of chunks for the origin that no peer has; empty while none is worth a request. */
export function fillFromOrigin(round: Round): number[] {
  const { input, requests, peers } = round;
  if (!input.originUsable || input.playback?.playing !== true) return [];
  if (input.now - input.openedAt < BACKGROUND_AFTER_MS) return [];
  const most = Math.min(ORIGIN_SPAN_CHUNKS, fillAllowance(round));
  // Long requests are cheaper than many short ones: it waits until one is worth it, or the last is left.
  if (most < Math.min(ORIGIN_SPAN_CHUNKS, input.chunks - input.holds)) return [];
  const run: number[] = [];
  for (const chunk of missingFrom(round)) {
    const previous = run.at(-1);
    const fits = !requests.has(chunk) && holdersLink(round, chunk) === 'none' && isOurShare(input.self, peers, chunk);
    if (fits && (previous === undefined || chunk === previous + 1)) run.push(chunk);
    else if (previous !== undefined) return run;
    if (run.length === most) return run;
  }
  return run;
}

/** Chunks that may be asked for now so that the track fills no faster than its pace. What sounds soon is not held back by it. */
function fillAllowance({ input, requests }: Round): number {
  const { now, openedAt, bytesPerSecond, chunkBytes, holds, heldAtFirst } = input;
  const openS = (now - openedAt) / 1000 + ORIGIN_ALONE_AHEAD_S / FILL_PACE;
  const due = Math.floor((openS * FILL_PACE * bytesPerSecond) / chunkBytes);
  return due - (holds - heldAtFirst) - requests.chunks;
}

/** Missing chunks from the position on, then from the start. */
function* missingFrom({ input, need }: Round): Generator<number> {
  const { chunks } = input;
  const window = Math.min(chunks, FAR_WINDOW_CHUNKS);
  let seen = 0;
  for (let i = 0; i < chunks && seen < window; i++) {
    const chunk = (need.position + i) % chunks;
    if (input.has(chunk)) continue;
    seen++;
    yield chunk;
  }
}
