import { execFileSync } from 'node:child_process';
import { createHmac } from 'node:crypto';
import { freePort, startServer, untilReady } from '@/testing/processes';

const SECRET = 'a shared secret';
const START_TIMEOUT_MS = 240_000;

export interface Coturn {
  url: string;
  secret: string;
  /** Sends two messages through the relay and back. @throws where these credentials are not taken @returns what the client printed */
  probe(username: string, password: string): string;
  passwordOf(username: string): string;
  stop(): Promise<void>;
}

/** Debian's coturn on loopback, with the configuration that docker-compose.yml gives it. */
export async function startCoturn(): Promise<Coturn> {
  const port = await freePort();
  const server = startServer(
    'turnserver',
    [
      ...['-c', 'deploy/turnserver.conf', `--listening-port=${port}`, '--listening-ip=127.0.0.1'],
      ...['--relay-ip=127.0.0.1', '--realm=example.org', `--static-auth-secret=${SECRET}`],
      ...['--allow-loopback-peers', '--allowed-peer-ip=127.0.0.1', `--pidfile=/tmp/enxame-turn-${port}.pid`],
    ],
    {},
  );
  const passwordOf = (username: string) => createHmac('sha1', SECRET).update(username).digest('base64');
  const probe = (username: string, password: string) =>
    execFileSync(
      'turnutils_uclient',
      ['-y', '-n', '2', '-m', '1', '-c', '-u', username, '-w', password, '-p', String(port), '127.0.0.1'],
      { encoding: 'utf8', timeout: 15_000, stdio: ['ignore', 'pipe', 'pipe'] },
    );
  const username = `${Math.floor(Date.now() / 1000) + 600}:ready`;
  await untilReady('coturn', server, async () => probe(username, passwordOf(username)), START_TIMEOUT_MS);
  return { url: `turn:127.0.0.1:${port}`, secret: SECRET, probe, passwordOf, stop: () => server.stop() };
}
