import { createPrivateKey, type KeyObject } from 'node:crypto';
import { closeSync, fstatSync, openSync, readSync, type Stats, statSync } from 'node:fs';
import { chunkCount, plainRange } from '@/lib/assets/geometry';
import { signManifest } from '@/lib/assets/manifest';
import { buildSeekIndex } from '@/lib/assets/seek/build';
import { EnxameError } from '@/lib/contracts/errors';
import { HASH_BYTES } from '@/lib/contracts/manifest';
import { MAX_CHUNKS } from '@/lib/contracts/ranges';
import { hashChunkNow, sealChunkNow } from './chunks';

export interface SealJob {
  path: string;
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

/**
 * Reads a whole file once: hashes each of its sealed chunks (which are not kept), builds its seek index, signs the manifest.
 * Reads synchronously, for it runs in a worker thread of its own.
 * @throws {EnxameError} `file_missing`; `format_unsupported` with a sentence; `conflict` when the file changed meanwhile
 */
export async function sealFile({ path, versionId, key, signingKeyPem }: SealJob): Promise<Sealed> {
  const file = open(path);
  try {
    const before = fstatSync(file);
    if (!before.isFile()) throw new EnxameError('file_missing', 'This is not a file.');
    const header = await buildSeekIndex({
      size: before.size,
      read: async (start, end) => readExactly(file, Buffer.allocUnsafe(end - start), start),
    });
    const chunks = chunkCount(header);
    if (chunks > MAX_CHUNKS) throw new EnxameError('too_large', 'This file is too large.');

    const hashes = new Uint8Array(chunks * HASH_BYTES);
    const buffer = Buffer.allocUnsafe(header.chunkSize);
    for (let index = 0; index < chunks; index++) {
      const { start, end } = plainRange(header, index);
      const plain = readExactly(file, buffer.subarray(0, end - start), start);
      hashes.set(hashChunkNow(sealChunkNow(key, versionId, index, plain)), index * HASH_BYTES);
    }
    if (!isSame(before, fstatSync(file)) || !isSame(before, stat(path))) throw changed();
    const manifest = await signManifest({ version: versionId, ...header, chunks, hashes }, privateKey(signingKeyPem));
    return { manifest, size: before.size, mtimeMs: before.mtimeMs, durationS: header.durationS };
  } finally {
    closeSync(file);
  }
}

function readExactly(file: number, into: Buffer, position: number): Buffer {
  for (let done = 0; done < into.length; ) {
    const read = readSync(file, into, done, into.length - done, position + done);
    if (read === 0) throw changed();
    done += read;
  }
  return into;
}

/** The inode too: a file that was moved over this one is another, though the open handle still reads the old. */
function isSame(a: Stats, b: Stats): boolean {
  return a.size === b.size && a.mtimeMs === b.mtimeMs && a.ino === b.ino && a.dev === b.dev;
}

function changed(): EnxameError {
  return new EnxameError('conflict', 'The file changed while it was read.');
}

function open(path: string): number {
  try {
    return openSync(path, 'r');
  } catch (cause) {
    throw missing(cause);
  }
}

function stat(path: string): Stats {
  try {
    return statSync(path);
  } catch (cause) {
    throw missing(cause);
  }
}

function missing(cause: unknown): EnxameError {
  return new EnxameError('file_missing', 'The file is gone or cannot be read.', { cause });
}

/** One server has one key: parsing it once a thread is enough. */
let parsedKey: { pem: string; key: KeyObject } | undefined;

function privateKey(pem: string): KeyObject {
  if (parsedKey?.pem !== pem) parsedKey = { pem, key: createPrivateKey(pem) };
  return parsedKey.key;
}
