/** The built server as a process: what it says when it cannot start, and how it stops. */
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { io } from 'socket.io-client';
import { afterEach, expect, test } from 'vitest';
import { SIGNALING_PATH } from '@/lib/contracts/signaling';
import { freePort, startServer, type TestServer } from '@/testing/processes';
import { type Product, startProduct } from '@/testing/product';
import { until } from '@/testing/wait';

const folders: string[] = [];
const servers: TestServer[] = [];
const products: Product[] = [];

function tempFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'enxame-process-'));
  folders.push(folder);
  return folder;
}

function run(env: Record<string, string>, part?: string): TestServer {
  const server = startServer(process.execPath, [join('build', 'main.mjs'), ...(part === undefined ? [] : [part])], {
    env: { PATH: process.env.PATH, NODE_ENV: 'production', DATA_DIR: tempFolder(), ...env },
  });
  servers.push(server);
  return server;
}

/** Waits until it has ended. @returns its exit code and what it said */
async function outcome(server: TestServer): Promise<{ code: number | null; said: string }> {
  await until('the end of the process', () => server.ended());
  return { code: server.process.exitCode, said: server.output() };
}

afterEach(async () => {
  for (const server of servers.splice(0)) if (!server.ended()) await server.stop('SIGKILL');
  for (const product of products.splice(0)) await product.stop();
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

test('a wrong value names the variable, the value and what is allowed', async () => {
  const { code, said } = await outcome(run({ PORT: 'eighty', SIGNUP: 'maybe', ENXAME_SECRET: 'short' }));
  expect(code).toBe(1);
  expect(said).toContain('PORT is "eighty", but must be: a port number from 0 to 65535');
  expect(said).toContain('SIGNUP is "maybe", but must be: open, invite or closed');
  expect(said).not.toContain('short"');
  expect(said).not.toContain('    at ');
});

test.each(['127.0.0.1', '::1'])('a port taken on %s is named, with the way out', async (host) => {
  const other = createServer();
  const port = await freePort();
  await new Promise<void>((resolve) => other.listen(port, host, resolve));
  try {
    const { code, said } = await outcome(run({ PORT: String(port) }));
    expect(code).toBe(1);
    expect(said).toContain(`Port ${port} is in use by another program.`);
    expect(said).toContain(`PORT=${port + 1}`);
  } finally {
    other.close();
  }
});

test('a music folder that is not there, or is none', async () => {
  const missing = await outcome(run({ PORT: '0', MUSIC_DIR: '/no/such/folder' }));
  expect(missing).toMatchObject({ code: 1, said: expect.stringContaining('MUSIC_DIR is "/no/such/folder"') });
  const file = join(tempFolder(), 'song.mp3');
  writeFileSync(file, '');
  const none = await outcome(run({ PORT: '0', MUSIC_DIR: file }));
  expect(none).toMatchObject({ code: 1, said: expect.stringContaining('it is not a folder') });
});

test('a data folder that cannot be made', async () => {
  const { code, said } = await outcome(run({ PORT: '0', DATA_DIR: '/dev/null/data' }));
  expect(code).toBe(1);
  expect(said).toContain('The data folder /dev/null/data cannot be created');
});

test('a part alone says what it must share', async () => {
  for (const part of ['web', 'signaling', 'catalog', 'playlists', 'history', 'services']) {
    const { code, said } = await outcome(run({ PORT: '0' }, part));
    expect(code).toBe(1);
    expect(said).toContain('AMQP_URL');
    expect(said).toContain('ENXAME_SECRET');
  }
  const { code, said } = await outcome(run({}, 'kitchen'));
  expect(code).toBe(1);
  expect(said).toContain('There is no part "kitchen"');
});

test('a database that cannot be reached is waited for, aloud, without its password', async () => {
  const port = await freePort();
  const server = run({
    PORT: '0',
    DATABASE_URL: `postgres://enxame:hidden@127.0.0.1:${port}/enxame`,
    AMQP_URL: `amqp://enxame:hidden@127.0.0.1:${port}`,
    ENXAME_SECRET: 'a secret of at least thirty-two characters',
  });
  await until('a word about it', () => server.output().includes('cannot be reached'));
  expect(server.output()).not.toContain('hidden');
  expect(server.ended()).toBe(false);
  await server.stop('SIGTERM');
  expect(server.process.exitCode).toBe(0);
});

test('one process alone uses a data folder; it stops in order, with tabs connected, and starts again', async () => {
  const product = await startProduct();
  products.push(product);
  const second = await outcome(run({ PORT: '0', DATA_DIR: product.dataDir }));
  expect(second).toMatchObject({ code: 1, said: expect.stringContaining('is in use by another Enxame process') });
  expect(statSync(join(product.dataDir, 'secret.key')).mode & 0o777).toBe(0o600);

  const { token } = await product.api<{ token: string }>('POST', '/api/peer', { peerId: 'AAAAAAAAAAAAAAAAAAAAAA' });
  const socket = io(product.url, {
    path: SIGNALING_PATH,
    transports: ['websocket'],
    auth: { token },
    reconnection: false,
    extraHeaders: { origin: product.url },
  });
  try {
    await until('the socket', () => socket.connected);
    // Not 0: it was not through in time (STOP_WITHIN_MS).
    expect(await product.terminate()).toBe(0);
  } finally {
    socket.close();
  }
  await product.start();
  expect(await product.api('GET', '/api/me')).toMatchObject({ account: { role: 'admin' }, firstRun: false });
});
