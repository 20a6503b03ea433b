import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { newId } from '@/lib/contracts/ids';
import { newContentKey, openHolder, sealHolder, unwrapKey, wrapKey } from './encryption';

const masterKey = randomBytes(32);
const versionId = newId();

describe('content keys at rest', () => {
  it('come back as they were', () => {
    const key = newContentKey();
    expect(Buffer.from(unwrapKey(masterKey, versionId, wrapKey(masterKey, versionId, key)))).toEqual(Buffer.from(key));
  });

  it('never look the same twice', () => {
    const key = newContentKey();
    expect(Buffer.from(wrapKey(masterKey, versionId, key))).not.toEqual(
      Buffer.from(wrapKey(masterKey, versionId, key)),
    );
  });

  it('open under no other master key, for no other version, and not when damaged', () => {
    const wrapped = wrapKey(masterKey, versionId, newContentKey());
    const damaged = Uint8Array.from(wrapped, (byte, i) => (i === 20 ? byte ^ 1 : byte));
    const refused = expect.objectContaining({ code: 'internal' });
    expect(() => unwrapKey(randomBytes(32), versionId, wrapped)).toThrow(refused);
    expect(() => unwrapKey(masterKey, newId(), wrapped)).toThrow(refused);
    expect(() => unwrapKey(masterKey, versionId, damaged)).toThrow(refused);
    expect(() => unwrapKey(masterKey, versionId, wrapped.subarray(1))).toThrow(refused);
  });

  it('are of the right length or not wrapped', () => {
    expect(() => wrapKey(masterKey, versionId, new Uint8Array(16))).toThrow(RangeError);
  });
});

const key = randomBytes(32);

describe('the account in a ticket', () => {
  it('is read with the key, fits its contract, and never looks the same twice', () => {
    for (const account of [newId(), 'a'.repeat(64)]) {
      const sealed = sealHolder(key, account);
      expect(openHolder(key, sealed)).toBe(account);
      expect(sealed.length).toBeLessThanOrEqual(200);
      expect(sealHolder(key, account)).not.toBe(sealed);
      expect(Buffer.from(sealed, 'base64url').includes(account)).toBe(false);
    }
  });

  it('is not read with another key, nor when it was changed or is none', () => {
    const sealed = sealHolder(key, newId());
    const changed = Buffer.from(sealed, 'base64url').map((byte, i) => (i === 14 ? byte ^ 1 : byte));
    const refused = expect.objectContaining({ code: 'bad_token' });
    expect(() => openHolder(randomBytes(32), sealed)).toThrow(refused);
    expect(() => openHolder(key, Buffer.from(changed).toString('base64url'))).toThrow(refused);
    for (const none of ['', 'x', 'a'.repeat(200)]) expect(() => openHolder(key, none)).toThrow(refused);
  });
});
