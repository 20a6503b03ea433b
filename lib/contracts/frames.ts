/**
 * Frames on a link, one message of the data channel each, big-endian:
 *
 *     TICKET   1 | version 16 | ticket UTF-8                        shown before the first REQUEST for a version
 *     REQUEST  2 | request u32 | version 16 | chunk u32 | priority u8
 *     DATA     3 | request u32 | offset u32 | bytes                 1 to 16,384 bytes of the sealed chunk, in order
 *     REFUSE   4 | request u32 | reason u8
 *     CANCEL   5 | request u32
 *     HAVE     6 | version 16 | n × (start u32, end u32)            half-open, ascending; replaces what was said before
 *
 * There is no receive backpressure on a data channel; the credit is the REQUEST: a peer sends DATA only against one, and
 * whoever asks bounds what is outstanding.
 */

import { MAX_RANGE_PAIRS, type Ranges, ranges } from './fields';
import { decodeId, encodeId } from './ids';

export const FRAME_PAYLOAD_BYTES = 16_384;
export const MAX_FRAME_BYTES = FRAME_PAYLOAD_BYTES + 9;
export const MAX_TICKET_BYTES = 2048;

/** Why a REQUEST is not served. Order is the wire's. */
export const refusals = ['not_held', 'busy', 'paused', 'off', 'bad_ticket'] as const;
export type Refusal = (typeof refusals)[number];

/**
 * How soon a REQUEST is needed: `urgent` within seconds, `stream` before long, `prefetch` some time, `pin` whenever. The first is served
 * first. Order is the wire's.
 */
export const priorities = ['urgent', 'stream', 'prefetch', 'pin'] as const;
export type Priority = (typeof priorities)[number];

export type Frame =
  | { type: 'ticket'; version: string; ticket: string }
  | { type: 'request'; request: number; version: string; chunk: number; priority: Priority }
  | { type: 'data'; request: number; offset: number; bytes: Uint8Array }
  | { type: 'refuse'; request: number; reason: Refusal }
  | { type: 'cancel'; request: number }
  | { type: 'have'; version: string; have: Ranges };

const TYPE = { ticket: 1, request: 2, data: 3, refuse: 4, cancel: 5, have: 6 } as const;

export function encodeFrame(frame: Frame): Uint8Array<ArrayBuffer> {
  switch (frame.type) {
    case 'ticket': {
      const text = new TextEncoder().encode(frame.ticket);
      const out = allocate(TYPE.ticket, 16 + text.length);
      out.bytes.set(decodeId(frame.version), 1);
      out.bytes.set(text, 17);
      return out.bytes;
    }
    case 'request': {
      const out = allocate(TYPE.request, 25);
      out.view.setUint32(1, frame.request);
      out.bytes.set(decodeId(frame.version), 5);
      out.view.setUint32(21, frame.chunk);
      out.view.setUint8(25, priorities.indexOf(frame.priority));
      return out.bytes;
    }
    case 'data': {
      const out = allocate(TYPE.data, 8 + frame.bytes.length);
      out.view.setUint32(1, frame.request);
      out.view.setUint32(5, frame.offset);
      out.bytes.set(frame.bytes, 9);
      return out.bytes;
    }
    case 'refuse': {
      const out = allocate(TYPE.refuse, 5);
      out.view.setUint32(1, frame.request);
      out.view.setUint8(5, refusals.indexOf(frame.reason));
      return out.bytes;
    }
    case 'cancel': {
      const out = allocate(TYPE.cancel, 4);
      out.view.setUint32(1, frame.request);
      return out.bytes;
    }
    case 'have': {
      const out = allocate(TYPE.have, 16 + frame.have.length * 4);
      out.bytes.set(decodeId(frame.version), 1);
      frame.have.forEach((n, i) => {
        out.view.setUint32(17 + i * 4, n);
      });
      return out.bytes;
    }
  }
}

/** Null for anything that is not a well-formed frame: the sender broke the protocol and is to be dropped. */
export function decodeFrame(bytes: Uint8Array): Frame | null {
  if (bytes.length < 5 || bytes.length > MAX_FRAME_BYTES) return null;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  switch (view.getUint8(0)) {
    case TYPE.ticket:
      if (bytes.length < 18 || bytes.length > 17 + MAX_TICKET_BYTES) return null;
      return {
        type: 'ticket',
        version: encodeId(bytes.subarray(1, 17)),
        ticket: new TextDecoder().decode(bytes.subarray(17)),
      };
    case TYPE.request: {
      const priority = bytes.length === 26 ? priorities[view.getUint8(25)] : undefined;
      if (priority === undefined) return null;
      return {
        type: 'request',
        request: view.getUint32(1),
        version: encodeId(bytes.subarray(5, 21)),
        chunk: view.getUint32(21),
        priority,
      };
    }
    case TYPE.data:
      if (bytes.length < 10) return null;
      return { type: 'data', request: view.getUint32(1), offset: view.getUint32(5), bytes: bytes.subarray(9) };
    case TYPE.refuse: {
      const reason = bytes.length === 6 ? refusals[view.getUint8(5)] : undefined;
      return reason === undefined ? null : { type: 'refuse', request: view.getUint32(1), reason };
    }
    case TYPE.cancel:
      return bytes.length === 5 ? { type: 'cancel', request: view.getUint32(1) } : null;
    case TYPE.have: {
      const words = (bytes.length - 17) / 4;
      if (!Number.isInteger(words) || words < 0 || words > MAX_RANGE_PAIRS * 2) return null;
      const have = Array.from({ length: words }, (_, i) => view.getUint32(17 + i * 4));
      const parsed = ranges.safeParse(have);
      return parsed.success ? { type: 'have', version: encodeId(bytes.subarray(1, 17)), have: parsed.data } : null;
    }
    default:
      return null;
  }
}

function allocate(type: number, bodyBytes: number) {
  const bytes = new Uint8Array(1 + bodyBytes);
  bytes[0] = type;
  return { bytes, view: new DataView(bytes.buffer) };
}
