import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { cp, mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Health } from '@/lib/contracts/api/server';
import type { ImportStatus } from '@/lib/contracts/catalog';
import { freePort, startServer, type TestServer, untilReady } from './processes';
import { HANGS_MS, until } from './wait';

/** As in package.json's `start` (docs/decisions/0008). */
const NODE_FLAGS = ['--max-semi-space-size=4'];

export const ADMIN = { name: 'Ada', email: 'ada@example.org', password: 'a long pass phrase' };

/** Folders are looked at only when a test, or a benchmark, imports them: which look finds a change is then known. */
export const AS_ASKED = { WATCH: 'off', RESCAN_MINUTES: '0' };

/** A product as one of its accounts sees it. */
export interface Session {
  url: string;
  /** An answer of the gateway; JSON. @throws when it is not a 2xx */
  api<T = unknown>(method: string, path: string, body?: unknown): Promise<T>;
  /** Session cookie, as a header's value. */
  cookie(): string;
}

/** The product, as its administrator sees it. */
export interface Product extends Session {
  dataDir: string;
  pid(): number;
  /** What the server printed so far. */
  output(): string;
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

  async function start(settings: Record<string, string> = env) {
    server = startServer(process.execPath, [...NODE_FLAGS, join('build', 'main.mjs')], {
      env: {
        ...process.env,
        NODE_ENV: 'production',
        NEXT_TELEMETRY_DISABLED: '1',
        PORT: String(port),
        DATA_DIR: dataDir,
        ...AS_ASKED,
        ...settings,
      },
    });
    await untilReady('Enxame', server, () => assertServing(url), HANGS_MS);
  }

  const product: Product = {
    ...sessionOf(url, () => cookie),
    dataDir,
    pid: () => server?.process.pid ?? 0,
    output: () => server?.output() ?? '',
    async terminate() {
      await server?.stop();
      return server?.process.exitCode ?? null;
    },
    kill: async () => server?.stop('SIGKILL'),
    start: () => start(),
    async stop() {
      await server?.stop();
      await rm(dataDir, { recursive: true, force: true, maxRetries: 5 });
    },
  };

  try {
    if (!firstRun && env.DATABASE_URL === undefined) {
      await fillDataFolder(dataDir, async () => {
        await start({});
        await server?.stop();
      });
    }
    await start();
    if (!firstRun) cookie = await cookieFrom(url, '/api/setup', ADMIN);
    return product;
  } catch (error) {
    await product.stop().catch(() => {});
    throw error;
  }
}

/** @param cookie the session's, as a header's value */
export function sessionOf(url: string, cookie: () => string): Session {
  return {
    url,
    cookie,
    async api<T>(method: string, path: string, body?: unknown) {
      const response = await fetch(url + path, {
        method,
        headers: {
          cookie: cookie(),
          origin: url,
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      const answer = await response.text();
      if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${answer}`);
      return (answer === '' ? undefined : JSON.parse(answer)) as T;
    },
  };
}

export interface Person {
  name: string;
  email: string;
  password: string;
}

/** Makes an account and signs it in. */
export async function addPerson(admin: Session, person: Person, role = 'listener'): Promise<Session> {
  await admin.api('POST', '/api/people', { ...person, role });
  return signIn(admin.url, person);
}

/** @throws when the address or the password is wrong */
export async function signIn(url: string, { email, password }: Omit<Person, 'name'>): Promise<Session> {
  const cookie = await cookieFrom(url, '/api/auth/sign-in/email', { email, password });
  return sessionOf(url, () => cookie);
}

async function cookieFrom(url: string, path: string, body: object): Promise<string> {
  const response = await fetch(url + path, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin: url },
    body: JSON.stringify(body),
  });
  if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
  return cookiesOf(response);
}

/** The cookies that an answer sets, as a request's header gives them back. */
export const cookiesOf = (response: Response): string =>
  response.headers
    .getSetCookie()
    .map((line) => line.split(';')[0])
    .join('; ');

/** Imports a folder and waits until all of it is read. @param admin an administrator */
export async function importMusic(admin: Session, folder: string): Promise<void> {
  const { id } = await admin.api<ImportStatus>('POST', '/api/imports', { folder });
  await until(`the import of ${folder}`, async () => {
    const { imports } = await admin.api<{ imports: ImportStatus[] }>('GET', '/api/imports');
    return imports.find((each) => each.id === id)?.state === 'done';
  });
}

async function assertServing(url: string): Promise<void> {
  const health = (await (await fetch(`${url}/api/health`)).json()) as Health;
  if (health.status !== 'ok') throw new Error(JSON.stringify(health));
}

/**
 * Fills an empty data folder as the first start of this very build would: making the database costs more than all the rest of a start. The first
 * caller makes it; later ones, of later runs too, copy.
 * @param make starts the product in the folder and ends it
 */
async function fillDataFolder(folder: string, make: () => Promise<void>): Promise<void> {
  const { digest } = JSON.parse(readFileSync(join('build', 'stamp.json'), 'utf8')) as { digest: string };
  const output = join('tests', 'output');
  const template = join(output, `data-${digest.slice(0, 16)}`);
  if (!existsSync(template)) {
    await make();
    await mkdir(output, { recursive: true });
    const old = readdirSync(output).filter((name) => name.startsWith('data-') && !template.includes(name.slice(0, 21)));
    await Promise.all(old.map((name) => rm(join(output, name), { recursive: true, force: true })));
    const draft = `${template}.${process.pid}`;
    await cp(folder, draft, { recursive: true });
    // Where another process was first, its folder stays.
    await rename(draft, template).catch(() => rm(draft, { recursive: true, force: true }));
    return;
  }
  await cp(template, folder, { recursive: true });
}
