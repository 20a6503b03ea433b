/**
 * Whose an asset ticket is. Peers see tickets and must not learn it, so the account is sealed (AES-256-GCM) under a key that only servers
 * have, with a new nonce each time: no two tickets of an account look alike.
 */
import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { TAG_BYTES } from '@/lib/assets/geometry';
import { NONCE_BYTES } from '@/lib/assets/seal';
import { EnxameError } from '@/lib/contracts/errors';

/** @param holderKey 32 bytes @returns base64url */
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
