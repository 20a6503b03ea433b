/**
 * What two peers say to each other over one link. Everything that arrives is untrusted: whatever is malformed, out of order, longer than
 * the manifest allows or was never asked for closes the link; nothing a peer sends makes this side hold more than it asked for.
 */
import type { Geometry } from '@/lib/assets/geometry';
import { ChunkSet } from '@/lib/assets/ranges';
import { decodeFrame, encodeFrame, type Frame, type Refusal } from '@/lib/contracts/frames';
import { BoundedMap } from '@/lib/util/bounded-map';
import type { Clock } from '@/lib/util/clock';
import { Meter, type RateEstimate } from '@/lib/util/meters';
import { UPLOAD_QUEUE_PER_LINK } from '../schedule/constants';
import { type ChunkRequest, ChunkRequests } from './chunk-requests';
import { CoverageExchange, MAX_VERSIONS } from './coverage-exchange';
import type { Link } from './link';
import type { Uploads } from './uploads';

export interface PeerSessionOptions {
  link: Link;
  clock: Clock;
  uploads: Uploads;
  /** Checks a ticket for this peer and version. @returns its end (epoch ms by this tab's clock); null when it is not valid */
  checkTicket: (peer: string, versionId: string, ticket: string) => Promise<number | null>;
  /** Sizes of a version that this tab takes part in; null for any other. */
  geometry: (versionId: string) => (Geometry & { chunks: number }) | null;
  /** The peer proved that it may have this version, and wants to know what is held here. */
  onAdmitted: (versionId: string) => void;
  onHave: (versionId: string) => void;
  /** Bytes of chunks that went over the link. */
  onBytes: (sent: number, received: number) => void;
  /** Why this side closed the link. */
  onBroken: (reason: string) => void;
}

/** Tickets under verification at once: a flood of them would cost CPU. */
const MAX_CHECKS = 16;
/**
 * Frames that bring no bytes asked for: so many at once, and then so many a second. UPLOAD_CAP_BPS is 64 chunks a second, each a request
 * and at times a cancel or a refusal; HAVE comes five times a second.
 */
const FRAMES_BURST = 2048;
const FRAMES_PER_SECOND = 512;
/** Requests that wait for a ticket's verification. */
const MAX_HELD_BACK = UPLOAD_QUEUE_PER_LINK * 2;

export class PeerSession {
  readonly peer: string;
  readonly openedAt: number;
  readonly received = new Meter();
  readonly sent = new Meter();
  /** Bytes last went over the link, either way, or came from the peer (epoch ms). */
  lastUsefulAt: number;
  heardAt = 0;
  /** The ticket last shown, by version. */
  private readonly shown = new BoundedMap<string, string>(MAX_VERSIONS);
  /** Ends of the peer's tickets (epoch ms), as soon as they are verified; null: not valid. */
  private readonly tickets = new BoundedMap<string, Promise<number | null>>(MAX_VERSIONS);
  private readonly requests: ChunkRequests;
  private readonly coverage: CoverageExchange;
  private checks = 0;
  private heldBack = 0;
  private allowance = { frames: FRAMES_BURST, at: 0 };
  private closed = false;

  constructor(private readonly options: PeerSessionOptions) {
    this.peer = options.link.peer;
    this.openedAt = options.clock.now();
    this.lastUsefulAt = this.openedAt;
    this.requests = new ChunkRequests(options.clock, (frame) => this.send(frame));
    this.coverage = new CoverageExchange(options.clock, (versionId, have) =>
      this.send({ type: 'have', version: versionId, have: have.toRanges() }),
    );
    options.link.onClose(() => this.onClosed());
    options.link.onFrame((bytes) => this.receive(bytes));
  }

  get rate(): RateEstimate {
    return this.requests.rate;
  }

  get outstandingBytes(): number {
    return this.requests.outstandingBytes;
  }

  /** What the peer says it holds; null while it has said nothing. */
  remoteHave(versionId: string): ChunkSet | null {
    return this.coverage.remoteHave(versionId);
  }

  /** The peer said lately that it does not hold this chunk, so that it is not asked for it. */
  hasDenied(versionId: string, chunk: number): boolean {
    return this.coverage.hasDenied(versionId, chunk);
  }

  /** Shows a ticket for a version, each once. Also asks to be told what the peer holds of it. */
  showTicket(versionId: string, ticket: string): void {
    if (this.shown.get(versionId) === ticket) return;
    this.shown.set(versionId, ticket);
    this.send({ type: 'ticket', version: versionId, ticket });
  }

  /** Next time the ticket is shown again: the peer did not accept it. */
  forgetTicket(versionId: string): void {
    this.shown.delete(versionId);
  }

  /** As {@link CoverageExchange.tell}. */
  tellHave(versionId: string, have: ChunkSet): number | null {
    return this.coverage.tell(versionId, have);
  }

  /** Asks for a chunk; exactly one of `done` and `failed` is called, unless it is cancelled first. @returns cancel */
  request(request: ChunkRequest): () => void {
    const geometry = this.options.geometry(request.versionId);
    if (this.closed || geometry === null) {
      queueMicrotask(() => request.failed('closed'));
      return () => {};
    }
    return this.requests.ask(request, geometry);
  }

  /** Closes the link. */
  close(): void {
    this.options.link.close();
  }

  private receive(bytes: Uint8Array): void {
    if (this.closed) return;
    const frame = decodeFrame(bytes);
    if (frame === null) this.breakOff('a malformed frame');
    else if (!this.isAskedFor(frame) && !this.mayTakeOneMore()) this.breakOff('a flood of frames');
    else this.handle(frame);
  }

  private isAskedFor(frame: Frame): boolean {
    return frame.type === 'data' && this.requests.isPending(frame.request);
  }

  private mayTakeOneMore(): boolean {
    const now = this.options.clock.now();
    const { frames, at } = this.allowance;
    const left = Math.min(FRAMES_BURST, frames + (Math.max(0, now - at) / 1000) * FRAMES_PER_SECOND);
    this.allowance = { frames: left - 1, at: now };
    return left >= 1;
  }

  private handle(frame: Frame): void {
    switch (frame.type) {
      case 'ticket':
        this.onTicket(frame.version, frame.ticket);
        return;
      case 'request':
        this.onRequest(frame);
        return;
      case 'cancel':
        this.options.uploads.cancel(this, frame.request);
        return;
      case 'have':
        this.onHave(frame.version, ChunkSet.fromRanges(frame.have), frame.have.at(-1) ?? 0);
        return;
      case 'data':
        this.onData(frame.request, frame.offset, frame.bytes);
        return;
      case 'refuse':
        this.onRefuse(frame.request, frame.reason);
        return;
    }
  }

  private onTicket(versionId: string, ticket: string): void {
    if (++this.checks > MAX_CHECKS) {
      this.breakOff('too many tickets at once');
      return;
    }
    const check = this.options.checkTicket(this.peer, versionId, ticket).catch(() => null);
    this.tickets.set(versionId, check);
    void check.then((until) => {
      this.checks--;
      if (until === null || this.closed) return;
      this.coverage.admit(versionId);
      this.options.onAdmitted(versionId);
    });
  }

  private onRequest({ request, version: versionId, chunk, priority }: Extract<Frame, { type: 'request' }>): void {
    const { uploads, clock } = this.options;
    const geometry = this.options.geometry(versionId);
    if (geometry !== null && chunk >= geometry.chunks) {
      this.breakOff('a request beyond the asset');
      return;
    }
    if (uploads.knows(this, request)) {
      this.breakOff('a request number used twice');
      return;
    }
    if (++this.heldBack > MAX_HELD_BACK) {
      this.breakOff('too many requests at once');
      return;
    }
    void Promise.resolve(this.tickets.get(versionId) ?? null).then((until) => {
      this.heldBack--;
      if (this.closed) return;
      const refuse = (reason: Refusal) => this.send({ type: 'refuse', request, reason });
      if (until === null || until < clock.now()) {
        refuse('bad_ticket');
        return;
      }
      if (geometry === null) {
        refuse('not_held');
        return;
      }
      uploads.offer({
        owner: this,
        request,
        versionId,
        chunk,
        priority,
        refuse,
        data: async (offset, bytes) => {
          await this.options.link.send(encodeFrame({ type: 'data', request, offset, bytes }));
          this.sent.add(bytes.length, clock.now());
          this.options.onBytes(bytes.length, 0);
          this.lastUsefulAt = clock.now();
        },
      });
    });
  }

  private onHave(versionId: string, have: ChunkSet, end: number): void {
    const geometry = this.options.geometry(versionId);
    if (geometry === null) return;
    if (end > geometry.chunks) {
      this.breakOff('a claim beyond the asset');
      return;
    }
    this.coverage.heard(versionId, have);
    this.options.onHave(versionId);
  }

  private onData(number: number, offset: number, bytes: Uint8Array): void {
    const outcome = this.requests.take(number, offset, bytes);
    if (outcome === 'unasked') this.breakOff('data that was not asked for');
    else if (outcome === 'out_of_order') this.breakOff('data out of order or too long');
    if (outcome !== 'taken') return;
    const now = this.options.clock.now();
    this.received.add(bytes.length, now);
    this.heardAt = now;
    this.options.onBytes(0, bytes.length);
    this.lastUsefulAt = now;
    this.requests.finish(number);
  }

  private onRefuse(number: number, reason: Refusal): void {
    const asked = this.requests.askedFor(number);
    if (asked === null) {
      this.breakOff('a refusal of nothing');
      return;
    }
    // Cancelled or not: the peer says that it does not hold it.
    if (reason === 'not_held') this.coverage.deny(asked.versionId, asked.chunk);
    this.requests.refuse(number, reason);
  }

  private send(frame: Frame): void {
    // A link that fails closes itself, and `onClosed` tells everyone who waits.
    this.options.link.send(encodeFrame(frame)).catch(() => {});
  }

  private breakOff(reason: string): void {
    this.options.onBroken(reason);
    this.close();
  }

  private onClosed(): void {
    if (this.closed) return;
    this.closed = true;
    this.options.uploads.drop(this);
    this.requests.close();
  }
}
