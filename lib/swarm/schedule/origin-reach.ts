/** How far ahead of need the origin may be asked for a chunk. The more likely peers are to bring it, the shorter. */
import { hash } from '@/lib/util/random';
import {
  BACKGROUND_AFTER_MS,
  FILL_PACE,
  LEAD_CHUNKS,
  ORIGIN_AHEAD_S,
  ORIGIN_ALONE_AHEAD_S,
  ORIGIN_DIALLING_LEAST_S,
  ORIGIN_DIALLING_MARGIN,
  ORIGIN_DIALLING_MOST_S,
  ORIGIN_OTHERS_AHEAD_S,
  ORIGIN_PAUSED_AHEAD_S,
  ORIGIN_START_AHEAD_S,
  RENDEZVOUS_BLOCK_CHUNKS,
  TRACKER_PATIENCE_MS,
  URGENT_S,
} from './constants';
import type { PlanPeer } from './model';
import { holdersLink, rateOf } from './peer-choice';
import type { Round } from './round';

/** Seconds ahead of need up to which the origin may be asked for this chunk; negative: not at all. */
export function originReachS(round: Round, chunk: number): number {
  const { now, openedAt, originUsable, playback } = round.input;
  if (!originUsable || round.need.idle) return -1;
  // The listener hears another track: a holder can be waited for.
  if (playback?.comesNext === true && round.need.isOnlyLikely(chunk) && mayComeFromPeers(round, chunk)) return -1;
  const grownS = ORIGIN_START_AHEAD_S + (FILL_PACE * (now - openedAt)) / 1000;
  const reachS = Math.min(reachWhilePlayingS(round, chunk), grownS);
  return playback?.playing === false ? Math.min(reachS, ORIGIN_PAUSED_AHEAD_S) : reachS;
}

function mayComeFromPeers(round: Round, chunk: number): boolean {
  if (isTrackerAsked(round) || isDialling(round)) return true;
  return holdersLink(round, chunk) === 'open' && !allHoldersBackOff(round, chunk);
}

function isTrackerAsked({ input: { tracked, now, openedAt } }: Round): boolean {
  return !tracked && now - openedAt < TRACKER_PATIENCE_MS;
}

/** It may still name somebody. */
function isTrackerLate({ input: { tracked, now, openedAt } }: Round): boolean {
  return !tracked && now - openedAt < BACKGROUND_AFTER_MS;
}

function isDialling({ peers }: Round): boolean {
  return peers.some((peer) => peer.link === 'dialling' || peer.settling);
}

function reachWhilePlayingS(round: Round, chunk: number): number {
  const { originChunkS } = round.input;
  if (holdersLink(round, chunk) === 'open') {
    if (allHoldersBackOff(round, chunk)) return ORIGIN_OTHERS_AHEAD_S;
    return holdersAreTooSlow(round, chunk) ? ORIGIN_AHEAD_S : URGENT_S;
  }
  // Whoever came first found nobody, and is far ahead by the time the others can hear it.
  if (isTrackerAsked(round) || isDialling(round)) return reachWhileDiallingS(originChunkS);
  if (isTrackerLate(round)) return ORIGIN_OTHERS_AHEAD_S;
  return isOurs(round, chunk) ? ORIGIN_ALONE_AHEAD_S : ORIGIN_OTHERS_AHEAD_S;
}

/** Just so far that a chunk which no link brings in time is still in time. */
function reachWhileDiallingS(originChunkS: number | null): number {
  if (originChunkS === null) return 0;
  return Math.min(ORIGIN_DIALLING_MOST_S, Math.max(ORIGIN_DIALLING_LEAST_S, originChunkS * ORIGIN_DIALLING_MARGIN));
}

/**
 * All that hold it refuse for now, as they do while their own playback is in danger. Who went to the origin only when its own is, too,
 * would never serve either: eight that began together stood so to the end of the track, each fed by the origin (bench:swarm, flash).
 */
function allHoldersBackOff({ input, peers }: Round, chunk: number): boolean {
  return !peers.some((peer) => peer.link === 'open' && peer.has(chunk) && peer.backoffUntil <= input.now);
}

function holdersAreTooSlow({ input, peers }: Round, chunk: number): boolean {
  let sumBps = 0;
  for (const peer of peers) if (peer.link === 'open' && peer.has(chunk)) sumBps += rateOf(peer);
  return sumBps < input.bytesPerSecond;
}

/**
 * Of several that lack a chunk nobody has, one fetches it early from the origin and the others wait for it until it is nearly due. That
 * is whoever leads by far, since it will need the chunk first and has been feeding the others; else it is shared out.
 */
function isOurs(round: Round, chunk: number): boolean {
  const lead = (peer: PlanPeer) => peer.holds - round.input.holds;
  if (round.peers.some((peer) => lead(peer) >= LEAD_CHUNKS)) return false;
  const equals = round.peers.filter((peer) => lead(peer) > -LEAD_CHUNKS);
  return isOurShare(round.input.self, equals, chunk);
}

/**
 * Rendezvous hashing shares out the blocks of a track, so that all agree without a word. Who holds nothing fetches nothing for others.
 * @param among the others it is shared with
 */
export function isOurShare(self: string, among: readonly PlanPeer[], chunk: number): boolean {
  const block = Math.floor(chunk / RENDEZVOUS_BLOCK_CHUNKS);
  const ours = hash(self, block);
  return among.every((peer) => {
    const takesPart = peer.holds > 0 || peer.link === 'dialling' || peer.settling;
    return !takesPart || hash(peer.peer, block) <= ours;
  });
}
