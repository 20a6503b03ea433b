/**
 * Sealing and opening of chunks by WebCrypto: AES-256-GCM under the version's own content key. The chunk's number is the nonce
 * (never used twice: a changed file is a new version with a new key), version and number are authenticated with it.
 */
import { EnxameError } from '@/lib/contracts/errors';
import { decodeId, ID_BYTES } from '@/lib/contracts/ids';
import { TAG_BYTES } from './geometry';

/** Content key: AES-256. */
export const KEY_BYTES = 32;
/** The nonce that AES-GCM is made for (NIST SP 800-38D, section 8.2). */
export const NONCE_BYTES = 12;

/** Non-extractable: a script that gets hold of it can open chunks while the page lives, and take nothing away. */
export function importContentKey(raw: Uint8Array, usages: readonly ('encrypt' | 'decrypt')[]): Promise<CryptoKey> {
  return crypto.subtle.importKey('raw', unshared(raw), 'AES-GCM', false, [...usages]);
}

/** 12 bytes: 8 of zero, then the chunk's number as u32 BE. */
export function chunkNonce(index: number): Uint8Array<ArrayBuffer> {
  const nonce = new Uint8Array(NONCE_BYTES);
  new DataView(nonce.buffer).setUint32(NONCE_BYTES - 4, index);
  return nonce;
}

/** What is authenticated beside the bytes: the version's 16 bytes, then the chunk's number as u32 BE. */
export function chunkContext(versionId: string, index: number): Uint8Array<ArrayBuffer> {
  const context = new Uint8Array(ID_BYTES + 4);
  context.set(decodeId(versionId));
  new DataView(context.buffer).setUint32(ID_BYTES, index);
  return context;
}

/** @returns the plain bytes sealed, and `TAG_BYTES` more */
export async function sealChunk(
  key: CryptoKey,
  versionId: string,
  index: number,
  plain: Uint8Array,
): Promise<Uint8Array<ArrayBuffer>> {
  return new Uint8Array(await crypto.subtle.encrypt(parameters(versionId, index), key, unshared(plain)));
}

/** @throws {EnxameError} `invalid_request` when the bytes are not this version's chunk of this number */
export async function openChunk(
  key: CryptoKey,
  versionId: string,
  index: number,
  sealed: Uint8Array,
): Promise<Uint8Array<ArrayBuffer>> {
  try {
    return new Uint8Array(await crypto.subtle.decrypt(parameters(versionId, index), key, unshared(sealed)));
  } catch (cause) {
    throw new EnxameError('invalid_request', `Chunk ${index} cannot be opened with this key.`, { cause });
  }
}

/** SHA-256 of a sealed chunk, 32 bytes, as the manifest lists it. */
export async function hashChunk(sealed: Uint8Array): Promise<Uint8Array<ArrayBuffer>> {
  return new Uint8Array(await crypto.subtle.digest('SHA-256', unshared(sealed)));
}

function parameters(versionId: string, index: number): AesGcmParams {
  return {
    name: 'AES-GCM',
    iv: chunkNonce(index),
    additionalData: chunkContext(versionId, index),
    tagLength: TAG_BYTES * 8,
  };
}

/** WebCrypto takes no view of shared memory, and nothing here is one; only the type of `Uint8Array` is wider. */
export function unshared(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  return bytes as Uint8Array<ArrayBuffer>;
}
