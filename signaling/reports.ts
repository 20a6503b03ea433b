import type { Report, SwarmSnapshot } from '@/lib/contracts/signaling';
import { noteServed } from './tracker/assign';
import type { Pair, Peer, TrackerUpdate } from './tracker/state';
import type { Tracker } from './tracker/tracker';

/** Nobody's tab moves more than 1 Gbit/s; a report that says so is not counted. */
const MAX_BYTES_PER_SECOND = 125_000_000;
/** A report covers at least this: two may arrive close together after a stutter. */
const MIN_REPORT_S = 5;
/** The two ends of a link report at different moments: up to this they may differ without being flagged. */
const DISAGREE_BYTES = 8_000_000;
const DISAGREE_SHARE = 0.25;

/** Something to look at, for the log. */
export type Flag =
  | { kind: 'implausible'; peer: string; account: string }
  | { kind: 'disagreement'; from: string; to: string; sent: number; received: number }
  | { kind: 'blamed'; peer: string; account: string; by: string; accounts: number; version: string; chunk: number };

/**
 * Adds up what peers say. Only pairs that the tracker made may report each other, a byte over a link counts when both ends
 * say so, and what cannot be true is flagged instead of counted. Pure state: times come in as `now`, epoch ms.
 */
export class Reports {
  private readonly tracker: Tracker;
  private readonly window = new RateWindow();
  private readonly sums = { cache: 0, peer: 0, origin: 0, uploaded: 0, stalls: 0 };
  private outlierFlags = 0;

  constructor(tracker: Tracker) {
    this.tracker = tracker;
  }

  get totals(): Readonly<SwarmSnapshot['totals']> {
    return this.sums;
  }

  get outliers(): number {
    return this.outlierFlags;
  }

  rates(now: number): SwarmSnapshot['rates'] {
    return this.window.rates(now);
  }

  /** @returns `updates` for those who were parted by blame; `flags` for the log */
  take(from: string, report: Report, now: number): { updates: TrackerUpdate[]; flags: Flag[] } {
    const peer = this.tracker.peer(from);
    const flags: Flag[] = [];
    const updates: TrackerUpdate[] = [];
    if (peer === undefined) return { updates, flags };
    this.tracker.describe(from, report);
    const most = MAX_BYTES_PER_SECOND * Math.max(MIN_REPORT_S, (now - peer.lastReportAt) / 1000);
    peer.lastReportAt = now;
    if (isPlausible(report, most)) {
      const matched = this.takeLinks(peer, report, now, flags);
      this.takeBytes(peer, report, matched, now);
    } else {
      this.outlierFlags++;
      flags.push({ kind: 'implausible', peer: from, account: peer.account });
    }
    for (const blame of report.blamed) {
      const parted = this.tracker.unpair(from, blame.peer);
      const blamed = this.tracker.peer(blame.peer);
      if (parted === null || blamed === undefined) continue;
      updates.push(...parted);
      flags.push({
        kind: 'blamed',
        ...blame,
        account: blamed.account,
        by: from,
        accounts: blamed.blamedBy.size,
      });
    }
    return { updates, flags };
  }

  private takeBytes(peer: Peer, { bytes, stalls }: Report, matched: number, now: number): void {
    peer.bytes.cache += bytes.cache;
    peer.bytes.peer += bytes.peer;
    peer.bytes.origin += bytes.origin;
    peer.bytes.uploaded += bytes.uploaded;
    this.sums.cache += bytes.cache;
    this.sums.peer += matched;
    this.sums.origin += bytes.origin;
    this.sums.uploaded += bytes.uploaded;
    this.sums.stalls += stalls;
    this.window.add({ cache: bytes.cache, origin: bytes.origin, peer: matched }, now);
  }

  /** @returns bytes that both ends agree on only now, both ways */
  private takeLinks(peer: Peer, report: Report, now: number, flags: Flag[]): number {
    let matched = 0;
    for (const link of report.links) {
      const pair = peer.pairs.get(link.peer);
      if (pair === undefined) continue;
      const claim = pair.a === peer ? pair.claims.a : pair.claims.b;
      claim.sent += link.sent;
      claim.received += link.received;
      if (link.sent + link.received > 0) pair.lastBytesAt = now;
      matched += match(pair, now);
      const disagreement = pair.flagged ? null : disagreementOf(pair);
      if (disagreement === null) continue;
      pair.flagged = true;
      this.outlierFlags++;
      flags.push(disagreement);
    }
    return matched;
  }
}

/** A stall cannot be counted in bytes, but no tab has thousands in one report. */
const MAX_STALLS = 1_000;

function isPlausible({ bytes, links, stalls }: Report, most: number): boolean {
  const linked = links.reduce((sum, link) => sum + link.sent + link.received, 0);
  const total = bytes.cache + bytes.peer + bytes.origin + bytes.uploaded;
  return total <= most && linked <= most && stalls <= MAX_STALLS;
}

/** Brings what both ends agree on up to date. @returns what was added */
function match(pair: Pair, now: number): number {
  const aToB = Math.min(pair.claims.a.sent, pair.claims.b.received);
  const bToA = Math.min(pair.claims.b.sent, pair.claims.a.received);
  const [byA, byB] = [aToB - pair.matched.aToB, bToA - pair.matched.bToA];
  pair.matched = { aToB, bToA };
  noteServed(pair.a, byA, now);
  noteServed(pair.b, byB, now);
  return byA + byB;
}

function disagreementOf(pair: Pair): Flag | null {
  const { a, b } = pair.claims;
  for (const [from, to, sent, received] of [
    [pair.a, pair.b, a.sent, b.received],
    [pair.b, pair.a, b.sent, a.received],
  ] as const) {
    const allowed = Math.max(DISAGREE_BYTES, DISAGREE_SHARE * Math.max(sent, received));
    if (Math.abs(sent - received) > allowed) {
      return { kind: 'disagreement', from: from.id, to: to.id, sent, received };
    }
  }
  return null;
}

const WINDOW_S = 10;

/** Bytes a second by source over the last ten seconds. Times are epoch ms. */
export class RateWindow {
  /** One slot a second, reused in turn. */
  private readonly slots = Array.from({ length: WINDOW_S }, () => ({ second: -1, cache: 0, peer: 0, origin: 0 }));

  add(bytes: { cache: number; peer: number; origin: number }, now: number): void {
    const second = Math.floor(now / 1000);
    const slot = this.slots[second % WINDOW_S];
    if (slot === undefined) return;
    if (slot.second !== second) Object.assign(slot, { second, cache: 0, peer: 0, origin: 0 });
    slot.cache += bytes.cache;
    slot.peer += bytes.peer;
    slot.origin += bytes.origin;
  }

  rates(now: number): { cache: number; peer: number; origin: number } {
    const oldest = Math.floor(now / 1000) - WINDOW_S;
    const sum = { cache: 0, peer: 0, origin: 0 };
    for (const slot of this.slots) {
      if (slot.second <= oldest) continue;
      sum.cache += slot.cache;
      sum.peer += slot.peer;
      sum.origin += slot.origin;
    }
    return { cache: sum.cache / WINDOW_S, peer: sum.peer / WINDOW_S, origin: sum.origin / WINDOW_S };
  }
}
