import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { newId } from '@/lib/contracts/ids';
import { plainRange, sealedPiece, sealedRange, sealedSize } from './geometry';
import { chunksOfPiece, importPieceKey, isSignedPiece, openPiece, pieceStatement, type SignedPiece } from './piece';
import { importContentKey, sealChunk } from './seal';

/** Three chunks, the last one shorter. */
const geometry = { size: 2500, chunkSize: 1024 };
const plain = crypto.getRandomValues(new Uint8Array(geometry.size));
const raw = crypto.getRandomValues(new Uint8Array(32));
const of = { versionId: newId(), manifestHead: new Uint8Array([1, 2, 3]) };
const sealed = new Uint8Array(sealedSize(geometry));
let signing: CryptoKeyPair;
let publicKey: string;

beforeAll(async () => {
  const key = await importContentKey(raw, ['encrypt']);
  for (let chunk = 0; chunk < 3; chunk++) {
    const { start, end } = plainRange(geometry, chunk);
    const bytes = await sealChunk(key, of.versionId, chunk, plain.subarray(start, end));
    sealed.set(bytes, sealedRange(geometry, chunk).start);
  }
  signing = (await crypto.subtle.generateKey('Ed25519', true, ['sign', 'verify'])) as CryptoKeyPair;
  publicKey = (await crypto.subtle.exportKey('jwk', signing.publicKey)).x ?? '';
});

async function signed(start: number, end: number): Promise<SignedPiece> {
  const piece = { start, bytes: sealed.slice(start, end) };
  const signature = await crypto.subtle.sign('Ed25519', signing.privateKey, await pieceStatement(of, piece));
  return { ...piece, signature: new Uint8Array(signature) };
}

describe('a piece of a sealed asset', () => {
  it('is decrypted alone, wherever it begins and ends', async () => {
    const key = await importPieceKey(raw);
    const range = fc.tuple(fc.nat(geometry.size - 1), fc.nat(geometry.size)).filter(([start, end]) => start < end);
    await fc.assert(
      fc.asyncProperty(range, async ([start, end]) => {
        const place = sealedPiece(geometry, { start, end });
        const bytes = sealed.slice(place.start, place.end);
        expect(await openPiece(key, geometry, { start: place.start, bytes })).toEqual({
          start,
          bytes: plain.slice(start, end),
        });
        const chunks = chunksOfPiece(geometry, { start: place.start, bytes });
        expect(chunks).toEqual({ start: Math.floor(start / 1024), end: Math.floor((end - 1) / 1024) + 1 });
      }),
      { numRuns: 100 },
    );
  });

  it('counts when the server signed it, for its place, its version and its manifest', async () => {
    const piece = await signed(100, 300);
    expect(await isSignedPiece(of, piece, publicKey)).toBe(true);
    const changed = piece.bytes.map((byte, i) => (i === 7 ? byte ^ 1 : byte));
    const others: [typeof of, SignedPiece][] = [
      [of, { ...piece, bytes: changed }],
      [of, { ...piece, bytes: piece.bytes.slice(0, -1) }],
      [of, { ...piece, start: 101 }],
      [of, { ...piece, signature: new Uint8Array(64) }],
      [{ ...of, versionId: newId() }, piece],
      [{ ...of, manifestHead: new Uint8Array([1, 2, 4]) }, piece],
    ];
    for (const [where, what] of others) expect(await isSignedPiece(where, what, publicKey)).toBe(false);
  });
});
