import { openBus } from '@/lib/messaging/open';
import { loadSecrets } from '@/lib/secrets/secrets';
import { startSignaling } from '@/signaling/service';
import { type Context, requireShared, siteAddress } from './context';
import { openHttp } from './http';
import { openMetrics } from './metrics';

/** `npm run signaling`: the signaling server as a process of its own. */
export async function start({ config: given, log, shutdown }: Context): Promise<void> {
  requireShared(given, ['AMQP_URL', 'ENXAME_SECRET']);
  const http = await openHttp(given);
  const config = { ...given, port: http.port, stunPort: given.stunPort === 0 ? http.port : given.stunPort };
  const secrets = await loadSecrets(config, null);
  const bus = shutdown.add('broker', await openBus({ config, database: null, log }), (opened) => opened.close());
  await openMetrics({ config, log, shutdown }, { bus, database: null });
  http.use((_request, response) => {
    response.writeHead(404, { 'content-type': 'text/plain; charset=utf-8' });
    response.end('This is an Enxame signaling server.\n');
  });
  const signaling = await startSignaling({ bus, httpServer: http.server, config, secrets, log });
  shutdown.add('http and signaling', null, () => Promise.all([http.close(), signaling.close()]));
  log.info(`signaling ready at ${siteAddress(config, http.port)}`);
}
