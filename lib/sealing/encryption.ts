/** What servers encrypt (AES-256-GCM): content keys at rest, chunks as they are read, and whose an asset ticket is. */
import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto';
import { TAG_BYTES } from '@/lib/assets/geometry';
import { chunkContext, chunkNonce, KEY_BYTES, NONCE_BYTES } from '@/lib/assets/seal';
import { EnxameError } from '@/lib/contracts/errors';
import { decodeId } from '@/lib/contracts/ids';

const WRAPPED_BYTES = NONCE_BYTES + KEY_BYTES + TAG_BYTES;

/** A new random content key, 32 bytes. */
export function newContentKey(): Uint8Array {
  return randomBytes(KEY_BYTES);
}

/**
 * Wraps a content key by the master key, bound to the version that it opens.
 * @param masterKey 32 bytes @param key 32 bytes @returns 60 bytes: random nonce, wrapped key, tag
 */
export function wrapKey(masterKey: Buffer, versionId: string, key: Uint8Array): Uint8Array {
  if (key.length !== KEY_BYTES) throw new RangeError(`a content key has ${KEY_BYTES} bytes`);
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv('aes-256-gcm', masterKey, nonce).setAAD(decodeId(versionId));
  return Buffer.concat([nonce, cipher.update(key), cipher.final(), cipher.getAuthTag()]);
}

/** @throws {EnxameError} `internal` when it was wrapped under another secret, for another version, or is damaged */
export function unwrapKey(masterKey: Buffer, versionId: string, wrapped: Uint8Array): Uint8Array {
  try {
    if (wrapped.length !== WRAPPED_BYTES) throw new RangeError(`a wrapped key has ${WRAPPED_BYTES} bytes`);
    const tagStart = WRAPPED_BYTES - TAG_BYTES;
    const decipher = createDecipheriv('aes-256-gcm', masterKey, wrapped.subarray(0, NONCE_BYTES))
      .setAAD(decodeId(versionId))
      .setAuthTag(wrapped.subarray(tagStart));
    return Buffer.concat([decipher.update(wrapped.subarray(NONCE_BYTES, tagStart)), decipher.final()]);
  } catch (cause) {
    throw new EnxameError(
      'internal',
      'A content key cannot be decrypted: this server’s secret is not the one it was encrypted with.',
      { cause },
    );
  }
}

/**
 * The same sealing as lib/assets/seal.ts, by Node's own crypto: without a promise for each chunk, several times as fast.
 * @param key 32 bytes @returns the plain bytes sealed, and the tag
 */
export function sealChunkNow(key: Uint8Array, versionId: string, index: number, plain: Uint8Array): Buffer {
  const cipher = createCipheriv('aes-256-gcm', key, chunkNonce(index)).setAAD(chunkContext(versionId, index));
  return Buffer.concat([cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
}

/** SHA-256 of a sealed chunk. */
export function hashChunkNow(sealed: Uint8Array): Buffer {
  return createHash('sha256').update(sealed).digest();
}

/**
 * Whose an asset ticket is. Peers see tickets and must not learn it, so the account is sealed under a key that only servers have, with a new
 * nonce each time: no two tickets of an account look alike.
 * @param holderKey 32 bytes @returns base64url
 */
export function sealHolder(holderKey: Buffer, accountId: string): string {
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv('aes-256-gcm', holderKey, nonce);
  return Buffer.concat([nonce, cipher.update(accountId, 'utf8'), cipher.final(), cipher.getAuthTag()]).toString(
    'base64url',
  );
}

/** @throws {EnxameError} `bad_token` when it was not sealed under this key */
export function openHolder(holderKey: Buffer, holder: string): string {
  try {
    const sealed = Buffer.from(holder, 'base64url');
    const tagStart = sealed.length - TAG_BYTES;
    const decipher = createDecipheriv('aes-256-gcm', holderKey, sealed.subarray(0, NONCE_BYTES)).setAuthTag(
      sealed.subarray(tagStart),
    );
    return Buffer.concat([decipher.update(sealed.subarray(NONCE_BYTES, tagStart)), decipher.final()]).toString('utf8');
  } catch (cause) {
    throw new EnxameError('bad_token', 'This ticket was issued by another server.', { cause });
  }
}
