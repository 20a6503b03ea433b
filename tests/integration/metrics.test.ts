/** What an operator sees of separate processes: metrics, health for restarts, and one request id in the logs of two of them. */
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { newId } from '@/lib/contracts/ids';
import { type PostgresServer, startPostgres } from '@/testing/postgres';
import { freePort, startServer, type TestServer } from '@/testing/processes';
import { ADMIN, cookiesOf } from '@/testing/product';
import { type RabbitmqNode, startRabbitmq } from '@/testing/rabbitmq';
import { until } from '@/testing/wait';
import { sample } from '@/tests/support/metrics';

let broker: RabbitmqNode;
let database: PostgresServer;
let url: string;
let cookie = '';
const servers: TestServer[] = [];
const metricsAt: Record<string, string> = {};

async function run(part: string, port: number): Promise<TestServer> {
  const metricsPort = await freePort();
  metricsAt[part] = `http://127.0.0.1:${metricsPort}`;
  const server = startServer(process.execPath, [join('build', 'main.mjs'), part], {
    env: {
      PATH: process.env.PATH,
      NODE_ENV: 'production',
      AMQP_URL: broker.url,
      DATABASE_URL: database.url,
      ENXAME_SECRET: 'a secret of at least thirty-two characters',
      PUBLIC_URL: url,
      LOG_LEVEL: 'debug',
      PORT: String(port),
      METRICS_PORT: String(metricsPort),
    },
  });
  servers.push(server);
  return server;
}

const metrics = async (part: string) => (await fetch(`${metricsAt[part]}/metrics`)).text();
const post = (path: string, body: unknown, headers: Record<string, string> = {}) =>
  fetch(url + path, {
    method: 'POST',
    headers: { origin: url, cookie, 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });

beforeAll(async () => {
  [broker, database] = await Promise.all([startRabbitmq(), startPostgres()]);
  const [webPort, signalingPort] = [await freePort(), await freePort()];
  url = `http://localhost:${webPort}`;
  await run('web', webPort);
  await run('signaling', signalingPort);
  await run('playlists', 0);
  await until('the gateway', () =>
    fetch(`${url}/api/me`).then(
      (r) => r.ok,
      () => false,
    ),
  );
  cookie = cookiesOf(await post('/api/setup', ADMIN));
  await until('the playlists', () => fetch(`${url}/api/playlists`, { headers: { cookie } }).then((r) => r.ok));
});
afterAll(async () => {
  await Promise.all(servers.map((server) => server.stop()));
  await Promise.all([broker?.stop(), database?.stop()]);
});

it('counts questions, messages and their lag, and how deep the queues are', async () => {
  const requestId = newId();
  const answer = await post('/api/playlists', { playlistId: newId(), name: 'Tarde' }, { 'x-request-id': requestId });
  expect(answer.status).toBe(202);
  await until('the command to be handled', async () => {
    const text = await metrics('playlists');
    return sample(text, 'enxame_messages_handled_total', 'playlist.create', 'done') >= 1;
  });
  const worker = await metrics('playlists');
  expect(sample(worker, 'enxame_rpc_answer_seconds_count', 'playlists.list', 'ok')).toBeGreaterThanOrEqual(1);
  expect(sample(worker, 'enxame_message_lag_seconds_count', 'playlists.commands')).toBeGreaterThanOrEqual(1);
  expect(sample(worker, 'enxame_queue_depth', 'playlists.commands')).toBe(0);
  expect(sample(worker, 'enxame_queue_dead_letters', 'playlists.commands')).toBe(0);
  const web = await metrics('web');
  expect(sample(web, 'enxame_rpc_request_seconds_count', 'playlists.list', 'answered')).toBeGreaterThanOrEqual(1);
  expect(sample(web, 'enxame_messages_published_total', 'playlist.create', 'ok')).toBe(1);
  expect(sample(web, 'enxame_http_request_seconds_count', 'api', 'POST', '2xx')).toBeGreaterThanOrEqual(1);
  expect(sample(await metrics('signaling'), 'process_resident_memory_bytes')).toBeGreaterThan(1e6);

  const said = (server: TestServer | undefined) => server?.output().includes(requestId);
  await until('one request id in the logs of gateway and worker', () => said(servers[0]) && said(servers[2]));
});

it('says who is ill', async () => {
  const healthz = (part: string) => fetch(`${metricsAt[part]}/healthz`).then((response) => response.status);
  expect(await healthz('playlists')).toBe(200);
  expect(await healthz('signaling')).toBe(200);
  await database.crash();
  expect(await healthz('playlists')).toBe(503);
  expect(await healthz('signaling')).toBe(200);
  await database.start();
  await until('it to be well again', async () => (await healthz('playlists')) === 200);
  await broker.halt();
  await until('the broker to be missed', async () => (await healthz('signaling')) === 503);
});
