/**
 * What to fetch next, and from whom. Pure: the same input gives the same plan, so every rule can be tested by table and run in the
 * simulator. The policies stand in files of their own; this one only puts them in order. Whoever executes the plan calls again whenever
 * something changed, and at `wakeAt`.
 */
import { checkOriginSpans, peerRequestsToCancel } from './cancellation';
import { DUE_NOW_S, MAX_ORIGIN_SPANS, ORIGIN_ALONE_AHEAD_S, ORIGIN_SPAN_CHUNKS, PLAN_EVERY_MS } from './constants';
import { fillFromOrigin, fillFromPeers } from './filling';
import { firstSource, secondSource } from './hedging';
import type { Action, Plan, PlanInput, PlanPeer } from './model';
import { priorityOf } from './peer-choice';
import { beginRound, type Round } from './round';

export function plan(input: PlanInput): Plan {
  const round = beginRound(input);
  const { need, requests } = round;
  const actions: Action[] = [];
  const forOrigin: number[] = [];
  let wakeAt = input.now + PLAN_EVERY_MS;
  const ask = (peer: PlanPeer, chunk: number) => {
    actions.push({ do: 'ask', peer: peer.peer, chunk, priority: priorityOf(round, chunk) });
    requests.addToPeer(peer, chunk, input.chunkBytes, input.now);
  };

  for (const flight of peerRequestsToCancel(round)) {
    if (flight.peer !== null) actions.push({ do: 'cancel', peer: flight.peer, chunk: flight.chunk });
    requests.cancel(flight);
  }
  const spans = checkOriginSpans(round);
  for (const { span, chunks } of spans.cancelled) {
    actions.push({ do: 'cancel-span', span });
    for (const chunk of chunks) requests.forget(chunk);
  }

  const near = nearChunks(round);
  for (const chunk of near) {
    const [first, second] = requests.of(chunk);
    if (second !== undefined) continue;
    const source = first === undefined ? firstSource(round, chunk) : secondSource(round, first);
    if (source?.from === 'peer') ask(source.peer, chunk);
    else if (source?.from === 'origin') forOrigin.push(chunk);
    else if (source?.from === 'later') wakeAt = Math.min(wakeAt, source.hedgeAt);
  }

  if (input.whole) {
    // While the player waits for sound, the lines are left to what it waits for.
    if (!need.awaitsSound && !isTooEarly(input))
      for (const { peer, chunk } of fillFromPeers(round, new Set(near))) ask(peer, chunk);
    if (forOrigin.length === 0 && spans.kept === 0) forOrigin.push(...fillFromOrigin(round));
  }
  actions.push(...originRequests(round, forOrigin, MAX_ORIGIN_SPANS - spans.kept));
  return { actions, wakeAt };
}

/** Of a track that comes next nothing but its beginning is fetched before long: it may be skipped, or another one chosen. */
function isTooEarly({ playback }: PlanInput): boolean {
  return playback?.comesNext === true && playback.bufferedS > ORIGIN_ALONE_AHEAD_S;
}

/**
 * Missing chunks that the player waits for now; those that a read waits for or a likely jump needs; then those that sound within the
 * origin's reach, in order.
 */
function nearChunks({ input, need }: Round): number[] {
  const waitedFor = [...need.waitedFor].filter((chunk) => !input.has(chunk));
  const list = new Set([...waitedFor.filter(need.isAwaitedNow), ...waitedFor, ...need.likely]);
  for (let chunk = need.position; chunk < input.chunks; chunk++) {
    if (need.dueS(chunk) > ORIGIN_ALONE_AHEAD_S && !list.has(chunk)) break;
    if (!input.has(chunk)) list.add(chunk);
  }
  return [...list];
}

/** By the player; also the rest of a chunk of which only the first sound is here. */
function isWaitedFor(need: Round['need'], chunk: number): boolean {
  return need.dueS(chunk) <= (need.isOnlyLikely(chunk) ? 0 : DUE_NOW_S);
}

/**
 * Chunks chosen for the origin, gathered into spans; the most urgent run first.
 * @param free how many more requests the origin may be asked
 */
function originRequests({ need, requests }: Round, chunks: readonly number[], free: number): Action[] {
  const runs: { from: number; to: number; dueS: number }[] = [];
  for (const chunk of [...new Set(chunks)].sort((a, b) => a - b)) {
    const last = runs.at(-1);
    const dueS = need.dueS(chunk);
    if (last?.to === chunk && last.to - last.from < ORIGIN_SPAN_CHUNKS) {
      last.to = chunk + 1;
      last.dueS = Math.min(last.dueS, dueS);
    } else runs.push({ from: chunk, to: chunk + 1, dueS });
  }
  runs.sort((a, b) => a.dueS - b.dueS);
  // What the player waits for has the whole line to itself: a second request beside it would make it late.
  const [first] = runs;
  const bringsDue = requests.all().some(({ chunk, peer }) => peer === null && isWaitedFor(need, chunk));
  const now = bringsDue || (first !== undefined && first.dueS <= 0) ? runs.filter(({ dueS }) => dueS <= 0) : runs;
  return now.slice(0, Math.max(0, free)).map(({ from, to }): Action => ({ do: 'origin', from, to }));
}
