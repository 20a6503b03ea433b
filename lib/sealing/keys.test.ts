import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { newId } from '@/lib/contracts/ids';
import { newContentKey, unwrapKey, wrapKey } from './keys';

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
