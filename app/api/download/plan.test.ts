import { expect, it } from 'vitest';
import { EnxameError } from '@/lib/contracts/errors';
import { mayDownload, planDownload } from './plan';

const as = (role: 'admin' | 'listener') => ({ id: 'anna', role });

it.each([
  ['on', 'listener', true],
  ['on', 'admin', true],
  ['admins', 'listener', false],
  ['admins', 'admin', true],
  ['off', 'admin', false],
] as const)('DOWNLOADS=%s lets a %s download: %s', (downloads, role, may) => {
  expect(mayDownload({ downloads }, as(role))).toBe(may);
});

it('nobody who is not signed in may download', () => {
  expect(mayDownload({ downloads: 'on' }, null)).toBe(false);
});

it('where it is not allowed, nothing is looked for', async () => {
  const ask = () => Promise.reject(new EnxameError('internal', 'asked'));
  const asker = { ask, account: as('listener'), config: { downloads: 'admins' } } as const;
  await expect(planDownload(asker as never, { id: 'x' })).rejects.toMatchObject({ code: 'forbidden' });
});
