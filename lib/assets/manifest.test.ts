import { createHash, generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { newId } from '@/lib/contracts/ids';
import type { Manifest } from '@/lib/contracts/manifest';
import { mp3Sound } from '@/lib/contracts/manifest.fixture';
import { hashMatches, isChunk, manifestDigest, signManifest, verifyManifest } from './manifest';
import { hashChunk } from './seal';

const { privateKey, publicKey } = generateKeyPairSync('ed25519');
const rawPublicKey = publicKey.export({ format: 'jwk' }).x ?? '';
const chunks = [new Uint8Array(1040).fill(1), new Uint8Array(516).fill(2)];

async function makeManifest(): Promise<Manifest> {
  const hashes = await Promise.all(chunks.map(hashChunk));
  return {
    version: newId(),
    size: 1524,
    chunkSize: 1024,
    ...mp3Sound,
    durationS: 1.5,
    seek: { header: [], firstAudio: 10, endAudio: 1524, points: [0, 10, 1000, 900] },
    chunks: 2,
    hashes: Uint8Array.from(hashes.flatMap((hash) => [...hash])),
  };
}

describe('manifest', () => {
  it('comes back as it was signed, by a key of Node or of WebCrypto', async () => {
    const manifest = await makeManifest();
    expect(await verifyManifest(await signManifest(manifest, privateKey), rawPublicKey)).toEqual(manifest);
    const pair = (await crypto.subtle.generateKey('Ed25519', true, ['sign', 'verify'])) as CryptoKeyPair;
    const webKey = await crypto.subtle.exportKey('jwk', pair.publicKey);
    expect(await verifyManifest(await signManifest(manifest, pair.privateKey), webKey.x ?? '')).toEqual(manifest);
  });

  it('is refused when any byte was changed, or another key signed it', async () => {
    const bytes = await signManifest(await makeManifest(), privateKey);
    const refused = { code: 'invalid_request' };
    for (let i = 0; i < bytes.length; i += 7) {
      const changed = Uint8Array.from(bytes, (byte, at) => (at === i ? byte ^ 0x20 : byte));
      await expect(verifyManifest(changed, rawPublicKey)).rejects.toMatchObject(refused);
    }
    const stranger = generateKeyPairSync('ed25519').publicKey.export({ format: 'jwk' }).x ?? '';
    await expect(verifyManifest(bytes, stranger)).rejects.toMatchObject(refused);
  });

  it.each([0, 7, 60, 200])('is refused when cut after %i bytes', async (length) => {
    const bytes = await signManifest(await makeManifest(), privateKey);
    await expect(verifyManifest(bytes.subarray(0, length), rawPublicKey)).rejects.toMatchObject({
      code: 'invalid_request',
    });
  });

  it('tells its chunks from everything else', async () => {
    const manifest = await makeManifest();
    const [first = new Uint8Array(), second = new Uint8Array()] = chunks;
    expect(await isChunk(manifest, 0, first)).toBe(true);
    expect(await isChunk(manifest, 1, second)).toBe(true);
    expect(await isChunk(manifest, 1, first)).toBe(false);
    expect(await isChunk(manifest, 2, second)).toBe(false);
    expect(await isChunk(manifest, -1, second)).toBe(false);
    expect(await isChunk(manifest, 1, second.subarray(1))).toBe(false);
    expect(await isChunk(manifest, 1, new Uint8Array(516).fill(3))).toBe(false);
    expect(hashMatches(manifest, 0, (await hashChunk(first)).subarray(0, 31))).toBe(false);
  });

  it('has the digest that a grant names', async () => {
    const bytes = await signManifest(await makeManifest(), privateKey);
    expect(await manifestDigest(bytes)).toBe(createHash('sha256').update(bytes).digest('base64url'));
  });
});
