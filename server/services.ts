import { openDatabase } from '@/lib/database/open';
import { openMediaStore } from '@/lib/media-store/open';
import { openBus } from '@/lib/messaging/open';
import { loadSecrets } from '@/lib/secrets/secrets';
import { type Context, checkMusicDir, type Foundations, requireShared } from './context';
import { openMetrics } from './metrics';

/** Each is loaded only where it runs. */
const SERVICES = {
  catalog: async (deps: Foundations) => (await import('@/services/catalog/service')).startCatalog(deps),
  playlists: async (deps: Foundations) => (await import('@/services/playlists/service')).startPlaylists(deps),
  history: async (deps: Foundations) => (await import('@/services/history/service')).startHistory(deps),
};
export type Service = keyof typeof SERVICES;
export const ALL_SERVICES: Service[] = ['catalog', 'playlists', 'history'];

/** Starts services one after the other: their migrations take turns anyway. */
export async function startServices(names: Service[], deps: Foundations): Promise<void> {
  for (const name of names) {
    const log = deps.log.child({ part: name });
    deps.shutdown.add(name, await SERVICES[name]({ ...deps, log }), (service) => service.close());
  }
}

/** Services as a process of their own, against the broker and the database of the environment. */
export async function start(context: Context, names: Service[]): Promise<void> {
  const { config, log, shutdown } = context;
  requireShared(config, ['AMQP_URL', 'DATABASE_URL', 'ENXAME_SECRET']);
  if (config.musicDir !== null && names.includes('catalog')) await checkMusicDir(config.musicDir);
  const database = shutdown.add('database', await openDatabase(config, log), (opened) => opened.close());
  const secrets = await loadSecrets(config, database);
  const bus = shutdown.add('broker', await openBus({ config, database, log }), (opened) => opened.close());
  await openMetrics(context, { bus, database });
  await startServices(names, { ...context, database, bus, secrets, media: openMediaStore({ kind: 'folder' }) });
  log.info(`${names.join(', ')} ready`);
}
