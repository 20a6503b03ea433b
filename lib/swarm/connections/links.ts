/** The links of one peer: made when somebody is worth linking to, shared by all assets, replaced when they fail. */
import { newId } from '@/lib/contracts/ids';
import type { SignalIn } from '@/lib/contracts/signaling';
import { BoundedMap } from '@/lib/util/bounded-map';
import type { Clock } from '@/lib/util/clock';
import type { Connect, Dial, Ice, Link } from './link';

/** Links at most; the design's table. */
export const MAX_LINKS = 50;
/** Dials at once, for each takes tens of ms of a processor that may be needed for sound (four made eight listeners who begin at once wait): 500 quick ones block a browser's peer connections for half a minute (measured). */
const MAX_DIALS = 2;
/** A peer that could not be reached is tried again after this, doubled each time up to the next. */
const RETRY_FIRST_MS = 2000;
const RETRY_MAX_MS = 60_000;
/** Offers of one peer are taken up this often at most: each costs a peer connection, of which a browser makes few. */
const OFFER_EVERY_MS = 1000;
/** Peers remembered as unreachable or banned; the one looked at longest ago is forgotten first. */
const MAX_REMEMBERED = 512;

export interface LinksOptions {
  self: string;
  connect: Connect;
  ice: () => Promise<Ice>;
  clock: Clock;
  /** Relays through the tracker. Its failure means that this attempt fails. */
  signal: (to: string, link: string, signal: string) => Promise<void>;
  onLink: (link: Link) => void;
  /** A dial failed, or a link closed: plans may have counted on it. */
  onLost: (peer: string) => void;
  /** Of the open links, the one of least use; it makes room for another. Null: none may go. */
  leastUseful: () => string | null;
  /** Not while the player waits for sound: a dial takes tens of ms of the processor that is to bring it. Asked again at each `want`. */
  mayDial: () => boolean;
  log: (message: string) => void;
}

interface Attempt {
  /** Tells attempts at one pair apart. */
  id: string;
  dial: Dial;
  startedAt: number;
  open: Link | null;
  /** Through a relay alone. */
  relayed: boolean;
}

export class Links {
  private readonly attempts = new Map<string, Attempt>();
  private readonly queue = new Set<string>();
  private readonly failures = new BoundedMap<string, { count: number; until: number }>(MAX_REMEMBERED);
  private readonly banned = new BoundedMap<string, true>(MAX_REMEMBERED);
  /** When an offer of a peer was last taken up (epoch ms). */
  private readonly offeredAt = new BoundedMap<string, number>(MAX_REMEMBERED);
  private closed = false;

  constructor(private readonly options: LinksOptions) {}

  /** Begins to link to a peer unless that is done, under way, too early after a failure, or barred. */
  want(peer: string): void {
    if (this.closed || peer === this.options.self || this.attempts.has(peer) || this.isBanned(peer)) return;
    if ((this.failures.get(peer)?.until ?? 0) > this.options.clock.now()) return;
    this.queue.add(peer);
    this.dialNext();
  }

  /** Since when a dial to this peer is under way or queued (epoch ms); null when none is. */
  dialling(peer: string): number | null {
    if (this.queue.has(peer)) return this.options.clock.now();
    const attempt = this.attempts.get(peer);
    return attempt === undefined || attempt.open !== null ? null : attempt.startedAt;
  }

  /** A signal relayed by the tracker, stamped with who sent it. */
  onSignal({ from, link, signal }: SignalIn): void {
    if (this.closed || from === this.options.self || this.isBanned(from)) return;
    const current = this.attempts.get(from);
    if (current?.id === link) {
      current.dial.signal(signal);
      return;
    }
    if (!isOffer(signal)) return;
    // Both dialled at once: both keep the attempt whose id is lower.
    if (current !== undefined && current.open === null && current.id < link) return;
    const now = this.options.clock.now();
    if (now - (this.offeredAt.get(from) ?? Number.NEGATIVE_INFINITY) < OFFER_EVERY_MS) return;
    // An offer while a link is open: the other side has lost it, and knows better.
    if (current !== undefined) this.forget(from, current);
    if (this.attempts.size >= MAX_LINKS && !this.makeRoom()) return;
    this.queue.delete(from);
    this.offeredAt.set(from, now);
    this.begin(from, link, false).dial.signal(signal);
  }

  /** Closes the link to a peer, open or not. */
  close(peer: string): void {
    this.queue.delete(peer);
    const attempt = this.attempts.get(peer);
    if (attempt !== undefined) this.drop(peer, attempt);
  }

  /** Closes it and never links again while the page lives. */
  ban(peer: string): void {
    this.banned.set(peer, true);
    this.close(peer);
  }

  isBanned(peer: string): boolean {
    return this.banned.get(peer) === true;
  }

  /** From now on only links through a relay will do. */
  closeDirect(): void {
    for (const [peer, attempt] of [...this.attempts]) if (!attempt.relayed) this.drop(peer, attempt);
  }

  closeAll(): void {
    this.closed = true;
    this.queue.clear();
    for (const [peer, attempt] of [...this.attempts]) this.drop(peer, attempt);
  }

  private dialNext(): void {
    if (!this.options.mayDial()) return;
    for (const peer of this.queue) {
      const dials = [...this.attempts.values()].filter((attempt) => attempt.open === null).length;
      if (dials >= MAX_DIALS || (this.attempts.size >= MAX_LINKS && !this.makeRoom())) return;
      this.queue.delete(peer);
      this.begin(peer, newId(), true);
    }
  }

  private begin(peer: string, id: string, initiator: boolean): Attempt {
    const { connect, clock } = this.options;
    const dial = lateDial(this.options.ice(), (ice) => {
      attempt.relayed = ice.relayOnly;
      return connect({
        peer,
        initiator,
        ice,
        onSignal: (signal) =>
          void this.options.signal(peer, id, signal).catch((error) => this.failed(peer, attempt, error)),
      });
    });
    const attempt: Attempt = { id, dial, startedAt: clock.now(), open: null, relayed: false };
    this.attempts.set(peer, attempt);
    dial.link.then(
      (link) => this.opened(peer, attempt, link),
      (error) => this.failed(peer, attempt, error),
    );
    return attempt;
  }

  private opened(peer: string, attempt: Attempt, link: Link): void {
    if (this.attempts.get(peer) !== attempt) {
      link.close();
      return;
    }
    attempt.open = link;
    this.failures.delete(peer);
    link.onClose(() => {
      if (this.attempts.get(peer) === attempt) this.drop(peer, attempt);
      this.options.onLost(peer);
    });
    this.options.onLink(link);
    this.dialNext();
  }

  private failed(peer: string, attempt: Attempt, error: unknown): void {
    if (this.attempts.get(peer) !== attempt || attempt.open !== null) return;
    this.options.log(`no link to ${peer}: ${String(error)}`);
    const count = (this.failures.get(peer)?.count ?? 0) + 1;
    const wait = Math.min(RETRY_MAX_MS, RETRY_FIRST_MS * 2 ** (count - 1));
    this.failures.set(peer, { count, until: this.options.clock.now() + wait });
    this.drop(peer, attempt);
    this.options.onLost(peer);
  }

  private drop(peer: string, attempt: Attempt): void {
    this.forget(peer, attempt);
    if (!this.closed) this.dialNext();
  }

  private forget(peer: string, attempt: Attempt): void {
    if (this.attempts.get(peer) === attempt) this.attempts.delete(peer);
    attempt.dial.close();
  }

  /** The place is the caller's: nobody who waits in the queue may take it. */
  private makeRoom(): boolean {
    const peer = this.options.leastUseful();
    const attempt = peer === null ? undefined : this.attempts.get(peer);
    if (peer === null || attempt === undefined) return false;
    this.forget(peer, attempt);
    return true;
  }
}

/** A dial that begins as soon as the ICE servers are known; signals that come before are kept for it. */
function lateDial<T>(first: Promise<T>, begin: (value: T) => Dial): Dial {
  let dial: Dial | null = null;
  let closed = false;
  const early: string[] = [];
  const link = first.then((value) => {
    if (closed) throw new Error('the dial was given up');
    dial = begin(value);
    for (const text of early.splice(0)) dial.signal(text);
    return dial.link;
  });
  return {
    link,
    signal(text) {
      if (dial !== null) dial.signal(text);
      else if (early.length < MAX_EARLY_SIGNALS) early.push(text);
    },
    close() {
      closed = true;
      dial?.close();
    },
  };
}

/** An offer and its candidates are ten or so. */
const MAX_EARLY_SIGNALS = 64;

function isOffer(signal: string): boolean {
  try {
    const parsed: unknown = JSON.parse(signal);
    return typeof parsed === 'object' && parsed !== null && 'type' in parsed && parsed.type === 'offer';
  } catch {
    return false;
  }
}
