/** The same sealing as lib/assets/seal.ts, by Node's own crypto: without a promise for each chunk, several times as fast. */
import { createCipheriv, createHash } from 'node:crypto';
import { chunkContext, chunkNonce } from '@/lib/assets/seal';

/** @param key 32 bytes @returns the plain bytes sealed, and the tag */
export function sealChunkNow(key: Uint8Array, versionId: string, index: number, plain: Uint8Array): Buffer {
  const cipher = createCipheriv('aes-256-gcm', key, chunkNonce(index)).setAAD(chunkContext(versionId, index));
  return Buffer.concat([cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
}

/** SHA-256 of a sealed chunk. */
export function hashChunkNow(sealed: Uint8Array): Buffer {
  return createHash('sha256').update(sealed).digest();
}
