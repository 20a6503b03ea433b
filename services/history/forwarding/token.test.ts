import { randomBytes } from 'node:crypto';
import { expect, it } from 'vitest';
import { unwrapToken, wrapToken } from './token';

const masterKey = randomBytes(32);
const owner = { accountId: 'ana', server: 'https://listens.example' };

it('a token comes back for its own account and server only', () => {
  const wrapped = wrapToken(masterKey, owner, 'not for everybody');
  expect(unwrapToken(masterKey, owner, wrapped)).toBe('not for everybody');
  expect(Buffer.from(wrapped).includes('everybody')).toBe(false);
  const wrong = expect.objectContaining({ code: 'internal' });
  expect(() => unwrapToken(masterKey, { ...owner, accountId: 'rui' }, wrapped)).toThrow(wrong);
  expect(() => unwrapToken(masterKey, { ...owner, server: 'https://other.example' }, wrapped)).toThrow(wrong);
  expect(() => unwrapToken(randomBytes(32), owner, wrapped)).toThrow(wrong);
  expect(() => unwrapToken(masterKey, owner, wrapped.subarray(0, 5))).toThrow(wrong);
});

it('the same token looks different each time', () => {
  expect(wrapToken(masterKey, owner, 'same token')).not.toEqual(wrapToken(masterKey, owner, 'same token'));
});
