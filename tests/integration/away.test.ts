/** The gateway while broker, database or services are away: what needs them is refused at once, what does not still works, and it recovers by itself. */
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Health } from '@/lib/contracts/api/server';
import type { Track } from '@/lib/contracts/catalog';
import { newId } from '@/lib/contracts/ids';
import type { Grant } from '@/lib/contracts/playback';
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
let web: TestServer;
let services: TestServer;
let metricsPort: number;

function run(part: string, port = 0, env: Record<string, string> = {}): TestServer {
  return startServer(process.execPath, [join('build', 'main.mjs'), part], {
    env: {
      PATH: process.env.PATH,
      NODE_ENV: 'production',
      AMQP_URL: broker.url,
      DATABASE_URL: database.url,
      ENXAME_SECRET: 'a secret of at least thirty-two characters',
      PUBLIC_URL: url,
      LOG_LEVEL: 'warn',
      PORT: String(port),
      ...env,
    },
  });
}

async function ask(method: string, path: string, body?: unknown) {
  const response = await fetch(url + path, {
    method,
    headers: { origin: url, cookie, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  return {
    status: response.status,
    retry: response.headers.get('retry-after'),
    text,
    response,
  };
}

const newPlaylist = () => ask('POST', '/api/playlists', { playlistId: newId(), name: 'Tarde' });
const works = (method: string, path: string) => async () => (await ask(method, path)).status === 200;
const health = async () => JSON.parse((await ask('GET', '/api/health')).text) as Health;

/** Refused without waiting: who waited in vain would be told `timeout` (504). */
async function expectRefusal(asked: ReturnType<typeof ask>): Promise<void> {
  const { status, retry, text } = await asked;
  expect({ status, text }).toMatchObject({ status: 503 });
  expect(Number(retry)).toBeGreaterThan(0);
  expect(JSON.parse(text)).toMatchObject({ code: 'unavailable' });
}

beforeAll(async () => {
  [broker, database] = await Promise.all([startRabbitmq(), startPostgres()]);
  const port = await freePort();
  url = `http://localhost:${port}`;
  metricsPort = await freePort();
  web = run('web', port, { METRICS_PORT: String(metricsPort) });
  services = run('services');
  await until('the gateway', () =>
    fetch(`${url}/api/me`).then(
      (r) => r.ok,
      () => false,
    ),
  );
  cookie = cookiesOf((await ask('POST', '/api/setup', ADMIN)).response);
  await until('the services', works('GET', '/api/playlists'));
  await ask('POST', '/api/imports', { folder: 'demo' });
});

afterAll(async () => {
  await Promise.all([web?.stop(), services?.stop()]);
  await Promise.all([broker?.stop(), database?.stop()]);
});

/** Leave to play a track of the demo music, whose chunks nobody has asked for yet. */
async function granted(): Promise<Grant> {
  const track = await until('a track', async () => {
    const { text } = await ask('GET', '/api/search?q=a');
    return (JSON.parse(text) as { tracks: Track[] }).tracks[0];
  });
  return JSON.parse((await ask('POST', '/api/playback', { trackId: track.id, peerId: newId() })).text) as Grant;
}

const firstBytes = async ({ originUrl, ticket }: Grant) =>
  (await fetch(new URL(originUrl, url), { headers: { authorization: `Bearer ${ticket}`, range: 'bytes=0-9' } })).status;

describe('while the broker is away', () => {
  it('people are known, pages and what was granted are served; all else is refused at once; then it works again', async () => {
    const grant = await granted();
    // The origin asks what it needs of its own accord. Nothing gives the order of that and of other questions.
    await until('the origin to have its answer', async () => {
      const text = await (await fetch(`http://127.0.0.1:${metricsPort}/metrics`)).text();
      return sample(text, 'enxame_rpc_request_seconds_count', 'catalog.source', 'answered') > 0;
    });
    await broker.halt();
    await until('the gateway to notice', async () => (await health()).components.broker?.status === 'down');
    expect(await firstBytes(grant)).toBe(206);
    expect((await ask('GET', '/api/me')).status).toBe(200);
    expect((await ask('GET', '/api/people')).status).toBe(200);
    expect((await ask('GET', '/')).status).toBe(200);
    await expectRefusal(ask('GET', '/api/search?q=a'));
    await expectRefusal(newPlaylist());
    await expectRefusal(
      ask('POST', '/api/plays', { type: 'started', trackId: newId(), playId: newId(), positionS: 0 }),
    );
    await broker.start();
    await until('writing again', async () => (await newPlaylist()).status === 202);
    await until('reading again', works('GET', '/api/search?q=a'));
  });
});

describe('while the database is away', () => {
  it('pages and health are served, who was here lately is known, and writes are kept; all else is refused at once', async () => {
    expect((await ask('GET', '/api/me')).status).toBe(200);
    await database.crash();
    expect((await ask('GET', '/')).status).toBe(200);
    expect(await health()).toMatchObject({ status: 'down', components: { database: { status: 'down' } } });
    expect((await ask('GET', '/api/me')).status).toBe(200);
    await expectRefusal(ask('GET', '/api/people'));
    await expectRefusal(ask('GET', '/api/search?q=a'));
    const playlistId = newId();
    expect((await ask('POST', '/api/playlists', { playlistId, name: 'Tarde' })).status).toBe(202);
    // Not "wrong password", which would be a lie.
    await expectRefusal(ask('POST', '/api/auth/sign-in/email', { email: ADMIN.email, password: ADMIN.password }));
    await database.start();
    await until('what was written meanwhile', works('GET', `/api/playlists/${playlistId}`));
    await until('reading again', works('GET', '/api/people'));
    await until('search, too', works('GET', '/api/search?q=a'));
  });
});

describe('while the services are away', () => {
  it('reads are refused at once, writes are kept; then they are applied', async () => {
    await services.stop('SIGKILL');
    await until('RabbitMQ to notice', async () => (await ask('GET', '/api/playlists')).status === 503);
    await expectRefusal(ask('GET', '/api/playlists'));
    const playlistId = newId();
    expect((await ask('POST', '/api/playlists', { playlistId, name: 'Noite' })).status).toBe(202);
    services = run('services');
    await until('the playlist', works('GET', `/api/playlists/${playlistId}`));
  });

  it('a part that is told to stop ends in good order and in time', async () => {
    await services.stop();
    // Whoever is not through in time (STOP_WITHIN_MS) says so by another code.
    expect(services.process.exitCode).toBe(0);
  });
});
