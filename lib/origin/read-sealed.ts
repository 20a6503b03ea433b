import { type FileHandle, open, stat } from 'node:fs/promises';
import { type ByteRange, chunksCoveringSealed, plainRange, sealedRange } from '@/lib/assets/geometry';
import { hashMatches } from '@/lib/assets/manifest';
import { hashChunkNow, sealChunkNow } from './chunks';
import type { RetireReason, Source } from './sources';

/** A file's size is looked at once in so long; its content is checked with every chunk. */
const STAT_EVERY_MS = 1_000;

/** The file is not what was sealed. */
export class FileNotAsSealed extends Error {
  override readonly name = 'FileNotAsSealed';
  readonly reason: RetireReason;
  constructor(reason: RetireReason, cause?: unknown) {
    super(`the file is not as it was sealed: ${reason}`, { cause });
    this.reason = reason;
  }
}

/** Files open before a version is served are looked at, at most once a second. @throws {FileNotAsSealed} */
export async function checkFile(source: Source): Promise<void> {
  const now = Date.now();
  if (now - source.checkedAt < STAT_EVERY_MS) return;
  const stats = await stat(source.path).catch(rethrowMissing);
  if (!stats.isFile()) throw new FileNotAsSealed('file_missing');
  if (stats.size !== source.manifest.size) throw new FileNotAsSealed('file_changed');
  source.checkedAt = now;
}

/**
 * Bytes [start, end) of a sealed asset, chunk by chunk: each is read, sealed and compared with the manifest before any byte of it is
 * given, so that an edited file never uses a nonce twice. One chunk is held at a time; whoever consumes slowly makes it read slowly.
 * @throws {FileNotAsSealed}
 */
export async function* readSealed(source: Source, range: ByteRange): AsyncGenerator<Buffer, void, undefined> {
  const { manifest } = source;
  const chunks = chunksCoveringSealed(manifest, range.start, range.end);
  const file = await open(source.path, 'r').catch(rethrowMissing);
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

async function readChunk(file: FileHandle, { start, end }: ByteRange): Promise<Buffer> {
  const plain = Buffer.allocUnsafe(end - start);
  for (let done = 0; done < plain.length; ) {
    const { bytesRead } = await file.read(plain, done, plain.length - done, start + done);
    if (bytesRead === 0) throw new FileNotAsSealed('file_changed');
    done += bytesRead;
  }
  return plain;
}

/** Only a file that is not there counts as missing: a disk that fails or too many open files pass, and retire nothing. */
export function rethrowMissing(error: NodeJS.ErrnoException): never {
  if (error.code === 'ENOENT' || error.code === 'ENOTDIR') throw new FileNotAsSealed('file_missing', error);
  throw error;
}
