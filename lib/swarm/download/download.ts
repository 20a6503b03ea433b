/** Carries out the plan for one version: asks peers and the origin, verifies what comes, and gives it to the reads that wait. */
import { type ByteRange, chunksCovering, sealedPiece } from '@/lib/assets/geometry';
import type { ChunkSet } from '@/lib/assets/ranges';
import { isFinal } from '@/lib/client/http-errors';
import { EnxameError, isEnxameError } from '@/lib/contracts/errors';
import type { Priority, Refusal } from '@/lib/contracts/frames';
import type { Clock } from '@/lib/util/clock';
import type { CachedAsset } from '../asset/cached-asset';
import type { PeerSession } from '../connections/peer-session';
import { PLAN_SOON_MS } from '../schedule/constants';
import type { Action, Flight, PlanPeer } from '../schedule/model';
import { plan } from '../schedule/plan';
import { ListenerIntent } from './listener-intent';
import { type ReadToken, WaitingReads } from './waiting-reads';

/** A peer that may have chunks of the version. */
export interface CandidatePeer {
  peer: string;
  /** Null while the link is being dialled. */
  session: PeerSession | null;
  /** The peer's own word on what it holds is still to come. */
  settling: boolean;
  have: ChunkSet;
}

/** The session that a download belongs to. */
export interface DownloadHost {
  /** The tracker has said who holds the version. */
  readonly isCoverageKnown: boolean;
  /** The whole asset is to be fetched, not only what is played soon. */
  fetchesWhole(): boolean;
  candidates(): readonly CandidatePeer[];
  /**
   * @param span.first bytes of the sealed asset that shall come ahead of the rest; null: none
   * @param onChunk each whole sealed chunk in order, not yet verified @throws as `fetchSpan` of origin-source.ts
   */
  fetchSpan(
    span: { from: number; to: number; first: ByteRange | null },
    signal: AbortSignal,
    onChunk: (chunk: number, sealed: Uint8Array<ArrayBuffer>) => void,
  ): Promise<void>;
  /** A verified chunk arrived and is held. */
  chunkArrived(chunk: number, source: 'peer' | 'origin', sealed: Uint8Array<ArrayBuffer>): void;
  /** This peer sent a chunk whose hash is wrong. */
  sentWrongChunk(peer: string, chunk: number): void;
  refused(peer: string, reason: Refusal): void;
  /** The origin says that this version may not be played any more. */
  revoked(error: EnxameError): void;
}

/** Of the origin, shared by all downloads. */
export interface OriginPace {
  /** Seconds until the first chunk of a request was there, the last time; null before the first. */
  chunkS: number | null;
  /** It can send what sound needs ahead of the rest, as far as is known. */
  sendsPieces: boolean;
}

export interface DownloadOptions {
  self: string;
  clock: Clock;
  cached: CachedAsset;
  originPace: OriginPace;
  host: DownloadHost;
}

interface FlightNow extends Flight {
  cancel: () => void;
}

/** How long a peer is not asked after a refusal, ms. */
const BACKOFF_MS: Record<Refusal, number> = { not_held: 0, busy: 500, paused: 1000, off: 60_000, bad_ticket: 1000 };
/** The origin is tried again after this, doubled at each failure up to the next. */
const ORIGIN_RETRY_FIRST_MS = 500;
const ORIGIN_RETRY_MAX_MS = 5000;

export class Download {
  /** Call `schedule` after each change of it. */
  readonly intent: ListenerIntent;
  private readonly waiting = new WaitingReads();
  private flights: FlightNow[] = [];
  /** By peer, until when it is not asked (epoch ms). */
  private readonly backoffs = new Map<string, number>();
  /** At most as many as the asset has chunks. */
  private readonly notKept = new Set<number>();
  private readonly openedAt: number;
  private readonly heldAtFirst: number;
  private nextSpan = 1;
  private originFailures = 0;
  private originUsableAt = 0;
  private cancelTimer: () => void = () => {};
  private cancelSoon: (() => void) | null = null;
  private isScheduled = false;
  /** Why it was stopped; null while it runs. */
  private stopReason: unknown = null;

  constructor(private readonly options: DownloadOptions) {
    this.intent = new ListenerIntent(options.cached.manifest);
    this.openedAt = options.clock.now();
    this.heldAtFirst = options.cached.held.count;
    this.schedule();
  }

  /** The chunk, verified, as soon as some source brought it. @throws what `stop` or `cancel` was called with */
  want(chunk: number, token: ReadToken): Promise<Uint8Array<ArrayBuffer>> {
    if (this.stopReason !== null) return Promise.reject(this.stopReason);
    const waiting = this.waiting.wait(chunk, token);
    this.schedule();
    return waiting;
  }

  /** A chunk is on its way from the origin, behind its grant; null in the end if it is not. */
  expectChunk(chunk: number, coming: Promise<Uint8Array<ArrayBuffer> | null>): void {
    const { cached, originPace, clock } = this.options;
    if (this.stopReason !== null || cached.has(chunk)) return;
    const flight = { chunk, peer: null, span: this.nextSpan++, since: clock.now(), cancel: () => {} };
    this.flights.push(flight);
    void coming.then((sealed) => {
      if (sealed !== null && this.flights.includes(flight)) {
        originPace.chunkS ??= (clock.now() - flight.since) / 1000;
        return this.arrived(flight, sealed);
      }
      this.remove(flight);
      this.schedule();
    });
  }

  /** This read waits no more. */
  cancel(token: ReadToken, reason: unknown): void {
    this.waiting.cancel(token, reason);
    this.schedule();
  }

  /** Something changed: plan again, once however many changes there were in this turn. */
  schedule(): void {
    if (this.isScheduled || this.stopReason !== null) return;
    this.isScheduled = true;
    queueMicrotask(() => {
      this.isScheduled = false;
      if (this.stopReason === null) this.planNow();
    });
  }

  /** The same for what may wait a little, unless somebody waits for a chunk: many such changes make one round. */
  scheduleSoon(): void {
    if (!this.waiting.isEmpty) this.schedule();
    else this.cancelSoon ??= this.options.clock.after(PLAN_SOON_MS, () => this.schedule());
  }

  /** The cache has evicted these: they are fetched again when a read waits for them, and not ahead of need. */
  evicted(chunks: readonly number[]): void {
    for (const chunk of chunks) this.notKept.add(chunk);
    this.schedule();
  }

  /** A link is gone: its requests have failed by themselves. */
  peerLost(peer: string): void {
    this.backoffs.delete(peer);
    this.schedule();
  }

  /** Ends all requests; whoever waits is told `reason`. */
  stop(reason: unknown): void {
    if (this.stopReason !== null) return;
    this.stopReason = reason;
    this.cancelTimers();
    this.cancelFlights(() => true);
    this.waiting.rejectAll(reason);
  }

  private planNow(): void {
    this.cancelTimers();
    const { clock, cached } = this.options;
    if (cached.isWhole && this.waiting.isEmpty && this.flights.length === 0) return;
    const now = clock.now();
    const candidates = new Map(this.options.host.candidates().map((candidate) => [candidate.peer, candidate]));
    const { actions, wakeAt } = plan({
      now,
      self: this.options.self,
      openedAt: this.openedAt,
      chunks: cached.manifest.chunks,
      chunkBytes: cached.manifest.chunkSize,
      ...this.intent.forPlan(),
      wanted: this.waiting.chunks(),
      has: (chunk) => (cached.has(chunk) || this.notKept.has(chunk)) && !this.waiting.has(chunk),
      holds: cached.held.count,
      heldAtFirst: this.heldAtFirst,
      flights: this.flights,
      peers: [...candidates.values()].map((candidate) => this.planPeer(candidate)),
      tracked: this.options.host.isCoverageKnown,
      originUsable: now >= this.originUsableAt,
      originChunkS: this.options.originPace.chunkS,
      whole: this.options.host.fetchesWhole(),
    });
    for (const action of actions) this.execute(action, candidates);
    this.cancelTimer = clock.after(Math.max(1, wakeAt - now), () => this.schedule());
  }

  private cancelTimers(): void {
    this.cancelTimer();
    this.cancelSoon?.();
    this.cancelSoon = null;
  }

  private planPeer({ peer, session, settling, have }: CandidatePeer): PlanPeer {
    return {
      peer,
      link: session === null ? 'dialling' : 'open',
      settling,
      has: (chunk) => have.has(chunk) && session?.hasDenied(this.options.cached.versionId, chunk) !== true,
      holds: have.count,
      rateBps: session?.rate.bps ?? null,
      outstandingBytes: session?.outstandingBytes ?? 0,
      heardAt: session?.heardAt ?? 0,
      backoffUntil: this.backoffs.get(peer) ?? 0,
    };
  }

  private execute(action: Action, candidates: ReadonlyMap<string, CandidatePeer>): void {
    switch (action.do) {
      case 'ask': {
        const session = candidates.get(action.peer)?.session;
        if (session) this.ask(session, action.chunk, action.priority);
        break;
      }
      case 'origin':
        void this.askOrigin(action.from, action.to);
        break;
      case 'cancel':
        this.cancelFlights((flight) => flight.peer === action.peer && flight.chunk === action.chunk);
        break;
      case 'cancel-span':
        this.cancelFlights((flight) => flight.peer === null && flight.span === action.span);
        break;
    }
  }

  private ask(session: PeerSession, chunk: number, priority: Priority): void {
    const { clock, cached } = this.options;
    const flight: FlightNow = { chunk, peer: session.peer, span: -1, since: clock.now(), cancel: () => {} };
    this.flights.push(flight);
    flight.cancel = session.request({
      versionId: cached.versionId,
      chunk,
      priority,
      done: (sealed) => {
        // Nothing is left to cancel; the flight stays until the hash is checked, so that nobody else is asked meanwhile.
        flight.cancel = () => {};
        void this.arrived(flight, sealed);
      },
      failed: (reason) => {
        this.remove(flight);
        if (reason !== 'closed') {
          this.backoffs.set(session.peer, clock.now() + BACKOFF_MS[reason]);
          this.options.host.refused(session.peer, reason);
        }
        this.schedule();
      },
    });
  }

  private async askOrigin(from: number, to: number): Promise<void> {
    const { clock } = this.options;
    const abort = new AbortController();
    const span = this.nextSpan++;
    const askedAt = clock.now();
    const flights = new Map<number, FlightNow>();
    const cancel = () => {
      // One request carries many chunks: it ends when none of them is wanted from it any more.
      if (!this.flights.some((flight) => flight.peer === null && flight.span === span)) abort.abort();
    };
    for (let chunk = from; chunk < to; chunk++) {
      flights.set(chunk, { chunk, peer: null, span, since: clock.now(), cancel });
    }
    this.flights.push(...flights.values());
    const verifying: Promise<void>[] = [];
    try {
      const first = this.firstOf(from, to);
      await this.options.host.fetchSpan({ from, to, first }, abort.signal, (chunk, sealed) => {
        if (chunk === from) this.options.originPace.chunkS = (clock.now() - askedAt) / 1000;
        const flight = flights.get(chunk);
        if (flight !== undefined && this.flights.includes(flight)) verifying.push(this.arrived(flight, sealed));
      });
      this.originFailures = 0;
      await Promise.all(verifying);
    } catch (error) {
      if (!abort.signal.aborted) this.originFailed(error);
    } finally {
      for (const flight of flights.values()) this.remove(flight);
      this.schedule();
    }
  }

  /** Where the listener waits for sound: the bytes that it needs, if all of them are in these chunks and none is here. */
  private firstOf(from: number, to: number): ByteRange | null {
    const { cached } = this.options;
    const { awaitedSound } = this.intent;
    if (awaitedSound === null) return null;
    const chunks = chunksCovering(cached.manifest, awaitedSound.start, awaitedSound.end);
    if (chunks.start < from || chunks.end > to) return null;
    for (let chunk = chunks.start; chunk < chunks.end; chunk++) if (cached.has(chunk)) return null;
    return sealedPiece(cached.manifest, awaitedSound);
  }

  private originFailed(error: unknown): void {
    if (isEnxameError(error) && isFinal(error.code)) {
      this.options.host.revoked(error);
      return;
    }
    const retryAfterMs = isEnxameError(error) ? (error.retryAfterS ?? 0) * 1000 : 0;
    const backoffMs = Math.min(ORIGIN_RETRY_MAX_MS, ORIGIN_RETRY_FIRST_MS * 2 ** this.originFailures++);
    this.originUsableAt = this.options.clock.now() + Math.max(backoffMs, retryAfterMs);
  }

  private async arrived(flight: FlightNow, sealed: Uint8Array<ArrayBuffer>): Promise<void> {
    const { cached } = this.options;
    const { chunk, peer } = flight;
    const found = await cached.verifyAndKeep(chunk, sealed);
    this.remove(flight);
    if (this.stopReason !== null) return;
    if (found !== 'wrong') {
      this.cancelFlights((other) => other.chunk === chunk);
      this.waiting.resolve(chunk, sealed);
      if (found === 'new') this.options.host.chunkArrived(chunk, peer === null ? 'origin' : 'peer', sealed);
    } else if (peer !== null) {
      this.options.host.sentWrongChunk(peer, chunk);
    } else {
      this.originFailed(new EnxameError('unavailable', 'The server sent a chunk that does not match the manifest.'));
    }
    this.schedule();
  }

  private cancelFlights(which: (flight: FlightNow) => boolean): void {
    const doomed = this.flights.filter(which);
    this.flights = this.flights.filter((flight) => !which(flight));
    for (const flight of doomed) flight.cancel();
  }

  private remove(flight: FlightNow): void {
    const index = this.flights.indexOf(flight);
    if (index >= 0) this.flights.splice(index, 1);
  }
}
