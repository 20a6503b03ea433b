/** What is asked of one peer: requests for chunks, each put together from the frames that answer it. */
import { type Geometry, sealedRange } from '@/lib/assets/geometry';
import type { Frame, Priority, Refusal } from '@/lib/contracts/frames';
import { BoundedMap } from '@/lib/util/bounded-map';
import type { Clock } from '@/lib/util/clock';
import { RateEstimate } from '@/lib/util/meters';

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

/** `late`: of a request that was cancelled. The others are no answer to anything that was asked. */
export type DataOutcome = 'taken' | 'late' | 'unasked' | 'out_of_order';

/** Requests cancelled lately: their last frames may still be under way. */
const MAX_CANCELLED = 256;

export class ChunkRequests {
  readonly rate = new RateEstimate();
  /** Asked for and not received yet. */
  outstandingBytes = 0;
  private readonly pending = new Map<number, Pending>();
  private readonly cancelled = new BoundedMap<number, { versionId: string; chunk: number }>(MAX_CANCELLED);
  private nextRequest = 1;

  constructor(
    private readonly clock: Clock,
    private readonly send: (frame: Frame) => void,
  ) {}

  /** Exactly one of `done` and `failed` is called, unless it is cancelled first. @returns cancel */
  ask(request: ChunkRequest, geometry: Geometry): () => void {
    const { versionId, chunk, priority } = request;
    const { start, end } = sealedRange(geometry, chunk);
    const number = this.nextRequest++;
    const buffer = new Uint8Array(end - start);
    const pending: Pending = { ...request, buffer, received: 0, since: this.clock.now() };
    this.pending.set(number, pending);
    this.outstandingBytes += buffer.length;
    this.send({ type: 'request', request: number, version: versionId, chunk, priority });
    return () => {
      if (!this.settle(number)) return;
      this.rate.gaveUp(pending.received, pending.since, this.clock.now());
      this.cancelled.set(number, { versionId, chunk });
      this.send({ type: 'cancel', request: number });
    };
  }

  isPending(number: number): boolean {
    return this.pending.has(number);
  }

  /** Takes the next bytes of an answer. Once they are counted, {@link finish} gives the chunk to whoever asked. */
  take(number: number, offset: number, bytes: Uint8Array): DataOutcome {
    const pending = this.pending.get(number);
    if (pending === undefined) return this.cancelled.get(number) === undefined ? 'unasked' : 'late';
    if (offset !== pending.received || offset + bytes.length > pending.buffer.length) return 'out_of_order';
    pending.buffer.set(bytes, offset);
    pending.received += bytes.length;
    return 'taken';
  }

  /** Settles the request if all of the chunk is here. */
  finish(number: number): void {
    const pending = this.pending.get(number);
    if (pending === undefined || pending.received < pending.buffer.length) return;
    this.settle(number);
    this.rate.delivered(pending.buffer.length, pending.since, this.clock.now());
    pending.done(pending.buffer);
  }

  /** What a request, cancelled or not, asked for; null when there was none. */
  askedFor(number: number): { versionId: string; chunk: number } | null {
    return this.pending.get(number) ?? this.cancelled.get(number) ?? null;
  }

  /** The peer refuses a request. */
  refuse(number: number, reason: Refusal): void {
    this.cancelled.delete(number);
    this.settle(number)?.failed(reason);
  }

  /** The link is closed: every request fails. */
  close(): void {
    for (const number of [...this.pending.keys()]) this.settle(number)?.failed('closed');
  }

  private settle(number: number): Pending | null {
    const pending = this.pending.get(number);
    if (pending === undefined) return null;
    this.pending.delete(number);
    this.outstandingBytes -= pending.buffer.length;
    return pending;
  }
}
