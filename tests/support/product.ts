import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import type { Health } from '@/lib/contracts/http';
import { freePort, startServer, type TestServer, untilReady } from './processes';

/** As in package.json's `start` (docs/decisions/0008). */
const NODE_FLAGS = ['--max-semi-space-size=4'];
const START_TIMEOUT_MS = 60_000;

export const ADMIN = { name: 'Ada', email: 'ada@example.org', password: 'a long pass phrase' };

export interface Product {
  url: string;
  dataDir: string;
  pid(): number;
  /** What the server printed so far. */
  output(): string;
  /** An answer of the gateway as the administrator; JSON. @throws when it is not a 2xx */
  api<T = unknown>(method: string, path: string, body?: unknown): Promise<T>;
  /** Session cookie of the administrator, as a header's value. */
  cookie(): string;
  /** SIGTERM. @returns the exit code */
  terminate(): Promise<number | null>;
  /** kill -9 */
  kill(): Promise<void>;
  /** The same port, the same data. */
  start(): Promise<void>;
  /** Ends it and removes its data. */
  stop(): Promise<void>;
}

/**
 * The built product as one process with a data folder of its own.
 * @param firstRun leave it as a newcomer finds it, without an account
 */
export async function startProduct(env: Record<string, string> = {}, { firstRun = false } = {}): Promise<Product> {
  const dataDir = await mkdtemp(join(tmpdir(), 'enxame-test-'));
  const port = await freePort();
  const url = `http://localhost:${port}`;
  let server: TestServer | null = null;
  let cookie = '';

  async function start() {
    server = startServer(process.execPath, [...NODE_FLAGS, join('build', 'main.mjs')], {
      env: {
        ...process.env,
        NODE_ENV: 'production',
        NEXT_TELEMETRY_DISABLED: '1',
        PORT: String(port),
        DATA_DIR: dataDir,
        ...env,
      },
    });
    await untilReady('Enxame', server, () => assertServing(url), START_TIMEOUT_MS);
  }

  const product: Product = {
    url,
    dataDir,
    pid: () => server?.process.pid ?? 0,
    output: () => server?.output() ?? '',
    cookie: () => cookie,
    async api<T>(method: string, path: string, body?: unknown) {
      const response = await fetch(url + path, {
        method,
        headers: { cookie, origin: url, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      const answer = await response.text();
      if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${answer}`);
      return (answer === '' ? undefined : JSON.parse(answer)) as T;
    },
    async terminate() {
      await server?.stop();
      return server?.process.exitCode ?? null;
    },
    kill: async () => server?.stop('SIGKILL'),
    start,
    async stop() {
      await server?.stop();
      await rm(dataDir, { recursive: true, force: true });
    },
  };

  await start();
  if (firstRun) return product;
  const response = await fetch(`${url}/api/setup`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin: url },
    body: JSON.stringify(ADMIN),
  });
  if (!response.ok) throw new Error(`setup: ${response.status} ${await response.text()}`);
  cookie = response.headers
    .getSetCookie()
    .map((line) => line.split(';')[0])
    .join('; ');
  return product;
}

async function assertServing(url: string): Promise<void> {
  const health = (await (await fetch(`${url}/api/health`)).json()) as Health;
  if (health.status !== 'ok') throw new Error(JSON.stringify(health));
}

/** Waits until `probe` gives something other than null, undefined or false. @throws after `timeoutMs`, naming `what` */
export async function until<T>(
  what: string | (() => string),
  probe: () => Promise<T> | T,
  timeoutMs = 20_000,
): Promise<NonNullable<T>> {
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    const value = await probe();
    if (value !== null && value !== undefined && value !== false) return value as NonNullable<T>;
    if (Date.now() > deadline)
      throw new Error(`waited ${timeoutMs} ms in vain: ${typeof what === 'string' ? what : what()}`);
    await wait(50);
  }
}
