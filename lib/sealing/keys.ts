/** Content keys at rest: each wrapped by the master key (AES-256-GCM), bound to the version it opens. */
import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { TAG_BYTES } from '@/lib/assets/geometry';
import { KEY_BYTES, NONCE_BYTES } from '@/lib/assets/seal';
import { EnxameError } from '@/lib/contracts/errors';
import { decodeId } from '@/lib/contracts/ids';

const WRAPPED_BYTES = NONCE_BYTES + KEY_BYTES + TAG_BYTES;

/** A new random content key, 32 bytes. */
export function newContentKey(): Uint8Array {
  return randomBytes(KEY_BYTES);
}

/** @param masterKey 32 bytes @param key 32 bytes @returns 60 bytes: random nonce, wrapped key, tag */
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
