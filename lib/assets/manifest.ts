import { EnxameError } from '@/lib/contracts/errors';
import {
  decodeManifest,
  encodeManifestBody,
  HASH_BYTES,
  type Manifest,
  SIGNATURE_BYTES,
} from '@/lib/contracts/manifest';
import { sealedRange } from './geometry';
import { hashChunk, unshared } from './seal';

/** An Ed25519 private key: WebCrypto's, or Node's KeyObject (by shape, so that browsers need nothing of Node). */
export type ManifestSigningKey = CryptoKey | { export(options: { format: 'jwk' }): object };

/** @returns the whole manifest in its binary form, signed */
export async function signManifest(
  manifest: Manifest,
  privateKey: ManifestSigningKey,
): Promise<Uint8Array<ArrayBuffer>> {
  const body = encodeManifestBody(manifest);
  const key =
    'export' in privateKey
      ? await crypto.subtle.importKey('jwk', privateKey.export({ format: 'jwk' }), 'Ed25519', false, ['sign'])
      : privateKey;
  const signature = new Uint8Array(await crypto.subtle.sign('Ed25519', key, body));
  const signed = new Uint8Array(body.length + SIGNATURE_BYTES);
  signed.set(body);
  signed.set(signature, body.length);
  return signed;
}

/**
 * Parses a manifest and checks its signature.
 * @param publicKey raw Ed25519 public key of the server, base64url, as in PeerAdmission
 * @throws {EnxameError} `invalid_request` when it is not well formed or the server did not sign it
 */
export async function verifyManifest(bytes: Uint8Array, publicKey: string): Promise<Manifest> {
  const { manifest, body, signature } = parse(bytes);
  if (!(await crypto.subtle.verify('Ed25519', await importVerifyKey(publicKey), unshared(signature), unshared(body)))) {
    throw new EnxameError('invalid_request', 'The manifest was not signed by this server.');
  }
  return manifest;
}

/** The last server's key, imported: a press of play need not wait for it again. */
let imported: { publicKey: string; key: Promise<CryptoKey> } | null = null;

/** @param publicKey raw Ed25519 public key of the server, base64url */
export function importVerifyKey(publicKey: string): Promise<CryptoKey> {
  if (imported?.publicKey !== publicKey) {
    const jwk = { kty: 'OKP', crv: 'Ed25519', x: publicKey };
    imported = { publicKey, key: crypto.subtle.importKey('jwk', jwk, 'Ed25519', false, ['verify']) };
  }
  return imported.key;
}

/** SHA-256 of a manifest's bytes, base64url, as a grant names it. */
export async function manifestDigest(bytes: Uint8Array): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', unshared(bytes)));
  return btoa(String.fromCharCode(...digest))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '');
}

/** Whether `hash` is what chunk `index` must hash to. Compares all 32 bytes whatever they are. */
export function hashMatches(manifest: Manifest, index: number, hash: Uint8Array): boolean {
  if (!(index >= 0 && index < manifest.chunks) || hash.length !== HASH_BYTES) return false;
  const expected = manifest.hashes.subarray(index * HASH_BYTES, (index + 1) * HASH_BYTES);
  let difference = 0;
  for (let i = 0; i < HASH_BYTES; i++) difference |= (expected[i] ?? 0) ^ (hash[i] ?? 0);
  return difference === 0;
}

/** Whether `sealed` is chunk `index` of the asset: its length, then its hash. */
export async function isChunk(manifest: Manifest, index: number, sealed: Uint8Array): Promise<boolean> {
  if (!Number.isInteger(index) || index < 0 || index >= manifest.chunks) return false;
  const { start, end } = sealedRange(manifest, index);
  return sealed.length === end - start && hashMatches(manifest, index, await hashChunk(sealed));
}

function parse(bytes: Uint8Array) {
  try {
    return decodeManifest(bytes);
  } catch (cause) {
    throw new EnxameError('invalid_request', 'This is not a well-formed manifest.', { cause });
  }
}
