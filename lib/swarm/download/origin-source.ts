/** Sealed chunks from the origin: one Range request for a run of chunks, split as its bytes arrive. */
import { type Geometry, sealedRange } from '@/lib/assets/geometry';
import { errorFromResponse, unreachable } from '@/lib/client/http-errors';
import { EnxameError } from '@/lib/contracts/errors';
import { orTimeout } from '@/lib/util/abort';
import type { Clock } from '@/lib/util/clock';

export interface SpanRequest {
  url: string;
  ticket: string;
  geometry: Geometry;
  /** Chunks [from, to). */
  from: number;
  to: number;
  signal: AbortSignal;
  /** Each whole sealed chunk in order, not yet verified; the bytes are the receiver's own. */
  onChunk: (chunk: number, sealed: Uint8Array<ArrayBuffer>) => void;
}

/** No byte for this long: the connection is dead, whatever the browser thinks. */
const NO_BYTES_TIMEOUT_MS = 10_000;

/**
 * Fetches a span. Past the browser's cache: it would serialise requests of one URL, keep every byte twice, and hide where bytes come from.
 * @throws {EnxameError} the origin's refusal; `unavailable` when it is out of reach, breaks off or sends nothing; AbortError
 */
export async function fetchSpan(request: SpanRequest, fetch: typeof globalThis.fetch, clock: Clock): Promise<void> {
  const { geometry, from, to, signal } = request;
  const start = sealedRange(geometry, from).start;
  const end = sealedRange(geometry, to - 1).end;
  const stalled = new AbortController();
  const unresponsive = () => {
    stalled.abort();
    return new EnxameError('unavailable', 'The server stopped sending.');
  };
  const response = await orTimeout(
    fetch(request.url, {
      headers: { authorization: `Bearer ${request.ticket}`, range: `bytes=${start}-${end - 1}` },
      cache: 'no-store',
      credentials: 'omit',
      signal: AbortSignal.any([signal, stalled.signal]),
    }).catch((error) => {
      throw unreachable(error);
    }),
    NO_BYTES_TIMEOUT_MS,
    clock,
    unresponsive,
  );
  if (!response.ok) throw await errorFromResponse(response, 'origin');
  if (response.status !== 206 || response.body === null) {
    await response.body?.cancel();
    throw new EnxameError('unavailable', 'The server does not support range requests.');
  }
  const reader = response.body.getReader();
  try {
    const cutter = new Cutter(request);
    while (!cutter.done) {
      const { value, done } = await orTimeout(reader.read(), NO_BYTES_TIMEOUT_MS, clock, unresponsive).catch(
        (error) => {
          throw unreachable(error);
        },
      );
      if (done) throw new EnxameError('unavailable', 'The server closed the connection too early.');
      cutter.take(value);
    }
  } finally {
    reader.cancel().catch(() => {});
  }
}

/** Cuts a stream of bytes into chunks. */
class Cutter {
  private chunk: number;
  private buffer: Uint8Array<ArrayBuffer>;
  private filled = 0;

  constructor(private readonly request: SpanRequest) {
    this.chunk = request.from;
    this.buffer = this.fresh();
  }

  get done(): boolean {
    return this.chunk >= this.request.to;
  }

  take(bytes: Uint8Array): void {
    let rest = bytes;
    while (rest.length > 0 && !this.done) {
      const part = rest.subarray(0, this.buffer.length - this.filled);
      this.buffer.set(part, this.filled);
      this.filled += part.length;
      rest = rest.subarray(part.length);
      if (this.filled < this.buffer.length) continue;
      this.request.onChunk(this.chunk, this.buffer);
      this.chunk++;
      this.filled = 0;
      if (!this.done) this.buffer = this.fresh();
    }
  }

  private fresh(): Uint8Array<ArrayBuffer> {
    const { start, end } = sealedRange(this.request.geometry, this.chunk);
    return new Uint8Array(end - start);
  }
}
