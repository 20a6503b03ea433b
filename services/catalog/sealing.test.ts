import { pino } from 'pino';
import { expect, it } from 'vitest';
import { EnxameError } from '@/lib/contracts/errors';
import { newId } from '@/lib/contracts/ids';
import { deriveSecrets } from '@/lib/secrets/secrets';
import type { Deps } from './deps';
import { startSealing } from './sealing';
import { makeVersion } from './versions';

const secrets = deriveSecrets('a secret of thirty-two characters');

/** Sealing of files that fail, each when it is told to; nothing is in the database. */
function sealing() {
  const begun: string[] = [];
  const fails: ((error: unknown) => void)[] = [];
  const deps = {
    secrets,
    log: pino({ level: 'silent' }),
    orm: { select: () => ({ from: () => ({ where: async () => [] }) }) },
  } as unknown as Deps;
  const sealer = {
    seal: ({ mediaKey }: { mediaKey: string }) => {
      begun.push(mediaKey);
      return new Promise<never>((_, reject) => fails.push(reject));
    },
    close: async () => undefined,
  };
  const started = startSealing(deps, { isBusy: () => true, onSealed: () => undefined }, sealer);
  const version = () => makeVersion(secrets.masterKey, newId(), { size: 1, mtimeMs: 1 }, null);
  return {
    begun,
    version,
    ask: (account: string, path: string, of = version()) =>
      started.ensure(of, path, account).catch((error: EnxameError) => error.code),
    async failNext() {
      fails.shift()?.(new EnxameError('format_unsupported', 'No.'));
      await new Promise(setImmediate);
    },
    close: () => started.close(),
  };
}

it('takes the files of accounts in turn: one that asks for many waits for itself', async () => {
  const { begun, ask, failNext, close } = sealing();
  const asked = Array.from({ length: 20 }, (_, i) => ask('ana', `ana${i}`));
  asked.push(ask('bia', 'bia'));
  await new Promise(setImmediate);
  expect(begun).toEqual(['ana0', 'ana1']);
  await failNext();
  expect(begun).toEqual(['ana0', 'ana1', 'bia']);
  for (let i = 0; i < 21; i++) await failNext();
  expect(new Set(await Promise.all(asked))).toEqual(new Set(['format_unsupported']));
  await close();
});

it('does not make one account wait in the line of another that asked for the same file', async () => {
  const { begun, version, ask, failNext, close } = sealing();
  const wanted = version();
  const asked = Array.from({ length: 20 }, (_, i) => ask('ana', `ana${i}`));
  asked.push(ask('ana', 'wanted', wanted), ask('bia', 'wanted', wanted));
  await new Promise(setImmediate);
  await failNext();
  expect(begun).toEqual(['ana0', 'ana1', 'wanted']);
  for (let i = 0; i < 22; i++) await failNext();
  await Promise.all(asked);
  await close();
});
