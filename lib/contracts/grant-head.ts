/**
 * A grant with the chunk that sound begins with, in one answer, so that a press of play costs one round trip:
 *
 *     length u32 BE | grant JSON UTF-8 | sealed chunk
 *
 * Which chunk that is both sides know from the manifest (`headChunk`). Without one (its bytes are served elsewhere, or cannot be read now)
 * the answer ends behind the grant; the peer then fetches it as any other, and hears why it cannot be had.
 */
import { type Grant, grant } from './playback';
import type { SoundFirst } from './sound-first';

export const GRANT_HEAD_TYPE = 'application/vnd.enxame.grant';

/** A grant has up to 44 KB of manifest and some hundred bytes more; a sealed chunk at most 1 MiB. */
const MAX_GRANT_BYTES = 256 * 1024;
const MAX_BYTES = MAX_GRANT_BYTES + 1024 * 1024 + 1024;

export interface GrantHead {
  grant: Grant;
  /** Comes behind the grant; null when it does not. Never rejects. */
  head: Promise<Uint8Array<ArrayBuffer> | null>;
  /** In its place: what sound needs, ahead of all else. */
  sound: SoundFirst | null;
}

/** What is sent first: the grant is checked while the chunk is on its way. */
export function encodeGrant(granted: Grant): Uint8Array<ArrayBuffer> {
  const json = new TextEncoder().encode(JSON.stringify(granted));
  const bytes = new Uint8Array(4 + json.length);
  new DataView(bytes.buffer).setUint32(0, json.length);
  bytes.set(json, 4);
  return bytes;
}

/** Resolves as soon as the grant is here. @throws {Error} when it is none, or breaks off */
export async function readGrantHead(body: ReadableStream<Uint8Array<ArrayBuffer>>): Promise<GrantHead> {
  const reader = body.getReader();
  let bytes = new Uint8Array(0);
  /** @returns false when there are fewer, because the answer ended */
  const until = async (length: number): Promise<boolean> => {
    while (bytes.length < length) {
      const { value, done } = await reader.read();
      if (done) return false;
      const longer = new Uint8Array(bytes.length + value.length);
      if (longer.length > MAX_BYTES) throw new Error('the answer is too long');
      longer.set(bytes);
      longer.set(value, bytes.length);
      bytes = longer;
    }
    return true;
  };
  if (!(await until(4))) throw new Error('the answer is too short');
  const end = 4 + new DataView(bytes.buffer).getUint32(0);
  if (end > MAX_GRANT_BYTES || !(await until(end))) throw new Error('the grant has a wrong length');
  const granted = grant.parse(JSON.parse(new TextDecoder().decode(bytes.subarray(4, end))));
  const rest = async () => {
    await until(Number.POSITIVE_INFINITY);
    return bytes.length > end ? bytes.slice(end) : null;
  };
  return { grant: granted, head: rest().catch(() => null), sound: null };
}
