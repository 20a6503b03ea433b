/** Short secrets of accounts at rest: AES-256-GCM under a key of their own, bound to what they belong to. */
import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';

const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/** What tells one kind of secret from another, and whose it is. */
export interface Sealing {
  /** 32 bytes. */
  masterKey: Buffer;
  /** Each purpose has its own key. */
  purpose: string;
  /** The text opens only under the same values. */
  boundTo: readonly string[];
}

/** @returns nonce, encrypted text, tag */
export function sealText(sealing: Sealing, text: string): Uint8Array {
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv('aes-256-gcm', keyOf(sealing), nonce).setAAD(contextOf(sealing));
  return Buffer.concat([nonce, cipher.update(text, 'utf8'), cipher.final(), cipher.getAuthTag()]);
}

/** @throws {Error} when it was sealed under another secret, for something else, or is damaged */
export function openText(sealing: Sealing, sealed: Uint8Array): string {
  const tagStart = sealed.length - TAG_BYTES;
  const decipher = createDecipheriv('aes-256-gcm', keyOf(sealing), sealed.subarray(0, NONCE_BYTES))
    .setAAD(contextOf(sealing))
    .setAuthTag(sealed.subarray(tagStart));
  return Buffer.concat([decipher.update(sealed.subarray(NONCE_BYTES, tagStart)), decipher.final()]).toString('utf8');
}

const keyOf = ({ masterKey, purpose }: Sealing) => Buffer.from(hkdfSync('sha256', masterKey, 'enxame', purpose, 32));
const contextOf = ({ boundTo }: Sealing) => Buffer.from(JSON.stringify(boundTo));
