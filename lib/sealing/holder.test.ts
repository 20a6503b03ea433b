import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { newId } from '@/lib/contracts/ids';
import { openHolder, sealHolder } from './holder';

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
