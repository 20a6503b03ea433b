import { sign, verify } from 'node:crypto';
import { mkdir, mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { importTicketKey, signTicket, verifyTicket } from '@/lib/assets/tickets';
import { newId } from '@/lib/contracts/ids';
import { deriveSecrets, loadSecrets } from './secrets';

let dataDir: string;
beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'enxame-secrets-'));
});
afterEach(() => rm(dataDir, { recursive: true, force: true }));

it('makes the secret once, readable by its owner alone', async () => {
  // Two processes that start at once must agree.
  const [first, second] = await Promise.all([
    loadSecrets({ secret: null, dataDir }, null),
    loadSecrets({ secret: null, dataDir }, null),
  ]);
  expect(second.publicKey).toBe(first.publicKey);
  expect((await loadSecrets({ secret: null, dataDir }, null)).masterKey).toEqual(first.masterKey);
  expect((await stat(join(dataDir, 'secret.key'))).mode & 0o777).toBe(0o600);
});

it('derives keys that differ from each other and follow from the secret', () => {
  const a = deriveSecrets('a secret of thirty-two characters');
  const b = deriveSecrets('b secret of thirty-two characters');
  expect(deriveSecrets('a secret of thirty-two characters').masterKey).toEqual(a.masterKey);
  expect(new Set([a.masterKey, b.masterKey].map(String)).size).toBe(2);
  expect(a.authSecret).not.toBe(a.masterKey.toString('base64url'));
  const data = Buffer.from('manifest');
  expect(verify(null, data, a.verifyKey, sign(null, data, a.signingKey))).toBe(true);
  expect(verify(null, data, b.verifyKey, sign(null, data, a.signingKey))).toBe(false);
});

it('the public key as pages get it verifies tickets', async () => {
  const secrets = deriveSecrets('a secret of thirty-two characters');
  const claims = { peer: newId(), version: newId(), expiresAt: 1_000_000_000_000 };
  const ticket = await signTicket(claims, secrets.signingKey);
  const key = await importTicketKey(secrets.publicKey);
  await expect(verifyTicket(ticket, key, claims.expiresAt - 1000)).resolves.toMatchObject({ peer: claims.peer });
  await expect(verifyTicket(ticket, key, claims.expiresAt + 60_000)).rejects.toMatchObject({ code: 'bad_token' });
  const other = await importTicketKey(deriveSecrets('b secret of thirty-two characters').publicKey);
  await expect(verifyTicket(ticket, other, claims.expiresAt - 1000)).rejects.toMatchObject({ code: 'bad_token' });
});

it.each([
  ['empty', ''],
  ['of blanks', '  \n\n'],
  ['cut short', 'AbCdEfGh\n'],
  ['of zeros, as a crash leaves them', '\0'.repeat(44)],
  ['of random bytes', Buffer.from([...Array(64).keys()].map((i) => (i * 37 + 130) % 256))],
])('a secret file that is %s is refused, with a sentence that says what to restore', async (_, content) => {
  await writeFile(join(dataDir, 'secret.key'), content);
  await expect(loadSecrets({ secret: null, dataDir }, null)).rejects.toMatchObject({
    name: 'StartError',
    message: expect.stringMatching(/secret\.key.*Restore it from your backup/s),
  });
});

it('a secret file that cannot be read is named', async () => {
  await mkdir(join(dataDir, 'secret.key'));
  await expect(loadSecrets({ secret: null, dataDir }, null)).rejects.toMatchObject({ name: 'StartError' });
});
