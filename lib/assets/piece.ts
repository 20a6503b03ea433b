/**
 * A signed piece: any run of a sealed asset's bytes that the server vouches for, so that the first sound can be played before the rest of its
 * chunk is here. A chunk is kept and served to others only when all of it is here and hashed as ever.
 *
 * The signature (Ed25519, the key that signs manifests) is over
 *
 *     'enxame:piece' | version 16 | SHA-256 of the manifest's head | start u64 BE | end u64 BE | SHA-256 of the bytes
 *
 * so it also says which manifest's header the piece is to be read by. Manifests and tickets, which the same key signs, begin otherwise.
 */
import { decodeId } from '@/lib/contracts/ids';
import { type ByteRange, type Geometry, TAG_BYTES } from './geometry';
import { importVerifyKey } from './manifest';
import { chunkNonce, hashChunk, unshared } from './seal';

export interface SignedPiece {
  /** Where it lies in the sealed asset, bytes. */
  start: number;
  bytes: Uint8Array<ArrayBuffer>;
  signature: Uint8Array<ArrayBuffer>;
}

/** What a piece is of: a version, and the head of its manifest (all before the hashes). */
export interface PieceOf {
  versionId: string;
  manifestHead: Uint8Array;
}

const CONTEXT = new TextEncoder().encode('enxame:piece');
/** AES-GCM encrypts its first block under counter 2; counter 1 is the tag's (NIST SP 800-38D, section 7.1). */
const FIRST_COUNTER = 2;
const BLOCK_BYTES = 16;

/** What the server signs. */
export async function pieceStatement(
  { versionId, manifestHead }: PieceOf,
  { start, bytes }: Pick<SignedPiece, 'start' | 'bytes'>,
): Promise<Uint8Array<ArrayBuffer>> {
  const [head, hash] = await Promise.all([hashChunk(manifestHead), hashChunk(bytes)]);
  const places = new DataView(new ArrayBuffer(16));
  places.setBigUint64(0, BigInt(start));
  places.setBigUint64(8, BigInt(start + bytes.length));
  const parts = [CONTEXT, decodeId(versionId), head, new Uint8Array(places.buffer), hash];
  return new Uint8Array(await new Blob(parts).arrayBuffer());
}

/** @param publicKey raw Ed25519 public key of the server, base64url */
export async function isSignedPiece(of: PieceOf, piece: SignedPiece, publicKey: string): Promise<boolean> {
  const [key, statement] = await Promise.all([importVerifyKey(publicKey), pieceStatement(of, piece)]);
  return await crypto.subtle.verify('Ed25519', key, piece.signature, statement);
}

/** The content key for pieces. Like that for chunks it cannot be taken out of the page. */
export function importPieceKey(raw: Uint8Array): Promise<CryptoKey> {
  return crypto.subtle.importKey('raw', unshared(raw), 'AES-CTR', false, ['decrypt']);
}

/**
 * Decrypts a piece that {@link isSignedPiece}: AES-GCM without its tag is AES-CTR, so any part of a chunk can be decrypted alone. Only the
 * signature tells that the bytes are right.
 * @returns where the bytes lie in the plain file, and they
 */
export async function openPiece(
  key: CryptoKey,
  of: Geometry,
  { start, bytes }: Pick<SignedPiece, 'start' | 'bytes'>,
): Promise<{ start: number; bytes: Uint8Array<ArrayBuffer> }> {
  const sealedChunk = of.chunkSize + TAG_BYTES;
  const parts: Promise<{ at: number; plain: Uint8Array<ArrayBuffer> }>[] = [];
  for (let chunk = Math.floor(start / sealedChunk); chunk * sealedChunk < start + bytes.length; chunk++) {
    const chunkStart = chunk * sealedChunk;
    const from = Math.max(start, chunkStart);
    const plainBytes = Math.min(of.chunkSize, of.size - chunk * of.chunkSize);
    const to = Math.min(start + bytes.length, chunkStart + plainBytes);
    if (from >= to) continue;
    const offset = from - chunkStart;
    parts.push(
      decryptPart(key, chunk, offset, bytes.subarray(from - start, to - start)).then((plain) => ({
        at: chunk * of.chunkSize + offset,
        plain,
      })),
    );
  }
  const plain = await Promise.all(parts);
  const first = plain[0]?.at ?? 0;
  const all = new Uint8Array(plain.reduce((sum, part) => sum + part.plain.length, 0));
  for (const part of plain) all.set(part.plain, part.at - first);
  return { start: first, bytes: all };
}

/** @param offset of the part in its chunk, bytes */
async function decryptPart(
  key: CryptoKey,
  chunk: number,
  offset: number,
  part: Uint8Array,
): Promise<Uint8Array<ArrayBuffer>> {
  const before = offset % BLOCK_BYTES;
  const blocks = new Uint8Array(before + part.length);
  blocks.set(part, before);
  const counter = new Uint8Array(BLOCK_BYTES);
  const nonce = chunkNonce(chunk);
  counter.set(nonce);
  new DataView(counter.buffer).setUint32(nonce.length, FIRST_COUNTER + (offset - before) / BLOCK_BYTES);
  const opened = await crypto.subtle.decrypt({ name: 'AES-CTR', counter, length: 32 }, key, blocks);
  return new Uint8Array(opened).subarray(before);
}

/** The chunks that a piece is of, half-open. */
export function chunksOfPiece(
  of: Pick<Geometry, 'chunkSize'>,
  { start, bytes }: { start: number; bytes: { length: number } },
): ByteRange {
  const sealedChunk = of.chunkSize + TAG_BYTES;
  return { start: Math.floor(start / sealedChunk), end: Math.ceil((start + bytes.length) / sealedChunk) };
}
