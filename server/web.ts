import { openDatabase } from '@/lib/database/open';
import { openBus } from '@/lib/messaging/open';
import { loadSecrets } from '@/lib/secrets/secrets';
import { type Context, requireShared, siteAddress } from './context';
import { startGateway } from './gateway';
import { openHttp } from './http';
import { openMetrics } from './metrics';
import { openPages } from './pages';

/** `npm run web`: pages, gateway and origin as a process of their own. */
export async function start({ config: given, log, stopper }: Context): Promise<void> {
  requireShared(given, ['AMQP_URL', 'DATABASE_URL', 'ENXAME_SECRET']);
  const http = await openHttp(given);
  const config = { ...given, port: http.port };
  const openingPages = openPages(http.server, http.port);
  openingPages.catch(() => {});
  const database = stopper.add('database', await openDatabase(config, log), (opened) => opened.close());
  const secrets = await loadSecrets(config, database);
  const bus = stopper.add('broker', await openBus({ config, database, log }), (opened) => opened.close());
  await openMetrics({ config, log, stopper }, { bus, database });
  const gateway = await startGateway({ config, log, stopper, database, bus, secrets });
  const pages = stopper.add('pages', await openingPages, (opened) => opened.close());
  stopper.add('http', http, (opened) => opened.close());
  http.use(gateway.handler(pages));
  log.info(`web ready at ${siteAddress(config, http.port)}`);
  if (await gateway.isFirstRun()) log.info(`set-up token for the first account: ${secrets.setupToken}`);
}
