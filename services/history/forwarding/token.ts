/** Listeners' tokens at rest: AES-256-GCM under a key of their own, bound to the account and the server they are for. */
import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';
import { EnxameError } from '@/lib/contracts/errors';

const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/** Whose token it is, and whom it may be shown to. */
export interface TokenOwner {
  accountId: string;
  server: string;
}

/** @param masterKey 32 bytes @returns nonce, wrapped token, tag */
export function wrapToken(masterKey: Buffer, owner: TokenOwner, token: string): Uint8Array {
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv('aes-256-gcm', tokenKey(masterKey), nonce).setAAD(boundTo(owner));
  return Buffer.concat([nonce, cipher.update(token, 'utf8'), cipher.final(), cipher.getAuthTag()]);
}

/** @throws {EnxameError} `internal` when it was wrapped under another secret, for another owner, or is damaged */
export function unwrapToken(masterKey: Buffer, owner: TokenOwner, wrapped: Uint8Array): string {
  try {
    const tagStart = wrapped.length - TAG_BYTES;
    const decipher = createDecipheriv('aes-256-gcm', tokenKey(masterKey), wrapped.subarray(0, NONCE_BYTES))
      .setAAD(boundTo(owner))
      .setAuthTag(wrapped.subarray(tagStart));
    return Buffer.concat([decipher.update(wrapped.subarray(NONCE_BYTES, tagStart)), decipher.final()]).toString('utf8');
  } catch (cause) {
    throw new EnxameError(
      'internal',
      'This server’s secret has changed since you entered the token. Enter the token again.',
      {
        cause,
      },
    );
  }
}

const tokenKey = (masterKey: Buffer) => Buffer.from(hkdfSync('sha256', masterKey, 'enxame', 'listen tokens', 32));
const boundTo = ({ accountId, server }: TokenOwner) => Buffer.from(JSON.stringify([accountId, server]));
