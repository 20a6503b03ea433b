import { createCipheriv } from 'node:crypto';
import { beforeAll, describe, expect, it } from 'vitest';
import { decodeId, newId } from '@/lib/contracts/ids';
import { hashChunk, importContentKey, openChunk, sealChunk } from './seal';

const raw = crypto.getRandomValues(new Uint8Array(32));
const versionId = newId();
const plain = new TextEncoder().encode('a chunk of sound');
let key: CryptoKey;

beforeAll(async () => {
  key = await importContentKey(raw, ['encrypt', 'decrypt']);
});

describe('sealing', () => {
  it('seals by the layout that the contract names', async () => {
    const cipher = createCipheriv('aes-256-gcm', raw, Buffer.from('000000000000000000000007', 'hex'));
    cipher.setAAD(Buffer.concat([decodeId(versionId), Buffer.from('00000007', 'hex')]));
    const expected = Buffer.concat([cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
    expect(Buffer.from(await sealChunk(key, versionId, 7, plain))).toEqual(expected);
  });

  it('opens what it sealed', async () => {
    const sealed = await sealChunk(key, versionId, 3, plain);
    expect(sealed.length).toBe(plain.length + 16);
    expect(await openChunk(key, versionId, 3, sealed)).toEqual(plain);
  });

  it('opens nothing under another number, version or key, and nothing changed', async () => {
    const sealed = await sealChunk(key, versionId, 3, plain);
    const changed = Uint8Array.from(sealed, (byte, i) => (i === 2 ? byte ^ 1 : byte));
    const otherKey = await importContentKey(crypto.getRandomValues(new Uint8Array(32)), ['decrypt']);
    const refused = { code: 'invalid_request' };
    await expect(openChunk(key, versionId, 4, sealed)).rejects.toMatchObject(refused);
    await expect(openChunk(key, newId(), 3, sealed)).rejects.toMatchObject(refused);
    await expect(openChunk(otherKey, versionId, 3, sealed)).rejects.toMatchObject(refused);
    await expect(openChunk(key, versionId, 3, changed)).rejects.toMatchObject(refused);
    await expect(openChunk(key, versionId, 3, sealed.subarray(0, 5))).rejects.toMatchObject(refused);
  });

  it('gives no way to take the key out of the page', async () => {
    expect(key.extractable).toBe(false);
    await expect(crypto.subtle.exportKey('raw', key)).rejects.toThrow();
  });

  it('hashes with SHA-256', async () => {
    expect(Buffer.from(await hashChunk(new TextEncoder().encode('abc'))).toString('hex')).toBe(
      'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad',
    );
  });
});
