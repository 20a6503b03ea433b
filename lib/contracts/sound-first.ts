/**
 * A grant that brings sound in the first round trip, for a press of play. A cold line carries about 14 KB in it (TCP's initial window of 10
 * segments, RFC 6928), so what sound needs goes first and everything else behind it:
 *
 *     length u32 BE | zlib: (length u32 BE | JSON of the grant and the piece's place, UTF-8 | head of the manifest)
 *     | signed piece of the sealed asset | its signature (64)
 *     | rest of the manifest: hashes and signature | rest of the chunks that the piece is of, in order, without the piece
 *
 * What the signature says: lib/assets/piece.ts. Clients ask for it with `soundFirst`; where there is no such piece they get a grant as
 * grant-head.ts has it.
 */
import * as z from 'zod/mini';
import { decodeManifestHead, type Manifest, manifestTailLength, SIGNATURE_BYTES } from './manifest';
import { type Grant, grant } from './playback';

export const SOUND_FIRST_TYPE = 'application/vnd.enxame.sound-first';

/** A piece lies in one chunk or two. */
export const MAX_PIECE_BYTES = 128 * 1024;
/** A grant has a few KB, the head of a manifest that fits a grant 32 KB. */
const MAX_HEAD_BYTES = 128 * 1024;
/** Hashes of 32 KB, and two chunks of at most 1 MiB. */
const MAX_REST_BYTES = 2 * 1024 * 1024 + 64 * 1024;

const placed = z.object({
  grant,
  /** Bytes [start, end) of the sealed asset. */
  piece: z.object({ start: z.int().check(z.gte(0)), end: z.int().check(z.gte(1)) }),
});

export interface SoundFirst {
  grant: Grant;
  /** All of the manifest before its hashes. */
  manifestHead: Uint8Array<ArrayBuffer>;
  /** What that says. Nothing vouches for it but the piece's signature, until the hashes are here and the manifest's. */
  manifest: Manifest;
  piece: { start: number; bytes: Uint8Array<ArrayBuffer>; signature: Uint8Array<ArrayBuffer> };
  /** The hashes and the manifest's signature; null when they do not come. */
  manifestTail: Promise<Uint8Array<ArrayBuffer> | null>;
  /** What is left of the chunks; null when it does not come. */
  rest: Promise<Uint8Array<ArrayBuffer> | null>;
}

/** @param deflate zlib's @returns all up to the piece's signature; the rest of the manifest and of the chunks follow */
export function encodeSoundFirst(
  { grant: granted, manifestHead, piece }: Pick<SoundFirst, 'grant' | 'manifestHead' | 'piece'>,
  deflate: (bytes: Uint8Array) => Uint8Array,
): Uint8Array<ArrayBuffer> {
  const place = { start: piece.start, end: piece.start + piece.bytes.length };
  const json = new TextEncoder().encode(JSON.stringify({ grant: granted, piece: place }));
  const small = deflate(joined([lengthOf(json), json, manifestHead]));
  return joined([lengthOf(small), small, piece.bytes, piece.signature]);
}

/** Resolves as soon as the piece is here. @throws {Error} when it is none, or breaks off before */
export async function readSoundFirst(body: ReadableStream<Uint8Array<ArrayBuffer>>): Promise<SoundFirst> {
  const take = taker(body);
  const needed = async (length: number, most: number) => {
    const bytes = length <= most ? await take(length) : null;
    if (bytes === null) throw new Error('the answer has a wrong length');
    return bytes;
  };
  const head = await inflate(await needed(u32(await needed(4, 4)), MAX_HEAD_BYTES));
  const jsonEnd = 4 + u32(head);
  const said = placed.parse(JSON.parse(new TextDecoder().decode(head.subarray(4, jsonEnd))));
  const manifestHead = head.slice(jsonEnd);
  const manifest = decodeManifestHead(manifestHead);
  const { start, end } = said.piece;
  if (start >= end) throw new Error('the piece is empty');
  const bytes = await needed(end - start, MAX_PIECE_BYTES);
  const signature = await needed(SIGNATURE_BYTES, SIGNATURE_BYTES);
  const manifestTail = take(manifestTailLength(manifest)).catch(() => null);
  const rest = manifestTail.then(() => take(Number.POSITIVE_INFINITY)).catch(() => null);
  return { grant: said.grant, manifestHead, manifest, piece: { start, bytes, signature }, manifestTail, rest };
}

/**
 * Takes a body apart, one part after the other.
 * @returns the next so many bytes, all that is left for Infinity; null when there are fewer. @throws {Error} over MAX_REST_BYTES
 */
function taker(
  body: ReadableStream<Uint8Array<ArrayBuffer>>,
): (length: number) => Promise<Uint8Array<ArrayBuffer> | null> {
  const reader = body.getReader();
  let pieces: Uint8Array[] = [];
  let here = 0;
  let ended = false;
  return async (length) => {
    while (here < length && !ended) {
      const { value, done } = await reader.read();
      ended = done;
      if (value === undefined) continue;
      pieces.push(value);
      here += value.length;
      if (here <= MAX_REST_BYTES) continue;
      await reader.cancel();
      throw new Error('the answer is too long');
    }
    const enough = length === Number.POSITIVE_INFINITY ? here : length;
    if (here < enough) return null;
    const all = joined(pieces);
    pieces = [all.subarray(enough)];
    here -= enough;
    return all.slice(0, enough);
  };
}

async function inflate(small: Uint8Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer>> {
  const stream = new Blob([small]).stream().pipeThrough(new DecompressionStream('deflate'));
  const bytes = await taker(stream)(Number.POSITIVE_INFINITY);
  if (bytes === null || bytes.length < 4) throw new Error('the answer is too short');
  return bytes;
}

function joined(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const all = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

function lengthOf(bytes: Uint8Array): Uint8Array {
  const length = new Uint8Array(4);
  new DataView(length.buffer).setUint32(0, bytes.length);
  return length;
}

function u32(bytes: Uint8Array): number {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength).getUint32(0);
}
