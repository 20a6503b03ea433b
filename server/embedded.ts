import { needsSetupToken } from '@/lib/auth/trust';
import { openDatabase } from '@/lib/database/open';
import { openMediaStore } from '@/lib/media-store/open';
import { openBus } from '@/lib/messaging/open';
import { loadSecrets } from '@/lib/secrets/secrets';
import { startSignaling } from '@/signaling/service';
import { type Context, checkMusicDir, siteAddress } from './context';
import { startGateway } from './gateway';
import { openHttp } from './http';
import { openMetrics } from './metrics';
import { openPages } from './pages';
import { ALL_SERVICES, startServices } from './services';

/** `npm start`: every part in this process, on one port. AMQP_URL and DATABASE_URL are honoured where they are set. */
export async function start({ config: given, log, shutdown }: Context): Promise<void> {
  if (given.musicDir !== null) await checkMusicDir(given.musicDir);
  const http = await openHttp(given);
  const config = { ...given, port: http.port, stunPort: given.stunPort === 0 ? http.port : given.stunPort };
  // Next loads its files while the database opens.
  const openingPages = openPages(http.server, http.port);
  openingPages.catch(() => {});

  const database = shutdown.add('database', await openDatabase(config, log), (opened) => opened.close());
  const secrets = await loadSecrets(config, database);
  const bus = shutdown.add('broker', await openBus({ config, database, log }), (opened) => opened.close());
  await openMetrics({ config, log, shutdown }, { bus, database });
  const media = openMediaStore({ kind: 'folder' });
  const foundations = { config, log, shutdown, database, bus, secrets, media };
  await startServices(ALL_SERVICES, foundations);
  const signaling = await startSignaling({
    ...foundations,
    httpServer: http.server,
    log: log.child({ part: 'signaling' }),
  });
  // Where its UDP port was taken by another program nobody answers STUN here, and pages are told so.
  const iceServers = config.iceServers === null && signaling.stunPort === null ? [] : config.iceServers;
  const gateway = await startGateway({ ...foundations, config: { ...config, iceServers } });
  const pages = shutdown.add('pages', await openingPages, (opened) => opened.close());
  // Together: sockets of signaling would keep the server from ending, and it is to take nobody new meanwhile.
  shutdown.add('http and signaling', null, () => Promise.all([http.close(), signaling.close()]));
  http.use(gateway.handler(pages));
  await welcome(siteAddress(config, http.port));

  async function welcome(address: string): Promise<void> {
    if (!(await gateway.isFirstRun())) {
      console.log(`\nEnxame is at ${address}\n`);
      return;
    }
    const here = { address: '127.0.0.1', host: new URL(address).host, forwarded: false };
    console.log(`\nEnxame is at ${address} — open it to create the administrator’s account.`);
    if (needsSetupToken(config, here)) console.log(`It asks for this setup token: ${secrets.setupToken}`);
    console.log('');
  }
}
