/**
 * What to fetch next, and from whom. Pure: the same input gives the same plan, so every rule can be tested by table and run in the
 * simulator. `Round` holds one round's bookkeeping; whoever executes the plan calls again whenever something changed, and at `wakeAt`.
 */
import type { Priority } from '@/lib/contracts/frames';
import * as policy from './constants';
import { type Need, type NeedInput, needs } from './need';

/** One chunk asked of one source. `peer` null: the origin, as part of request `span`. */
export interface Flight {
  chunk: number;
  peer: string | null;
  span: number;
  /** Epoch ms. */
  since: number;
}

export interface PlanPeer {
  peer: string;
  /** `dialling`: a link is on its way and may be waited for. */
  link: 'open' | 'dialling';
  /** The link is so new that the peer has not yet said itself what it holds. */
  settling: boolean;
  has(chunk: number): boolean;
  /** How many chunks it holds. */
  holds: number;
  /** Measured, bytes a second; null before the first chunk. */
  rateBps: number | null;
  outstandingBytes: number;
  /** Bytes last came from it then (epoch ms). */
  heardAt: number;
  /** It asked to be left alone until then (epoch ms). */
  restsUntil: number;
}

export interface PlanInput extends NeedInput {
  /** This peer's id: decides who of several fetches a chunk from the origin that nobody has. */
  self: string;
  /** Epoch ms. */
  openedAt: number;
  has(chunk: number): boolean;
  /** How many chunks are held here. */
  holds: number;
  /** How many of them were held when it was opened. */
  heldAtFirst: number;
  flights: readonly Flight[];
  peers: readonly PlanPeer[];
  /** The tracker has said who holds this version. */
  tracked: boolean;
  originUsable: boolean;
  /** Seconds that the origin last took to bring the first chunk of a request; null before the first. */
  originChunkS: number | null;
  /** There is room to keep the whole asset: fetch it all, not only what is played soon. */
  whole: boolean;
}

export type Action =
  | { do: 'ask'; peer: string; chunk: number; priority: Priority }
  /** Chunks [from, to) in one request. */
  | { do: 'origin'; from: number; to: number }
  | { do: 'cancel'; peer: string; chunk: number }
  | { do: 'cancel-span'; span: number };

export interface Plan {
  actions: Action[];
  /** Hold the next round at this time (epoch ms) even when nothing happens. */
  wakeAt: number;
}

export function plan(input: PlanInput): Plan {
  return new Round(input).run();
}

class Round {
  private readonly need: Need;
  private readonly flights = new Map<number, Flight[]>();
  private readonly outstanding = new Map<string, number>();
  private readonly present: PlanPeer[];
  private readonly actions: Action[] = [];
  private readonly forOrigin: number[] = [];
  private peerFlights = 0;
  private wakeAt: number;

  constructor(private readonly input: PlanInput) {
    this.need = needs(input);
    this.wakeAt = input.now + policy.PLAN_EVERY_MS;
    for (const flight of input.flights) {
      this.flights.set(flight.chunk, [...(this.flights.get(flight.chunk) ?? []), flight]);
      if (flight.peer !== null) this.peerFlights++;
    }
    this.present = input.peers.filter((p) => p.restsUntil - input.now <= policy.RESTING_IS_ABSENT_MS);
    for (const peer of this.present) this.outstanding.set(peer.peer, peer.outstandingBytes);
  }

  run(): Plan {
    this.giveUp();
    if (this.isSilent()) this.clearTheLine();
    const spans = this.dropSpans();
    const near = this.near();
    for (const chunk of near) this.decide(chunk, this.need.dueS(chunk));
    if (this.input.whole && !this.isSilent()) this.askForTheRest(new Set(near));
    if (this.input.whole && this.forOrigin.length === 0 && spans === 0) this.fillInBackground();
    this.askOrigin(policy.MAX_ORIGIN_SPANS - spans);
    return { actions: this.actions, wakeAt: this.wakeAt };
  }

  /** What a read waits for, then what sounds within the origin's reach, in order. */
  private near(): number[] {
    const { chunks, wanted } = this.input;
    const list = new Set(wanted.filter((chunk) => !this.input.has(chunk)));
    for (let chunk = this.need.position; chunk < chunks; chunk++) {
      if (this.need.dueS(chunk) > policy.ORIGIN_ALONE_AHEAD_S && !list.has(chunk)) break;
      if (!this.input.has(chunk)) list.add(chunk);
    }
    return [...list];
  }

  private decide(chunk: number, dueS: number): void {
    const flights = this.flights.get(chunk) ?? [];
    const [only] = flights;
    if (only === undefined) this.begin(chunk, dueS);
    else if (flights.length === 1) this.hedge(only, dueS);
  }

  /** Nobody was asked yet. */
  private begin(chunk: number, dueS: number): void {
    const best = this.best(chunk);
    const fromOrigin = dueS <= this.originReachS(chunk);
    const silent = this.isDueNow(chunk);
    const inTime =
      best !== null && best.expectedS <= (silent ? this.headPatienceS() : Math.max(dueS, policy.HEAD_PATIENCE_S));
    if (best !== null && (inTime || !fromOrigin)) this.ask(best.peer, chunk);
    else if (fromOrigin) this.forOrigin.push(chunk);
  }

  private headPatienceS(): number {
    const { originChunkS } = this.input;
    if (originChunkS === null) return policy.HEAD_PATIENCE_S;
    return Math.min(policy.HEAD_PATIENCE_S, originChunkS * policy.HEAD_LINK_FAVOUR);
  }

  /** One source was asked and has not brought it: is it time for a second? */
  private hedge(flight: Flight, dueS: number): void {
    const { now, originUsable } = this.input;
    const silent = this.isDueNow(flight.chunk);
    // Half of what is left: the second source needs the other.
    const leftMs = (Math.max(0, dueS) * 1000) / 2;
    const patience = silent
      ? policy.HEAD_HEDGE_MS
      : dueS <= policy.URGENT_S
        ? Math.max(policy.HEAD_HEDGE_MS, Math.min(policy.URGENT_HEDGE_MS, leftMs))
        : policy.PEER_SLOW_MS;
    // A peer that is delivering what it was asked before gets a little longer.
    const heardAt = this.present.find(({ peer }) => peer === flight.peer)?.heardAt ?? 0;
    const graceMs = silent ? 0 : Math.min(policy.DELIVERING_GRACE_MS, leftMs);
    const lookAt = Math.max(flight.since, Math.min(heardAt, flight.since + graceMs)) + patience;
    if (now < lookAt) {
      this.wakeAt = Math.min(this.wakeAt, lookAt);
      return;
    }
    const mayUseOrigin = flight.peer !== null && originUsable && !this.need.idle;
    const other = this.best(flight.chunk, flight.peer);
    if (mayUseOrigin && dueS <= policy.URGENT_S) this.forOrigin.push(flight.chunk);
    else if (other !== null) this.ask(other.peer, flight.chunk);
    else if (mayUseOrigin && dueS <= policy.ORIGIN_AHEAD_S) this.forOrigin.push(flight.chunk);
  }

  /** Peers are asked for the whole track: what few hold first, then in order. */
  private askForTheRest(near: ReadonlySet<number>): void {
    let allowed = this.fillAllowance();
    if (allowed <= 0 || !this.present.some((peer) => this.hasRoom(peer, policy.PREFETCH_OUTSTANDING_S))) return;
    const rest: { chunk: number; holders: number }[] = [];
    for (const chunk of this.far()) {
      if (near.has(chunk) || this.flights.has(chunk)) continue;
      const holders = this.present.filter((peer) => peer.link === 'open' && peer.has(chunk)).length;
      if (holders > 0) rest.push({ chunk, holders });
    }
    rest.sort((a, b) => a.holders - b.holders);
    for (const { chunk } of rest) {
      const best = this.best(chunk, null, policy.PREFETCH_OUTSTANDING_S);
      if (best !== null) {
        this.ask(best.peer, chunk);
        if (--allowed <= 0) return;
      } else if (this.peerFlights >= policy.MAX_PEER_FLIGHTS) return;
    }
  }

  /** Chunks that may be asked for now so that the track fills no faster than its pace. What sounds soon is not held back by it. */
  private fillAllowance(): number {
    const { now, openedAt, bytesPerSecond, chunkBytes, holds, heldAtFirst } = this.input;
    const openS = (now - openedAt) / 1000 + policy.ORIGIN_ALONE_AHEAD_S / policy.FILL_PACE;
    const due = Math.floor((openS * policy.FILL_PACE * bytesPerSecond) / chunkBytes);
    return due - (holds - heldAtFirst) - this.flights.size;
  }

  /** The rest of the track from the origin, one span at a time, when nothing else is to do and no peer has it. */
  private fillInBackground(): void {
    const { input } = this;
    if (!input.originUsable || input.playback?.playing !== true) return;
    if (input.now - input.openedAt < policy.BACKGROUND_AFTER_MS) return;
    const most = Math.min(policy.ORIGIN_SPAN_CHUNKS, this.fillAllowance());
    // Long requests are cheaper than many short ones: it waits until one is worth it, or the last is left.
    if (most < Math.min(policy.ORIGIN_SPAN_CHUNKS, input.chunks - input.holds)) return;
    for (const chunk of this.far()) {
      const previous = this.forOrigin.at(-1);
      const fits = !this.flights.has(chunk) && this.holding(chunk) === 'none' && this.isOurShare(chunk);
      if (previous === undefined ? fits : fits && chunk === previous + 1) this.forOrigin.push(chunk);
      else if (previous !== undefined) return;
      if (this.forOrigin.length === most) return;
    }
  }

  /** Missing chunks from the position on, then from the start. */
  private *far(): Generator<number> {
    const { chunks } = this.input;
    const window = Math.min(chunks, policy.FAR_WINDOW_CHUNKS);
    let seen = 0;
    for (let i = 0; i < chunks && seen < window; i++) {
      const chunk = (this.need.position + i) % chunks;
      if (this.input.has(chunk)) continue;
      seen++;
      yield chunk;
    }
  }

  /** Seconds ahead of need up to which the origin may be asked for this chunk; negative: not at all. */
  private originReachS(chunk: number): number {
    if (!this.input.originUsable || this.need.idle) return -1;
    const { now, openedAt } = this.input;
    const grownS = policy.ORIGIN_START_AHEAD_S + (policy.FILL_PACE * (now - openedAt)) / 1000;
    const reachS = Math.min(this.originReachWhilePlayingS(chunk), grownS);
    return this.input.playback?.playing === false ? Math.min(reachS, policy.ORIGIN_SILENT_AHEAD_S) : reachS;
  }

  private originReachWhilePlayingS(chunk: number): number {
    const { tracked, now, openedAt } = this.input;
    const holding = this.holding(chunk);
    if (holding === 'open') {
      if (this.holdersRest(chunk)) return policy.ORIGIN_OTHERS_AHEAD_S;
      return this.peersTooSlow(chunk) ? policy.ORIGIN_AHEAD_S : policy.URGENT_S;
    }
    const isAsked = !tracked && now - openedAt < policy.TRACKER_PATIENCE_MS;
    // Whoever came first found nobody, and is far ahead by the time the others can hear it.
    if (isAsked || this.present.some((peer) => peer.link === 'dialling' || peer.settling)) return this.diallingReachS();
    return this.isOurs(chunk) ? policy.ORIGIN_ALONE_AHEAD_S : policy.ORIGIN_OTHERS_AHEAD_S;
  }

  /** Just so far that a chunk which no link brings in time is still in time. */
  private diallingReachS(): number {
    const { originChunkS } = this.input;
    if (originChunkS === null) return 0;
    const wanted = originChunkS * policy.ORIGIN_DIALLING_MARGIN;
    return Math.min(policy.ORIGIN_DIALLING_MOST_S, Math.max(policy.ORIGIN_DIALLING_LEAST_S, wanted));
  }

  private holding(chunk: number): 'open' | 'dialling' | 'none' {
    const holders = this.present.filter((peer) => peer.has(chunk));
    if (holders.some((peer) => peer.link === 'open')) return 'open';
    return holders.length > 0 ? 'dialling' : 'none';
  }

  /**
   * All that hold it asked to be left alone, as they do while their own sound is in danger. Who went to the origin only when its own is, too,
   * would never serve either: eight that began together stood so to the end of the track, each fed by the origin (bench:swarm, flash).
   */
  private holdersRest(chunk: number): boolean {
    return !this.present.some((peer) => peer.link === 'open' && peer.has(chunk) && peer.restsUntil <= this.input.now);
  }

  private peersTooSlow(chunk: number): boolean {
    let sum = 0;
    for (const peer of this.present) if (peer.link === 'open' && peer.has(chunk)) sum += rateOf(peer);
    return sum < this.input.bytesPerSecond;
  }

  /**
   * Of several that lack a chunk nobody has, one fetches it early from the origin and the others wait for it until it is nearly due. That
   * is whoever leads by far, since it will need the chunk first and has been feeding the others; else it is shared out.
   */
  private isOurs(chunk: number): boolean {
    const { holds } = this.input;
    const lead = (peer: PlanPeer) => peer.holds - holds;
    if (this.present.some((peer) => lead(peer) >= policy.LEAD_CHUNKS)) return false;
    return this.isOurShare(
      chunk,
      this.present.filter((peer) => lead(peer) > -policy.LEAD_CHUNKS),
    );
  }

  /** Rendezvous hashing shares out the blocks of a track, so that all agree without a word. Who holds nothing brings nothing. */
  private isOurShare(chunk: number, among: readonly PlanPeer[] = this.present): boolean {
    const block = Math.floor(chunk / policy.RENDEZVOUS_BLOCK_CHUNKS);
    const ours = mix(this.input.self, block);
    return among.every((peer) => {
      const brings = peer.holds > 0 || peer.link === 'dialling' || peer.settling;
      return !brings || mix(peer.peer, block) <= ours;
    });
  }

  /** Least outstanding over rate, among linked peers that have the chunk and are owed less than their share. */
  private best(
    chunk: number,
    except: string | null = null,
    owedAtMostS: number = policy.PEER_OUTSTANDING_S,
  ): { peer: PlanPeer; expectedS: number } | null {
    let best: { peer: PlanPeer; expectedS: number } | null = null;
    for (const peer of this.present) {
      if (peer.peer === except || !this.hasRoom(peer, owedAtMostS) || !peer.has(chunk)) continue;
      const expectedS = (this.owedBy(peer) + this.input.chunkBytes) / rateOf(peer);
      if (best === null || expectedS < best.expectedS) best = { peer, expectedS };
    }
    return best;
  }

  private hasRoom(peer: PlanPeer, owedAtMostS: number): boolean {
    if (peer.link !== 'open' || peer.restsUntil > this.input.now || this.peerFlights >= policy.MAX_PEER_FLIGHTS) {
      return false;
    }
    const owed = this.owedBy(peer);
    return owed === 0 || owed + this.input.chunkBytes <= rateOf(peer) * owedAtMostS;
  }

  private owedBy(peer: PlanPeer): number {
    return this.outstanding.get(peer.peer) ?? 0;
  }

  private ask(peer: PlanPeer, chunk: number): void {
    this.actions.push({ do: 'ask', peer: peer.peer, chunk, priority: this.priority(chunk) });
    this.outstanding.set(peer.peer, this.owedBy(peer) + this.input.chunkBytes);
    this.peerFlights++;
    this.fly({ chunk, peer: peer.peer, span: -1, since: this.input.now });
  }

  private priority(chunk: number): Priority {
    const dueS = this.need.dueS(chunk);
    if (this.input.playback?.playing !== true && !this.need.waitedFor.has(chunk)) return 'prefetch';
    if (dueS <= policy.URGENT_S) return 'urgent';
    return dueS <= policy.ORIGIN_ALONE_AHEAD_S ? 'stream' : 'prefetch';
  }

  private fly(flight: Flight): void {
    this.flights.set(flight.chunk, [...(this.flights.get(flight.chunk) ?? []), flight]);
  }

  /** Somebody waits for a chunk to be heard at once. */
  private isSilent(): boolean {
    return this.input.playback?.playing === true && this.input.wanted.some((chunk) => this.isDueNow(chunk));
  }

  private isDueNow(chunk: number): boolean {
    return this.need.waitedFor.has(chunk) && this.need.dueS(chunk) <= 0;
  }

  /** Takes back what was asked of peers and is not needed before long. */
  private clearTheLine(): void {
    for (const flight of this.input.flights) {
      if (flight.peer !== null && this.need.dueS(flight.chunk) > policy.ORIGIN_ALONE_AHEAD_S) this.cancel(flight);
    }
  }

  /** Requests that a peer has not answered for too long. */
  private giveUp(): void {
    for (const flight of this.input.flights) {
      if (flight.peer !== null && this.input.now - flight.since >= policy.PEER_GIVE_UP_MS) this.cancel(flight);
    }
  }

  private cancel(flight: Flight): void {
    const all = this.flights.get(flight.chunk) ?? [];
    if (flight.peer === null || !all.includes(flight)) return;
    this.actions.push({ do: 'cancel', peer: flight.peer, chunk: flight.chunk });
    const left = all.filter((other) => other !== flight);
    if (left.length > 0) this.flights.set(flight.chunk, left);
    else this.flights.delete(flight.chunk);
    this.peerFlights--;
  }

  /** Gives up requests to the origin that are in the way or no longer needed. @returns how many go on */
  private dropSpans(): number {
    const spans = new Map<number, Flight[]>();
    for (const flight of this.input.flights) {
      if (flight.peer === null) spans.set(flight.span, [...(spans.get(flight.span) ?? []), flight]);
    }
    let kept = 0;
    for (const [span, flights] of spans) {
      if (flights.every((flight) => this.isUnneeded(flight.chunk)) || this.blocksJump(flights)) {
        this.actions.push({ do: 'cancel-span', span });
        for (const { chunk } of flights) this.flights.delete(chunk);
      } else kept++;
    }
    return kept;
  }

  private isUnneeded(chunk: number): boolean {
    if (this.need.waitedFor.has(chunk)) return false;
    const dueS = this.need.dueS(chunk);
    if (this.holding(chunk) === 'open') return dueS > policy.ORIGIN_AHEAD_S;
    const silent = this.input.wanted.some((wanted) => !this.input.has(wanted) && this.need.dueS(wanted) <= 0);
    return silent && dueS > policy.ORIGIN_ALONE_AHEAD_S;
  }

  /** A jump landed inside the span, far behind what arrives next: a request of its own is quicker. */
  private blocksJump(flights: readonly Flight[]): boolean {
    const next = Math.min(...flights.map((flight) => flight.chunk));
    const jumps = (chunk: number) => this.need.waitedFor.has(chunk) && this.need.dueS(chunk) <= 0;
    return !this.need.waitedFor.has(next) && flights.some(({ chunk }) => chunk - next >= 4 && jumps(chunk));
  }

  /** The origin is bringing a chunk that is due at once. */
  private silentFromOrigin(): boolean {
    for (const flights of this.flights.values()) {
      for (const { chunk, peer } of flights) if (peer === null && this.need.dueS(chunk) <= 0) return true;
    }
    return false;
  }

  /** Chunks chosen for the origin, gathered into spans; the most urgent run first. */
  private askOrigin(free: number): void {
    const runs: { from: number; to: number; dueS: number }[] = [];
    for (const chunk of [...new Set(this.forOrigin)].sort((a, b) => a - b)) {
      const last = runs.at(-1);
      const dueS = this.need.dueS(chunk);
      if (last?.to === chunk && last.to - last.from < policy.ORIGIN_SPAN_CHUNKS) {
        last.to = chunk + 1;
        last.dueS = Math.min(last.dueS, dueS);
      } else runs.push({ from: chunk, to: chunk + 1, dueS });
    }
    runs.sort((a, b) => a.dueS - b.dueS);
    // What the ear waits for has the whole line to itself: a second request beside it would make it late.
    const [first] = runs;
    const silent = this.silentFromOrigin() || (first !== undefined && first.dueS <= 0);
    const now = silent ? runs.filter(({ dueS }) => dueS <= 0) : runs;
    for (const { from, to } of now.slice(0, Math.max(0, free))) this.actions.push({ do: 'origin', from, to });
  }
}

function rateOf(peer: PlanPeer): number {
  return Math.max(1, peer.rateBps ?? policy.PEER_INITIAL_BPS);
}

/** FNV-1a of the id and a number, finished as in MurmurHash3: no secret, only an agreed order. */
function mix(id: string, n: number): number {
  let hash = 0x811c9dc5 ^ n;
  for (let i = 0; i < id.length; i++) hash = Math.imul(hash ^ id.charCodeAt(i), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}
