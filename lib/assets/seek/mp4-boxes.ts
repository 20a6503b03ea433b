/** Boxes of MP4 (ISO 14496-12, 4.2). */
import { dataView } from './reader';

const BOX_HEADER_BYTES = 8;
export const LARGE_BOX_HEADER_BYTES = 16;

export interface Box {
  type: string;
  start: number;
  bodyStart: number;
  end: number;
}

/** @param at where in `bytes` the box begins; @param position the same place in the file; @param limit its container's end there */
export function parseBox(bytes: Uint8Array, at: number, position: number, limit: number): Box | null {
  if (at + BOX_HEADER_BYTES > bytes.length) return null;
  const view = dataView(bytes);
  const type = String.fromCharCode(...bytes.subarray(at + 4, at + 8));
  const short = view.getUint32(at);
  if (short === 0) return { type, start: position, bodyStart: position + BOX_HEADER_BYTES, end: limit };
  if (short !== 1) {
    if (short < BOX_HEADER_BYTES) return null;
    return { type, start: position, bodyStart: position + BOX_HEADER_BYTES, end: position + short };
  }
  if (at + LARGE_BOX_HEADER_BYTES > bytes.length) return null;
  const long = Number(view.getBigUint64(at + 8));
  if (long < LARGE_BOX_HEADER_BYTES || !Number.isSafeInteger(position + long)) return null;
  return { type, start: position, bodyStart: position + LARGE_BOX_HEADER_BYTES, end: position + long };
}

/** Bodies of the boxes of one type directly inside `parent`. */
export function children(parent: Uint8Array, type: string): Uint8Array[] {
  const found: Uint8Array[] = [];
  for (let at = 0; at < parent.length; ) {
    const box = parseBox(parent, at, at, parent.length);
    if (box === null || box.end > parent.length) break;
    if (box.type === type) found.push(parent.subarray(box.bodyStart, box.end));
    at = box.end;
  }
  return found;
}

export function child(parent: Uint8Array | undefined, ...path: string[]): Uint8Array | undefined {
  return path.reduce<Uint8Array | undefined>(
    (box, type) => (box === undefined ? undefined : children(box, type)[0]),
    parent,
  );
}
