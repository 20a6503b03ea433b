import { createServer } from 'node:http';
import { collectDefaultMetrics, Histogram, register } from 'prom-client';
import { StartError } from '@/lib/config/config';
import { databaseIsAway } from '@/lib/database/away';
import type { Database } from '@/lib/database/database';
import type { Bus } from '@/lib/messaging/bus';
import type { Context } from './context';

/** From a cached file to the longest that a proxy waits, s. */
const HTTP_BUCKETS_S = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];
/** Longer than usual pauses between two scrapes, so that none meets a connection that is being closed. */
const KEEP_ALIVE_MS = 65_000;
/** A probe that waits longer asks again anyway. */
const WELL_WITHIN_MS = 1_000;

const httpSeconds = new Histogram({
  name: 'enxame_http_request_seconds',
  help: 'Requests of pages, of the gateway and of the origin, from the first byte asked to the last one sent',
  labelNames: ['kind', 'method', 'status'],
  buckets: HTTP_BUCKETS_S,
});

/** Files take as long as they are listened to, and are counted apart from what is answered at once. */
const KINDS: readonly (readonly [RegExp, string])[] = [
  [/^\/(origin|api\/stream|api\/download)\/|^\/rest\/(stream|download)\b/, 'origin'],
  [/^\/(api|rest)\//, 'api'],
];

/** Kinds and methods are few, whatever a stranger asks for. */
export function observeRequest(url: string, method: string, status: number, seconds: number): void {
  const kind = KINDS.find(([pattern]) => pattern.test(url))?.[1] ?? 'page';
  const known = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'].includes(method) ? method : 'other';
  httpSeconds.observe({ kind, method: known, status: `${Math.floor(status / 100)}xx` }, seconds);
}

/**
 * Where METRICS_PORT is set: `/metrics` for Prometheus and `/healthz` for whoever restarts what is ill, on a port of their own, since what they
 * tell is not for listeners.
 * @throws {StartError} when the port is taken
 */
export async function openMetrics(
  { config, log, shutdown }: Context,
  parts: { bus: Pick<Bus, 'health'>; database: Pick<Database, 'ping'> | null },
): Promise<void> {
  const { metricsPort: port, metricsHost: host } = config;
  if (port === null) return;
  collectDefaultMetrics();
  const server = createServer((request, response) => {
    const answer = (status: number, type: string, body: string) => {
      response.writeHead(status, { 'content-type': type, 'cache-control': 'no-store' });
      response.end(body);
    };
    if (request.url === '/metrics') {
      register.metrics().then(
        (text) => answer(200, register.contentType, text),
        (error) => {
          log.error({ error }, 'the metrics could not be read');
          answer(500, 'text/plain', 'The metrics could not be read.\n');
        },
      );
    } else if (request.url === '/healthz') {
      void illness(parts, shutdown.isStopping).then((reason) =>
        answer(reason === null ? 200 : 503, 'text/plain', `${reason ?? 'well'}\n`),
      );
    } else answer(404, 'text/plain', 'Not found. Try /metrics or /healthz.\n');
  });
  server.keepAliveTimeout = KEEP_ALIVE_MS;
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error) =>
      reject(new StartError(`METRICS_PORT ${port} cannot be used (${error.message}). Set it to a free port.`)),
    );
    server.listen(port, host, resolve);
  });
  shutdown.add('metrics', server, async () => {
    server.close();
    server.closeAllConnections();
  });
}

/** Why this process can do nothing useful; null when it can. */
async function illness(
  { bus, database }: { bus: Pick<Bus, 'health'>; database: Pick<Database, 'ping'> | null },
  isStopping: boolean,
): Promise<string | null> {
  if (isStopping) return 'stopping';
  if (bus.health().status === 'down') return 'the broker is away';
  if (database === null) return null;
  const late = new Promise<string>((resolve) => setTimeout(resolve, WELL_WITHIN_MS, 'the database is late').unref());
  const asked = database.ping().then(
    () => null,
    (error) => (databaseIsAway(error) ? 'the database is away' : 'the database refuses'),
  );
  return Promise.race([asked, late]);
}
