import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import type { Health } from '@/lib/contracts/http';

const START_TIMEOUT_MS = 60_000;

export const ADMIN = { name: 'Ada', email: 'ada@example.org', password: 'a long pass phrase' };

export interface Product {
  url: string;
  dataDir: string;
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

/** The built product as one process with a data folder of its own, its administrator made. */
export async function startProduct(env: Record<string, string> = {}): Promise<Product> {
  const dataDir = await mkdtemp(join(tmpdir(), 'enxame-test-'));
  const port = await freePort();
  const url = `http://localhost:${port}`;
  let child: ChildProcess | null = null;
  let text = '';
  let cookie = '';

  async function start() {
    const started = spawn(process.execPath, [join('build', 'main.mjs')], {
      env: {
        ...process.env,
        NODE_ENV: 'production',
        NEXT_TELEMETRY_DISABLED: '1',
        PORT: String(port),
        DATA_DIR: dataDir,
        ...env,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    child = started;
    for (const stream of [started.stdout, started.stderr]) {
      stream?.on('data', (data) => {
        text += data;
      });
    }
    const deadline = Date.now() + START_TIMEOUT_MS;
    while (!(await isServing(url))) {
      if (started.exitCode !== null) throw new Error(`the server ended with ${started.exitCode}:\n${text}`);
      if (Date.now() > deadline) throw new Error(`the server does not answer:\n${text}`);
      await wait(50);
    }
  }

  async function end(signal: NodeJS.Signals): Promise<number | null> {
    const running = child;
    child = null;
    if (running === null || running.exitCode !== null || running.signalCode !== null) return null;
    const ended = new Promise<void>((resolve) => running.once('exit', () => resolve()));
    running.kill(signal);
    await ended;
    return running.exitCode;
  }

  const product: Product = {
    url,
    dataDir,
    output: () => text,
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
    terminate: () => end('SIGTERM'),
    kill: async () => {
      await end('SIGKILL');
    },
    start,
    async stop() {
      await end('SIGTERM');
      await rm(dataDir, { recursive: true, force: true });
    },
  };

  await start();
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

async function isServing(url: string): Promise<boolean> {
  try {
    const response = await fetch(`${url}/api/health`);
    if (response.status !== 200) return false;
    return ((await response.json()) as Health).status === 'ok';
  } catch {
    return false;
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, 'localhost', () => {
      const address = server.address();
      server.close(() =>
        typeof address === 'object' && address !== null ? resolve(address.port) : reject(new Error('no port')),
      );
    });
  });
}

/** Waits until `probe` gives something other than null, undefined or false. @throws after `timeoutMs`, naming `what` */
export async function until<T>(what: string, probe: () => Promise<T> | T, timeoutMs = 20_000): Promise<NonNullable<T>> {
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    const value = await probe();
    if (value !== null && value !== undefined && value !== false) return value as NonNullable<T>;
    if (Date.now() > deadline) throw new Error(`waited ${timeoutMs} ms in vain: ${what}`);
    await wait(50);
  }
}
