import { expect, test } from 'vitest';
import { EnxameError } from '@/lib/contracts/errors';
import { DiskSpace } from '@/lib/database/disk-space';
import type { Bus } from '@/lib/messaging/bus';
import { checkHealth, overall } from './health';

const ok = { status: 'ok' } as const;
const down = { status: 'down' } as const;

test.each([
  ['ok', { database: ok, broker: ok, catalog: ok }],
  ['degraded', { database: ok, broker: ok, catalog: down }],
  ['degraded', { database: ok, broker: { status: 'degraded' } }],
  ['down', { database: down, broker: ok, catalog: ok }],
  ['down', { web: down, database: ok, broker: ok }],
] as const)('%s', (status, components) => {
  expect(overall(components)).toBe(status);
});

function deps(over: Partial<Parameters<typeof checkHealth>[0]> = {}): Parameters<typeof checkHealth>[0] {
  return {
    database: { ping: async () => {}, storage: () => null },
    bus: { health: () => ok, request: (async () => ok) as unknown as Bus['request'] },
    origin: () => ok,
    isStopping: () => false,
    ...over,
  };
}

test('every component is named', async () => {
  const health = await checkHealth(deps());
  expect(health.status).toBe('ok');
  expect(Object.keys(health.components).sort()).toEqual(
    ['broker', 'catalog', 'database', 'history', 'origin', 'playlists', 'signaling', 'web'].sort(),
  );
});

test('a service that does not answer degrades, a database that fails takes all down, a stop is told', async () => {
  const request = (async (name: string) => {
    if (name === 'history.health') throw new EnxameError('timeout', 'late');
    return ok;
  }) as unknown as Bus['request'];
  const degraded = await checkHealth(deps({ bus: { health: () => ok, request } }));
  expect(degraded).toMatchObject({
    status: 'degraded',
    components: { history: { status: 'down', code: 'no_answer' } },
  });
  const failing = { ping: () => Promise.reject(new Error('gone')), storage: () => null };
  expect(await checkHealth(deps({ database: failing }))).toMatchObject({ status: 'down' });
  expect(await checkHealth(deps({ isStopping: () => true }))).toMatchObject({
    status: 'down',
    components: { web: { code: 'stopping' } },
  });
});

test('a disk that fills up is told, as is one that cannot be looked at', async () => {
  const ping = async () => {};
  const free = (mib: number) => new DiskSpace('/data', () => mib * 1024 ** 2);
  const healthWith = async (storage: () => ReturnType<DiskSpace['health']>) => {
    const { status, components } = await checkHealth(deps({ database: { ping, storage } }));
    return [status, components.storage?.status, components.storage?.detail?.slice(0, 16)];
  };
  expect(await healthWith(() => free(300).health())).toEqual(['ok', 'ok', undefined]);
  expect(await healthWith(() => free(100).health())).toEqual(['degraded', 'degraded', '100 MiB free on ']);
  expect(await healthWith(() => free(10).health())).toEqual(['degraded', 'down', '10 MiB free on t']);
  const failing = () => {
    throw new Error('EIO');
  };
  expect(await healthWith(failing)).toEqual(['degraded', 'down', 'The disk of the ']);
});
