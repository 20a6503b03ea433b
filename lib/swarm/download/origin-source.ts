/** Sealed chunks from the origin: one request for a run of chunks, split as its bytes arrive; what sound needs may come first. */
import { type ByteRange, type Geometry, sealedRange } from '@/lib/assets/geometry';
import type { SignedPiece } from '@/lib/assets/piece';
import { errorFromResponse, unreachable } from '@/lib/client/http-errors';
import { EnxameError } from '@/lib/contracts/errors';
import { SIGNATURE_BYTES } from '@/lib/contracts/manifest';
import { orTimeout } from '@/lib/util/abort';
import type { Clock } from '@/lib/util/clock';

export interface SpanRequest {
  url: string;
  ticket: string;
  geometry: Geometry;
  /** Chunks [from, to). */
  from: number;
  to: number;
  /** Bytes of the sealed asset inside these chunks that shall come ahead of the rest, with the server's signature; null: none. */
  first: ByteRange | null;
  signal: AbortSignal;
  /** They came; not yet verified. */
  onPiece: (piece: SignedPiece) => void;
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
  const { geometry, from, to, first, signal } = request;
  const start = sealedRange(geometry, from).start;
  const end = sealedRange(geometry, to - 1).end;
  const stalled = new AbortController();
  const unresponsive = () => {
    stalled.abort();
    return new EnxameError('unavailable', 'The server stopped sending.');
  };
  const response = await orTimeout(
    fetch(first === null ? request.url : `${request.url}/sound-first?${queryOf(from, to, first)}`, {
      headers: {
        authorization: `Bearer ${request.ticket}`,
        ...(first === null ? { range: `bytes=${start}-${end - 1}` } : {}),
      },
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
  if (response.status !== (first === null ? 206 : 200) || response.body === null) {
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

function queryOf(from: number, to: number, { start, end }: ByteRange): string {
  return new URLSearchParams(Object.entries({ from, to, start, end }).map(([name, n]) => [name, String(n)])).toString();
}

/** Cuts a stream of bytes into chunks. A piece that comes first is put back to where it belongs. */
class Cutter {
  private chunk: number;
  private buffer: Uint8Array<ArrayBuffer>;
  private filled = 0;
  /** Of the sealed asset: what comes next, the piece left out. */
  private at: number;
  private readonly piece: Uint8Array<ArrayBuffer>;
  private pieceFilled = 0;

  constructor(private readonly request: SpanRequest) {
    const { geometry, from, first } = request;
    this.chunk = from;
    this.at = sealedRange(geometry, from).start;
    this.piece = new Uint8Array(first === null ? 0 : first.end - first.start + SIGNATURE_BYTES);
    this.buffer = this.fresh();
  }

  get done(): boolean {
    return this.chunk >= this.request.to;
  }

  take(bytes: Uint8Array): void {
    const ofPiece = bytes.subarray(0, this.piece.length - this.pieceFilled);
    if (ofPiece.length > 0) this.takePiece(ofPiece);
    let rest = bytes.subarray(ofPiece.length);
    const { first } = this.request;
    while (rest.length > 0 && !this.done) {
      const part = first !== null && this.at < first.start ? rest.subarray(0, first.start - this.at) : rest;
      this.fill(part);
      rest = rest.subarray(part.length);
      this.putPieceBack();
    }
  }

  private takePiece(bytes: Uint8Array): void {
    this.piece.set(bytes, this.pieceFilled);
    this.pieceFilled += bytes.length;
    const { first, onPiece } = this.request;
    if (first === null || this.pieceFilled < this.piece.length) return;
    const length = first.end - first.start;
    onPiece({ start: first.start, bytes: this.piece.slice(0, length), signature: this.piece.slice(length) });
    this.putPieceBack();
  }

  /** Where its turn has come. */
  private putPieceBack(): void {
    const { first } = this.request;
    if (first !== null && this.at === first.start) this.fill(this.piece.subarray(0, first.end - first.start));
  }

  private fill(bytes: Uint8Array): void {
    let rest = bytes;
    while (rest.length > 0 && !this.done) {
      const part = rest.subarray(0, this.buffer.length - this.filled);
      this.buffer.set(part, this.filled);
      this.filled += part.length;
      this.at += part.length;
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
