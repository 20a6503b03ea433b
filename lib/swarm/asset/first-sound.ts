/** What comes ahead of the rest of its chunk, or of the manifest's hashes: played as soon as the server's signature on it is checked. */
import { type Geometry, sealedRange } from '@/lib/assets/geometry';
import {
  chunksOfPiece,
  importPieceKey,
  isSignedPiece,
  openPiece,
  type PieceOf,
  type SignedPiece,
} from '@/lib/assets/piece';
import type { Manifest } from '@/lib/contracts/manifest';
import type { Grant } from '@/lib/contracts/playback';
import type { SoundFirst } from '@/lib/contracts/sound-first';

type Bytes = Uint8Array<ArrayBuffer>;

/** Bytes of the plain file from `start` on. */
export interface PlainPiece {
  start: number;
  bytes: Bytes;
}

export interface FirstSound {
  /** Its hashes are still to come. */
  manifest: Manifest;
  manifestHead: Bytes;
  plain: PlainPiece;
  /** The chunks that the piece is of, each whole and not yet verified; null if it does not come. */
  chunks: { chunk: number; coming: Promise<Bytes | null> }[];
}

/**
 * @param rawKey content key @param publicKey raw Ed25519 public key of the server, base64url
 * @returns null when the server did not sign it for this grant's version
 */
export async function checkFirstSound(
  grant: Grant,
  sound: SoundFirst,
  rawKey: Uint8Array,
  publicKey: string,
): Promise<FirstSound | null> {
  const { manifest, manifestHead, piece, rest } = sound;
  const { versionId, size } = grant;
  if (manifest.version !== versionId || manifest.size !== size) return null;
  const plain = await checkPiece({ versionId, manifestHead }, manifest, piece, rawKey, publicKey);
  if (plain === null) return null;
  const { start: from, end } = chunksOfPiece(manifest, piece);
  if (end > manifest.chunks) return null;
  const first = sealedRange(manifest, from).start;
  const around = rest.then((bytes) => bytes && whole(bytes, piece, piece.start - first));
  const chunks = Array.from({ length: end - from }, (_, i) => {
    const range = sealedRange(manifest, from + i);
    const coming = around.then((bytes) => {
      return bytes === null || bytes.length < range.end - first
        ? null
        : bytes.slice(range.start - first, range.end - first);
    });
    return { chunk: from + i, coming };
  });
  return { manifest, manifestHead, plain, chunks };
}

/** Decrypts a piece. @returns null when the server did not sign it */
export async function checkPiece(
  of: PieceOf,
  geometry: Geometry,
  piece: SignedPiece,
  rawKey: Uint8Array,
  publicKey: string,
): Promise<PlainPiece | null> {
  const open = async () => openPiece(await importPieceKey(rawKey), geometry, piece);
  // At once: somebody waits to hear it. What was decrypted in vain goes nowhere.
  const [isRight, plain] = await Promise.all([isSignedPiece(of, piece, publicKey), open()]);
  return isRight ? plain : null;
}

/** The whole manifest, as it came; null when its hashes did not. */
export async function manifestOf({ manifestHead, manifestTail }: SoundFirst): Promise<Bytes | null> {
  const tail = await manifestTail;
  return tail === null ? null : joined(manifestHead, tail);
}

/** The piece put back to where it was taken out. */
function whole(rest: Bytes, { bytes }: SoundFirst['piece'], at: number): Bytes {
  return joined(rest.subarray(0, at), bytes, rest.subarray(at));
}

function joined(...parts: Uint8Array[]): Bytes {
  const all = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}
