/** What comes with a grant: the chunk that sound begins with, or a signed piece of it and then the rest (lib/contracts/sound-first.ts). */
import { type KeyObject, sign } from 'node:crypto';
import { type ByteRange, sealedPiece, sealedRange } from '@/lib/assets/geometry';
import { chunksOfPiece, pieceStatement, type SignedPiece } from '@/lib/assets/piece';
import { headChunk, soundToBegin } from '@/lib/assets/seek/points';
import { manifestHeadLength } from '@/lib/contracts/manifest';
import type { MediaStore } from '@/lib/media-store/media-store';
import { readSealed } from '@/lib/sealing/read-sealed';
import { checkFile, type Source } from './sources';

export interface FirstSound {
  manifestHead: Uint8Array<ArrayBuffer>;
  piece: SignedPiece;
  /** The rest of the manifest, then that of the chunks that the piece is of. */
  rest: Uint8Array;
}

type Media = Pick<MediaStore, 'open' | 'stat'>;

/** The sealed chunk that is needed first to play from `atS` seconds on. @throws {FileNotAsSealed} */
export async function readHeadChunk(media: Media, source: Source, atS: number): Promise<Uint8Array> {
  return await readAll(media, source, sealedRange(source.manifest, headChunk(source.manifest, atS)));
}

/**
 * What sound needs to begin `atS` seconds into the version, and behind it the rest.
 * @returns null for formats of which no piece can be played alone @throws {FileNotAsSealed}
 */
export async function readFirstSound(
  media: Media,
  source: Source,
  atS: number,
  signingKey: KeyObject,
): Promise<FirstSound | null> {
  const { manifest, manifestBytes, versionId } = source;
  const sound = soundToBegin(manifest, atS);
  if (sound === null) return null;
  const { start, end } = sealedPiece(manifest, sound);
  const chunks = chunksOfPiece(manifest, { start, bytes: { length: end - start } });
  const first = sealedRange(manifest, chunks.start).start;
  const sealed = await readAll(media, source, { start: first, end: sealedRange(manifest, chunks.end - 1).end });
  const bytes = new Uint8Array(sealed.subarray(start - first, end - first));
  const headLength = manifestHeadLength(manifestBytes);
  const manifestHead = new Uint8Array(manifestBytes.subarray(0, headLength));
  const statement = await pieceStatement({ versionId, manifestHead }, { start, bytes });
  const signature = new Uint8Array(sign(null, statement, signingKey));
  const rest = Buffer.concat([
    manifestBytes.subarray(headLength),
    sealed.subarray(0, start - first),
    sealed.subarray(end - first),
  ]);
  return { manifestHead, piece: { start, bytes, signature }, rest };
}

async function readAll(media: Media, source: Source, range: ByteRange): Promise<Buffer> {
  await checkFile(media, source);
  const parts: Buffer[] = [];
  for await (const part of readSealed(media, source, range)) parts.push(part);
  return Buffer.concat(parts);
}
