/** The parts as processes of their own, on a real RabbitMQ and a real PostgreSQL, with the browser's questions asked by hand. */
import { join } from 'node:path';
import { io, type Socket } from 'socket.io-client';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Health } from '@/lib/contracts/api/server';
import type { Track } from '@/lib/contracts/catalog';
import { newId } from '@/lib/contracts/ids';
import type { Message } from '@/lib/contracts/messages';
import type { Grant, PeerAdmission } from '@/lib/contracts/playback';
import { SIGNALING_PATH } from '@/lib/contracts/signaling';
import { freePort, startServer, type TestServer } from '@/testing/processes';
import { ADMIN, cookiesOf } from '@/testing/product';
import { until } from '@/testing/wait';
import { sharedPostgres, sharedRabbitmq } from '../support/shared';

const SECRET = 'a secret of at least thirty-two characters';

let env: Record<string, string>;
let url: string;
let cookie = '';
const running: TestServer[] = [];

function run(part: string, port: number): TestServer {
  const server = startServer(process.execPath, [join('build', 'main.mjs'), part], {
    env: { PATH: process.env.PATH, NODE_ENV: 'production', ...env, PORT: String(port) },
  });
  running.push(server);
  return server;
}

async function api<T>(method: string, path: string, body?: unknown): Promise<T> {
  const response = await fetch(url + path, {
    method,
    headers: { cookie, origin: url, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
  if (response.headers.getSetCookie().length > 0) cookie = cookiesOf(response);
  return (await response.json()) as T;
}

const health = () => api<Health>('GET', '/api/health').catch(() => null);
const whole = () => running.map((server) => server.output()).join('\n');

beforeAll(async () => {
  const [amqpUrl, databaseUrl] = await Promise.all([sharedRabbitmq(), sharedPostgres()]);
  const [webPort, signalingPort] = [await freePort(), await freePort()];
  url = `http://localhost:${webPort}`;
  env = {
    AMQP_URL: amqpUrl,
    DATABASE_URL: databaseUrl,
    ENXAME_SECRET: SECRET,
    PUBLIC_URL: url,
    SIGNALING_URL: `http://localhost:${signalingPort}`,
  };
  // In no particular order: each waits for what it needs.
  run('web', webPort);
  run('signaling', signalingPort);
  run('services', 0);
  await until('every part', async () => (await health())?.status === 'ok').catch((error: Error) => {
    throw new Error(`${error.message}\n${whole()}`);
  });
});

afterAll(async () => {
  await Promise.all(running.map((server) => server.stop()));
});

test('health sees every process', async () => {
  expect((await health())?.components).toMatchObject({
    database: { status: 'ok' },
    broker: { status: 'ok' },
    catalog: { status: 'ok' },
    playlists: { status: 'ok' },
    history: { status: 'ok' },
    signaling: { status: 'ok' },
  });
});

test('the first account, music, a grant, and sealed bytes from the origin', async () => {
  await api('POST', '/api/setup', ADMIN);
  await api('POST', '/api/imports', { folder: 'demo' });
  const track = await until('a track', async () => {
    const { albums } = await api<{ albums: { id: string }[] }>('GET', '/api/albums');
    const first = albums[0];
    if (first === undefined) return null;
    return (await api<{ tracks: Track[] }>('GET', `/api/albums/${first.id}`)).tracks[0];
  });
  const peerId = newId();
  const grant = await api<Grant>('POST', '/api/playback', { trackId: track.id, peerId });
  const headers = { authorization: `Bearer ${grant.ticket}`, range: 'bytes=0-65551' };
  const chunk = await fetch(new URL(grant.originUrl, url), { headers });
  expect(chunk.status).toBe(206);
  expect((await chunk.arrayBuffer()).byteLength).toBe(65_552);
});

test('signaling is told to pages, admits by the token of the web process, and passes facts on', async () => {
  const admission = await api<PeerAdmission>('POST', '/api/peer', { peerId: newId() });
  expect(admission.signalingUrl).toBe(env.SIGNALING_URL);
  expect(admission.iceServers).toEqual([{ urls: `stun:localhost:${new URL(admission.signalingUrl).port}` }]);
  const page = await fetch(url, { headers: { cookie } });
  expect(page.headers.get('content-security-policy')).toContain(admission.signalingUrl.replace('http', 'ws'));
  const socket: Socket = io(admission.signalingUrl, {
    path: SIGNALING_PATH,
    transports: ['websocket'],
    auth: { token: admission.token },
    reconnection: false,
    extraHeaders: { origin: url },
  });
  try {
    const facts: Message[] = [];
    socket.on('fact', (fact: Message) => facts.push(fact));
    await until('the socket', () => socket.connected);
    const { messageId } = await api<{ messageId: string }>('POST', '/api/playlists', { name: 'Apart' });
    const fact = await until('the fact', () => facts.find((known) => known.type === 'changed.playlist'));
    expect(fact.data).toMatchObject({ messageId, deleted: false });
  } finally {
    socket.close();
  }
});

test('services that are killed are missed and named; started again, they finish what was left', async () => {
  const services = running.pop();
  await services?.stop('SIGKILL');
  await until('degraded', async () => (await health())?.status === 'degraded');
  expect((await health())?.components.catalog?.status).toBe('down');
  const { playlistId } = await api<{ playlistId: string }>('POST', '/api/playlists', { name: 'While away' });
  run('services', 0);
  await until('all well', async () => (await health())?.status === 'ok');
  const { playlists } = await until('the playlist', async () => {
    const answer = await api<{ playlists: { id: string }[] }>('GET', '/api/playlists');
    return answer.playlists.some((playlist) => playlist.id === playlistId) ? answer : null;
  });
  expect(playlists).toHaveLength(2);
});

test('every process stops in order', async () => {
  const ended = await Promise.all(
    running.map(async (server) => {
      await server.stop('SIGTERM');
      return server.process.exitCode;
    }),
  );
  expect(ended).toEqual(ended.map(() => 0));
});
