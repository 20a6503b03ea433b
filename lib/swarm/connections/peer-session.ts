/**
 * What two peers say to each other over one link. Everything that arrives is untrusted: whatever is malformed, out of order, longer than
 * the manifest allows or was never asked for ends the link; nothing a peer sends makes this side hold more than it asked for.
 */
import { type Geometry, sealedRange } from '@/lib/assets/geometry';
import { ChunkSet } from '@/lib/assets/ranges';
import { decodeFrame, encodeFrame, type Frame, type Priority, type Refusal } from '@/lib/contracts/frames';
import type { Clock } from '@/lib/util/clock';
import { Meter, RateEstimate } from '@/lib/util/meters';
import { UPLOAD_QUEUE_PER_LINK } from '../schedule/constants';
import { tellInMs } from '../schedule/gossip';
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
  /** Why this side ended the link. */
  onBroken: (reason: string) => void;
}

export interface ChunkRequest {
  versionId: string;
  chunk: number;
  priority: Priority;
  /** The whole sealed chunk, not yet verified. */
  done: (sealed: Uint8Array<ArrayBuffer>) => void;
  failed: (reason: Refusal | 'closed') => void;
}

interface Pending extends ChunkRequest {
  buffer: Uint8Array<ArrayBuffer>;
  received: number;
  since: number;
}

/** Versions one peer may speak of; the oldest is forgotten first. A listener goes through a track every few minutes. */
const MAX_VERSIONS = 64;
/** Tickets under verification at once: a flood of them would cost CPU. */
const MAX_CHECKS = 16;
/** Requests cancelled lately: their last frames may still be under way. */
const MAX_CANCELLED = 256;
/**
 * Frames that bring no bytes asked for: so many at once, and then so many a second. UPLOAD_CAP_BPS is 64 chunks a second, each a request
 * and at times a cancel or a refusal; HAVE comes five times a second.
 */
const FRAMES_BURST = 2048;
const FRAMES_PER_SECOND = 512;
/**
 * How long a peer is not asked again for a chunk that it said it has not, ms, whatever it or the tracker announces meanwhile: who claims and
 * denies in turn would otherwise be asked without end, and the chunk would come from nobody else. A guess: longer than any chunk is awaited.
 */
export const DENIED_MS = 30_000;
/** Requests that wait for a ticket's verification. */
const MAX_HELD_BACK = UPLOAD_QUEUE_PER_LINK * 2;

export class PeerSession {
  readonly peer: string;
  readonly openedAt: number;
  readonly received = new Meter();
  readonly sent = new Meter();
  readonly rate = new RateEstimate();
  outstandingBytes = 0;
  /** Bytes last went over the link, either way, or came from the peer (epoch ms). */
  lastUsefulAt: number;
  heardAt = 0;
  private readonly pending = new Map<number, Pending>();
  private readonly cancelled = new Map<number, { versionId: string; chunk: number }>();
  private readonly shown = new Map<string, string>();
  /** Ends of the peer's tickets (epoch ms), as soon as they are verified; null: not valid. */
  private readonly admitted = new Map<string, Promise<number | null>>();
  private readonly have = new Map<string, ChunkSet>();
  /** When the peer last said that it does not hold a chunk (epoch ms); at most as many as were asked of it. */
  private readonly denied = new Map<string, Map<number, number>>();
  /** What the peer was last told is held here, and when (epoch ms). */
  private readonly told = new Map<string, { have: ChunkSet; at: number }>();
  /** Versions whose coverage the peer has leave to hear of. */
  private readonly audience = new Map<string, true>();
  private nextRequest = 1;
  private checks = 0;
  private heldBack = 0;
  private allowance = { frames: FRAMES_BURST, at: 0 };
  private closed = false;

  constructor(private readonly options: PeerSessionOptions) {
    this.peer = options.link.peer;
    this.openedAt = options.clock.now();
    this.lastUsefulAt = this.openedAt;
    options.link.onClose(() => this.end());
    options.link.onFrame((bytes) => this.receive(bytes));
  }

  /** What the peer says it holds; null while it has said nothing. */
  remoteHave(versionId: string): ChunkSet | null {
    return this.have.get(versionId) ?? null;
  }

  /** The peer said lately that it does not hold this chunk, so that it is not asked for it. */
  hasDenied(versionId: string, chunk: number): boolean {
    const at = this.denied.get(versionId)?.get(chunk);
    return at !== undefined && this.options.clock.now() - at < DENIED_MS;
  }

  /** Shows leave for a version, once for each ticket. Also asks to be told what the peer holds of it. */
  showTicket(versionId: string, ticket: string): void {
    if (this.shown.get(versionId) === ticket) return;
    remember(this.shown, versionId, ticket);
    this.send({ type: 'ticket', version: versionId, ticket });
  }

  /** Next time the ticket is shown again: the peer did not accept it. */
  forgetTicket(versionId: string): void {
    this.shown.delete(versionId);
  }

  /**
   * Tells what is held here, if now is the time for it (schedule/gossip.ts); only to a peer that showed leave for the version.
   * @returns ms until it is; null when there is nothing more to tell
   */
  tellHave(versionId: string, have: ChunkSet): number | null {
    if (!this.audience.has(versionId)) return null;
    const now = this.options.clock.now();
    const before = this.told.get(versionId);
    const untold = have.difference(before?.have ?? ChunkSet.empty());
    const theirs = this.have.get(versionId) ?? ChunkSet.empty();
    const waitMs = tellInMs({
      toldAgoMs: before === undefined ? null : now - before.at,
      more: !untold.isEmpty,
      less: before !== undefined && !before.have.difference(have).isEmpty,
      wanted: !untold.difference(theirs).isEmpty,
      holds: theirs.count,
    });
    if (waitMs !== 0) return waitMs;
    remember(this.told, versionId, { have: have.clone(), at: now });
    this.send({ type: 'have', version: versionId, have: have.toRanges() });
    return null;
  }

  /** Asks for a chunk; exactly one of `done` and `failed` is called, unless it is cancelled first. @returns cancel */
  request(request: ChunkRequest): () => void {
    const geometry = this.options.geometry(request.versionId);
    if (this.closed || geometry === null) {
      queueMicrotask(() => request.failed('closed'));
      return () => {};
    }
    const { start, end } = sealedRange(geometry, request.chunk);
    const number = this.nextRequest++;
    const pending: Pending = {
      ...request,
      buffer: new Uint8Array(end - start),
      received: 0,
      since: this.options.clock.now(),
    };
    this.pending.set(number, pending);
    this.outstandingBytes += pending.buffer.length;
    const { versionId, chunk, priority } = request;
    this.send({ type: 'request', request: number, version: versionId, chunk, priority });
    return () => {
      if (!this.settle(number)) return;
      this.rate.gaveUp(pending.received, pending.since, this.options.clock.now());
      this.cancelled.set(number, { versionId, chunk });
      const [oldest] = this.cancelled.keys();
      if (this.cancelled.size > MAX_CANCELLED && oldest !== undefined) this.cancelled.delete(oldest);
      this.send({ type: 'cancel', request: number });
    };
  }

  /** Ends the link. */
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
    return frame.type === 'data' && this.pending.has(frame.request);
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
    remember(this.admitted, versionId, check);
    void check.then((until) => {
      this.checks--;
      if (until === null || this.closed) return;
      remember(this.audience, versionId, true);
      // A ticket asks anew.
      this.told.delete(versionId);
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
    void Promise.resolve(this.admitted.get(versionId) ?? null).then((until) => {
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
    remember(this.have, versionId, have);
    this.options.onHave(versionId);
  }

  private onData(number: number, offset: number, bytes: Uint8Array): void {
    const pending = this.pending.get(number);
    if (pending === undefined) {
      if (!this.cancelled.has(number)) this.breakOff('data that was not asked for');
      return;
    }
    if (offset !== pending.received || offset + bytes.length > pending.buffer.length) {
      this.breakOff('data out of order or too long');
      return;
    }
    pending.buffer.set(bytes, offset);
    pending.received += bytes.length;
    const now = this.options.clock.now();
    this.received.add(bytes.length, now);
    this.heardAt = now;
    this.options.onBytes(0, bytes.length);
    this.lastUsefulAt = now;
    if (pending.received < pending.buffer.length) return;
    this.settle(number);
    this.rate.delivered(pending.buffer.length, pending.since, now);
    pending.done(pending.buffer);
  }

  private onRefuse(number: number, reason: Refusal): void {
    const pending = this.settle(number);
    const asked = pending ?? this.cancelled.get(number);
    if (asked === undefined) {
      this.breakOff('a refusal of nothing');
      return;
    }
    this.cancelled.delete(number);
    // Taken back or not: it says that it has not got it.
    if (reason === 'not_held') this.deny(asked.versionId, asked.chunk);
    pending?.failed(reason);
  }

  private deny(versionId: string, chunk: number): void {
    this.have.get(versionId)?.remove(chunk);
    const chunks = this.denied.get(versionId) ?? new Map<number, number>();
    remember(this.denied, versionId, chunks.set(chunk, this.options.clock.now()));
  }

  private settle(number: number): Pending | null {
    const pending = this.pending.get(number);
    if (pending === undefined) return null;
    this.pending.delete(number);
    this.outstandingBytes -= pending.buffer.length;
    return pending;
  }

  private send(frame: Frame): void {
    // A link that fails closes itself, and `end` tells everyone who waits.
    this.options.link.send(encodeFrame(frame)).catch(() => {});
  }

  private breakOff(reason: string): void {
    this.options.onBroken(reason);
    this.close();
  }

  private end(): void {
    if (this.closed) return;
    this.closed = true;
    this.options.uploads.drop(this);
    for (const number of [...this.pending.keys()]) this.settle(number)?.failed('closed');
    this.have.clear();
    this.denied.clear();
    this.told.clear();
    this.admitted.clear();
  }
}

/** Sets an entry and moves it to the end; the oldest goes when there are too many. */
function remember<V>(map: Map<string, V>, key: string, value: V): void {
  map.delete(key);
  map.set(key, value);
  const [oldest] = map.keys();
  if (map.size > MAX_VERSIONS && oldest !== undefined) map.delete(oldest);
}
