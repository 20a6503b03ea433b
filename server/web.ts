import { openDatabase } from '@/lib/database/open';
import { openMediaStore } from '@/lib/media-store/open';
import { openBus } from '@/lib/messaging/open';
import { loadSecrets } from '@/lib/secrets/secrets';
import { type Context, requireShared, siteAddress } from './context';
import { startGateway } from './gateway';
import { openHttp } from './http';
import { openMetrics } from './metrics';
import { openPages } from './pages';

/** `npm run web`: pages, gateway and origin as a process of their own. */
export async function start({ config: given, log, shutdown }: Context): Promise<void> {
  requireShared(given, ['AMQP_URL', 'DATABASE_URL', 'ENXAME_SECRET']);
  const http = await openHttp(given);
  const config = { ...given, port: http.port };
  const openingPages = openPages(http.server, http.port);
  openingPages.catch(() => {});
  const database = shutdown.add('database', await openDatabase(config, log), (opened) => opened.close());
  const secrets = await loadSecrets(config, database);
  const bus = shutdown.add('broker', await openBus({ config, database, log }), (opened) => opened.close());
  await openMetrics({ config, log, shutdown }, { bus, database });
  const media = openMediaStore({ kind: 'folder' });
  const gateway = await startGateway({ config, log, shutdown, database, bus, secrets, media });
  const pages = shutdown.add('pages', await openingPages, (opened) => opened.close());
  shutdown.add('http', http, (opened) => opened.close());
  http.use(gateway.handler(pages));
  log.info(`web ready at ${siteAddress(config, http.port)}`);
  if (await gateway.isFirstRun()) log.info(`setup token for the first account: ${secrets.setupToken}`);
}
