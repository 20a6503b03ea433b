import { EnxameError } from '@/lib/contracts/errors';
import type { RestCall } from './endpoint';

/** Whether files are being read, and how many there are. */
export async function scanStatus(ask: RestCall['ask']) {
  const [{ imports }, summary] = await Promise.all([ask('catalog.imports', {}), ask('catalog.summary', {})]);
  return { scanning: imports.some(({ state }) => state === 'running'), count: summary.tracks };
}

/** Reads every folder of the library again. @throws {EnxameError} `forbidden` for who is no administrator */
export async function startScan({ account, ask }: Pick<RestCall, 'account' | 'ask'>) {
  if (account.role !== 'admin') throw new EnxameError('forbidden', 'Only administrators can start a scan.');
  const { folders } = await ask('catalog.folders', {});
  await Promise.all(folders.map(({ folder }) => ask('catalog.import', { folder }).catch(() => undefined)));
  return scanStatus(ask);
}
