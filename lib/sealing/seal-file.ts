import { createPrivateKey, type KeyObject } from 'node:crypto';
import { type ByteRange, chunkCount, type Geometry, MAX_ASSET_BYTES, plainRange } from '@/lib/assets/geometry';
import { signManifest } from '@/lib/assets/manifest';
import { buildSeekIndex } from '@/lib/assets/seek/build';
import { EnxameError, type ErrorCode } from '@/lib/contracts/errors';
import { HASH_BYTES } from '@/lib/contracts/manifest';
import {
  MediaError,
  type MediaFault,
  type MediaState,
  type MediaStore,
  type OpenMedia,
} from '@/lib/media-store/media-store';
import { hashChunkNow, sealChunkNow } from './encryption';

export interface SealJob {
  /** Of the plain file in the media store. */
  mediaKey: string;
  versionId: string;
  /** Content key, 32 bytes. */
  key: Uint8Array;
  /** Ed25519 private key, PKCS #8. */
  signingKeyPem: string;
}

export interface Sealed {
  /** Whole and signed. */
  manifest: Uint8Array;
  /** Bytes of the plain file. */
  size: number;
  mtimeMs: number;
  durationS: number;
}

/** Read at once: reads of one chunk each would take as long as sealing them. */
const BLOCK_CHUNKS = 16;

/**
 * Reads a whole file once: hashes each of its sealed chunks (which are not kept), builds its seek index, signs the manifest.
 * Computes synchronously, for it runs in a worker thread of its own.
 * @throws {EnxameError} `file_missing`; `too_large`; `format_unsupported` with a sentence; `conflict` when the file changed meanwhile;
 *   `timeout` when the disk does not answer
 */
export async function sealFile(
  media: Pick<MediaStore, 'open' | 'stat'>,
  { mediaKey, versionId, key, signingKeyPem }: SealJob,
): Promise<Sealed> {
  const file = await media.open(mediaKey, MAX_ASSET_BYTES).catch(refuse);
  try {
    const before = file.state;
    const header = await buildSeekIndex({
      size: before.size,
      read: (start, end) => readExactly(file, Buffer.allocUnsafe(end - start), start),
    });
    const chunks = chunkCount(header);
    const hashes = new Uint8Array(chunks * HASH_BYTES);
    const buffer = Buffer.allocUnsafe(header.chunkSize * BLOCK_CHUNKS);
    for (let first = 0; first < chunks; first += BLOCK_CHUNKS) {
      const block = plainBlock(header, first, Math.min(first + BLOCK_CHUNKS, chunks));
      await readExactly(file, buffer.subarray(0, block.end - block.start), block.start);
      for (let index = first; index < Math.min(first + BLOCK_CHUNKS, chunks); index++) {
        const { start, end } = plainRange(header, index);
        const plain = buffer.subarray(start - block.start, end - block.start);
        hashes.set(hashChunkNow(sealChunkNow(key, versionId, index, plain)), index * HASH_BYTES);
      }
    }
    if (!isSame(before, await file.stat()) || !isSame(before, await stateNow(media, mediaKey))) throw changed();
    const manifest = await signManifest({ version: versionId, ...header, chunks, hashes }, privateKey(signingKeyPem));
    return { manifest, size: before.size, mtimeMs: before.mtimeMs, durationS: header.durationS };
  } catch (error) {
    return refuse(error);
  } finally {
    await file.close();
  }
}

/** Where the chunks [first, end) lie in the plain file. */
function plainBlock(header: Geometry, first: number, end: number): ByteRange {
  return { start: plainRange(header, first).start, end: plainRange(header, end - 1).end };
}

async function readExactly(file: OpenMedia, into: Buffer, position: number): Promise<Buffer> {
  if ((await file.read(into, position)) < into.length) throw changed();
  return into;
}

/** What is in the file's place now; a folder, say, is a change too. */
async function stateNow(media: Pick<MediaStore, 'stat'>, mediaKey: string): Promise<MediaState> {
  return await media.stat(mediaKey).catch((error: unknown) => {
    throw error instanceof MediaError && error.code === 'not_a_file' ? changed() : error;
  });
}

/** The identity too: a file that was moved over this one is another, though the open one is still read. */
function isSame(a: MediaState, b: MediaState): boolean {
  return a.size === b.size && a.mtimeMs === b.mtimeMs && a.identity === b.identity;
}

function changed(): EnxameError {
  return new EnxameError('conflict', 'The file changed while it was being read.');
}

const CODES: Partial<Record<MediaFault, ErrorCode>> = {
  not_a_file: 'file_missing',
  too_large: 'too_large',
  too_slow: 'timeout',
};

/** What the media store answers, as a reason that crosses threads. */
function refuse(cause: unknown): never {
  if (!(cause instanceof MediaError)) throw cause;
  const code = CODES[cause.code];
  if (code !== undefined) throw new EnxameError(code, cause.message, { cause });
  throw new EnxameError('file_missing', 'The file is missing or cannot be read.', { cause });
}

/** One server has one key: parsing it once a thread is enough. */
let parsedKey: { pem: string; key: KeyObject } | undefined;

function privateKey(pem: string): KeyObject {
  if (parsedKey?.pem !== pem) parsedKey = { pem, key: createPrivateKey(pem) };
  return parsedKey.key;
}
