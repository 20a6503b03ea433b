import { type ByteRange, chunksCoveringSealed, MAX_ASSET_BYTES, plainRange, sealedRange } from '@/lib/assets/geometry';
import { hashMatches } from '@/lib/assets/manifest';
import { EnxameError } from '@/lib/contracts/errors';
import type { Manifest } from '@/lib/contracts/manifest';
import { MediaError, type MediaStore, type OpenMedia } from '@/lib/media-store/media-store';
import { hashChunkNow, sealChunkNow } from './encryption';

/** A drive that did not answer in time is asked again after so long. */
const COME_AGAIN_S = 10;

/** Why a version ends: its file has other bytes now, or is gone. */
export type RetireReason = 'file_changed' | 'file_missing';

/** A sealed version, and the plain file that it is sealed from anew whenever it is read. */
export interface SealedFile {
  versionId: string;
  /** Of the plain file in the media store. */
  mediaKey: string;
  /** Content key, 32 bytes. */
  key: Uint8Array;
  manifest: Manifest;
}

/** The file is not what was sealed. */
export class FileNotAsSealed extends Error {
  override readonly name = 'FileNotAsSealed';
  readonly reason: RetireReason;
  constructor(reason: RetireReason, cause?: unknown) {
    super(`the file is not as it was sealed: ${reason}`, { cause });
    this.reason = reason;
  }
}

/**
 * Bytes [start, end) of a sealed asset, chunk by chunk: each is read, sealed and compared with the manifest before any byte of it is
 * given, so that an edited file never uses a nonce twice. One chunk is held at a time; whoever consumes slowly makes it read slowly.
 * @throws {FileNotAsSealed}
 */
export async function* readSealed(
  media: Pick<MediaStore, 'open'>,
  source: SealedFile,
  range: ByteRange,
): AsyncGenerator<Buffer, void, undefined> {
  const { manifest } = source;
  const chunks = chunksCoveringSealed(manifest, range.start, range.end);
  const file = await media.open(source.mediaKey, MAX_ASSET_BYTES).catch(rethrowMissing);
  try {
    for (let index = chunks.start; index < chunks.end; index++) {
      const plain = await readChunk(file, plainRange(manifest, index));
      const sealed = sealChunkNow(source.key, source.versionId, index, plain);
      if (!hashMatches(manifest, index, hashChunkNow(sealed))) throw new FileNotAsSealed('file_changed');
      const { start } = sealedRange(manifest, index);
      yield sealed.subarray(Math.max(0, range.start - start), range.end - start);
    }
  } finally {
    await file.close();
  }
}

async function readChunk(file: OpenMedia, { start, end }: ByteRange): Promise<Buffer> {
  const plain = Buffer.allocUnsafe(end - start);
  if ((await file.read(plain, start).catch(rethrowMissing)) < plain.length) throw new FileNotAsSealed('file_changed');
  return plain;
}

/**
 * Only a file that is not there counts as missing, or something else in its place: a disk that fails or is too slow, or too many open
 * files, pass and retire nothing.
 * @param error of the media store @throws {FileNotAsSealed}; {EnxameError} `timeout`; else the error itself
 */
export function rethrowMissing(error: unknown): never {
  if (!(error instanceof MediaError)) throw error;
  switch (error.code) {
    case 'missing':
    case 'not_a_file':
    case 'too_large':
      throw new FileNotAsSealed('file_missing', error);
    case 'too_slow':
      throw new EnxameError('timeout', error.message, { retryAfterS: COME_AGAIN_S, cause: error });
    default:
      throw error;
  }
}
