/**
 * What is sent so that sound begins soon. With a grant: the chunk that sound begins with, or a signed piece of it and then the rest
 * (lib/contracts/sound-first.ts). At a jump: a signed piece, and then the rest of the chunks.
 */
import { type KeyObject, sign } from 'node:crypto';
import { type ByteRange, sealedPiece, sealedRange } from '@/lib/assets/geometry';
import { chunksOfPiece, pieceStatement, type SignedPiece } from '@/lib/assets/piece';
import { headChunk, soundToBegin } from '@/lib/assets/seek/points';
import { EnxameError } from '@/lib/contracts/errors';
import { manifestHeadLength, SIGNATURE_BYTES } from '@/lib/contracts/manifest';
import { MAX_PIECE_BYTES } from '@/lib/contracts/sound-first';
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
  const { manifest, manifestBytes } = source;
  const sound = soundToBegin(manifest, atS);
  if (sound === null) return null;
  const { start, end } = sealedPiece(manifest, sound);
  const chunks = chunksOfPiece(manifest, { start, bytes: { length: end - start } });
  const first = sealedRange(manifest, chunks.start).start;
  const sealed = await readAll(media, source, { start: first, end: sealedRange(manifest, chunks.end - 1).end });
  const bytes = new Uint8Array(sealed.subarray(start - first, end - first));
  const piece = { start, bytes, signature: await signatureOf(source, { start, bytes }, signingKey) };
  const rest = Buffer.concat([
    manifestBytes.subarray(manifestHeadLength(manifestBytes)),
    sealed.subarray(0, start - first),
    sealed.subarray(end - first),
  ]);
  return { manifestHead: headOf(source), piece, rest };
}

/** Chunks [from, to), of which the bytes [start, end) of the sealed asset come first. */
export interface SoundFirstWanted {
  from: number;
  to: number;
  start: number;
  end: number;
}

/** Bytes of an answer. @throws {EnxameError} `invalid_request` for what there is not, and for more than a player asks for */
export function soundFirstSize({ manifest }: Source, { from, to, start, end }: SoundFirstWanted): number {
  const isInAsset = from < to && to <= manifest.chunks;
  const all = isInAsset ? sealedRange(manifest, to - 1).end - sealedRange(manifest, from).start : 0;
  const isInChunks = all > 0 && start >= sealedRange(manifest, from).start && end <= sealedRange(manifest, to - 1).end;
  if (!isInChunks || start >= end || end - start > MAX_PIECE_BYTES) {
    throw new EnxameError('invalid_request', 'There is no such piece of this asset.');
  }
  return all + SIGNATURE_BYTES;
}

/**
 * What a jump needs, ahead of the rest of its chunks: the piece, its signature, then the chunks without it.
 * @param range of the answer @throws {FileNotAsSealed}
 */
export async function* readSoundFirst(
  media: Media,
  source: Source,
  { from, to, start, end }: SoundFirstWanted,
  signingKey: KeyObject,
  range: ByteRange,
): AsyncGenerator<Buffer, void, undefined> {
  const chunks = { start: sealedRange(source.manifest, from).start, end: sealedRange(source.manifest, to - 1).end };
  async function* all() {
    const bytes = new Uint8Array(await readAll(media, source, { start, end }));
    yield Buffer.concat([bytes, await signatureOf(source, { start, bytes }, signingKey)]);
    if (chunks.start < start) yield* readSealed(media, source, { start: chunks.start, end: start });
    if (end < chunks.end) yield* readSealed(media, source, { start: end, end: chunks.end });
  }
  let at = 0;
  for await (const part of all()) {
    const wanted = part.subarray(Math.max(0, range.start - at), Math.max(0, range.end - at));
    at += part.length;
    if (wanted.length > 0) yield wanted;
    if (at >= range.end) return;
  }
}

function headOf({ manifestBytes }: Source): Uint8Array<ArrayBuffer> {
  return new Uint8Array(manifestBytes.subarray(0, manifestHeadLength(manifestBytes)));
}

async function signatureOf(
  source: Source,
  piece: Pick<SignedPiece, 'start' | 'bytes'>,
  signingKey: KeyObject,
): Promise<Uint8Array<ArrayBuffer>> {
  const { versionId } = source;
  return new Uint8Array(
    sign(null, await pieceStatement({ versionId, manifestHead: headOf(source) }, piece), signingKey),
  );
}

async function readAll(media: Media, source: Source, range: ByteRange): Promise<Buffer> {
  await checkFile(media, source);
  const parts: Buffer[] = [];
  for await (const part of readSealed(media, source, range)) parts.push(part);
  return Buffer.concat(parts);
}
