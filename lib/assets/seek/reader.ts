import { EnxameError } from '@/lib/contracts/errors';
import type { ImportFault } from '@/lib/contracts/reasons';

/** Random access to a file's bytes, half-open ranges. */
export interface RandomAccess {
  size: number;
  /** Bytes that a walk fetches at a time, where {@link WINDOW_BYTES} are more than it needs. */
  windowBytes?: number;
  /** Exactly `end - start` bytes; the caller stays within the file. */
  read(start: number, end: number): Promise<Uint8Array>;
}

/** Bytes fetched at a time by a walk over small headers: one read every few hundred of them. */
const WINDOW_BYTES = 262_144;
/** Kept before the asked position: looking a frame ahead and coming back then costs no second read. */
const BACK_BYTES = 8_192;

/**
 * Reads small pieces, mostly forward, from one window that moves over the file. A piece that would go past the end comes back
 * shorter, so that parsers meet the end of a truncated file as a short read and not as an error.
 */
export class WindowReader {
  readonly size: number;
  private readonly source: RandomAccess;
  private readonly windowBytes: number;
  private window: Uint8Array = new Uint8Array();
  private windowStart = 0;

  constructor(source: RandomAccess, windowBytes = source.windowBytes ?? WINDOW_BYTES) {
    this.source = source;
    this.windowBytes = windowBytes;
    this.size = source.size;
  }

  /** Up to `length` bytes at `position`; fewer only at the end of the file. Valid until the next call. */
  async at(position: number, length: number): Promise<Uint8Array> {
    const end = Math.min(position + length, this.size);
    if (position >= end) return new Uint8Array();
    if (position < this.windowStart || end > this.windowStart + this.window.length) {
      const windowStart = Math.max(0, position - BACK_BYTES);
      const windowEnd = Math.min(Math.max(end, position + this.windowBytes), this.size);
      this.window = await this.source.read(windowStart, windowEnd);
      this.windowStart = windowStart;
      if (this.window.length !== windowEnd - windowStart) throw broken('it became shorter while it was being read');
    }
    return this.window.subarray(position - this.windowStart, end - this.windowStart);
  }
}

export function dataView(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** Whether `bytes` has the ASCII `text` at `offset`. */
export function hasText(bytes: Uint8Array, offset: number, text: string): boolean {
  if (offset + text.length > bytes.length) return false;
  for (let i = 0; i < text.length; i++) if (bytes[offset + i] !== text.charCodeAt(i)) return false;
  return true;
}

/** A file that is refused for what is in it. */
export class FormatError extends EnxameError {
  readonly fault: ImportFault;
  constructor(message: string, fault: ImportFault) {
    super('format_unsupported', message);
    this.fault = fault;
  }
}

/** A file of a kind that Enxame does not play. */
export function unsupported(what: string, fault: ImportFault = 'unsupported'): FormatError {
  return new FormatError(`This file cannot be played: ${what}.`, fault);
}

/** A file of a known kind that does not keep to it. */
export function broken(what: string, fault: ImportFault = 'damaged'): FormatError {
  return new FormatError(`This file is damaged: ${what}.`, fault);
}
