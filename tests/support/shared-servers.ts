/**
 * The servers that test files share, started by vitest's main process when the first file asks: one RabbitMQ (7 s to start), one
 * PostgreSQL (2 s), and a PGlite database as initdb leaves it (5 s of CPU time to make, 1 s to load). Each asker gets a virtual host or a
 * database of its own. Files ask through `shared.ts`; those that stop a server start a private one.
 */
import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Client } from 'pg';
import type { TestProject } from 'vitest/node';
import { startPostgres } from '@/testing/postgres';
import { startRabbitmq } from '@/testing/rabbitmq';

declare module 'vitest' {
  interface ProvidedContext {
    /** Where {@link setup} answers. */
    sharedServers: string;
  }
}

/** Made when the node starts; each is used by one asker only, so that no queue of another is in it. */
const VIRTUAL_HOSTS = Array.from({ length: 24 }, (_, i) => `test${i}`);

/** Vitest's globalSetup. @returns its teardown */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const folder = await mkdtemp(join(tmpdir(), 'enxame-shared-'));
  const startedRabbitmq = lazy(() => startRabbitmq(VIRTUAL_HOSTS));
  const startedPostgres = lazy(startPostgres);
  const madeTemplate = lazy(() => makeTemplate(join(folder, 'template.tar')));
  let [hosts, databases] = [0, 0];
  const answers: Record<string, () => Promise<string>> = {
    async '/rabbitmq'() {
      const { url } = await startedRabbitmq();
      const host = VIRTUAL_HOSTS[hosts++];
      if (host === undefined) throw new Error('All virtual hosts are in use: make VIRTUAL_HOSTS longer.');
      return `${url}/${host}`;
    },
    async '/postgres'() {
      const { url } = await startedPostgres();
      const name = `test${databases++}`;
      const client = new Client({ connectionString: url });
      await client.connect();
      await client.query(`create database ${name}`).finally(() => client.end());
      return new URL(`/${name}`, url).href;
    },
    '/pglite': madeTemplate,
  };
  const server = createServer((request, response) => {
    // A connection that was kept could be closed here in the very moment in which a file asks again.
    response.setHeader('connection', 'close');
    const answer = answers[request.url ?? ''] ?? (() => Promise.reject(new Error(`nothing is at ${request.url}`)));
    answer().then(
      (text) => response.end(text),
      (error) => response.writeHead(500).end(String(error)),
    );
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  project.provide('sharedServers', `http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  return async () => {
    server.close();
    server.closeAllConnections();
    await Promise.all([startedRabbitmq.stop(), startedPostgres.stop()]);
    await rm(folder, { recursive: true, force: true });
  };
}

/** Runs `start` at the first call. `stop` stops what was started. */
function lazy<T>(start: () => Promise<T>) {
  let started: Promise<T> | undefined;
  const get = () => (started ??= start());
  const stop = async () => {
    const running = (await started?.catch(() => undefined)) as { stop?(): Promise<void> } | undefined;
    await running?.stop?.();
  };
  return Object.assign(get, { stop });
}

/** Writes the files of an empty PGlite database. In a child process: whoever runs initdb keeps 900 MB. @returns `path` */
async function makeTemplate(path: string): Promise<string> {
  const script = `
    const { writeFile } = await import('node:fs/promises');
    const { PGlite } = await import('@electric-sql/pglite');
    const database = await PGlite.create();
    const dump = await database.dumpDataDir('none');
    await writeFile(process.argv[1], Buffer.from(await dump.arrayBuffer()));
    await database.close();`;
  await promisify(execFile)(process.execPath, ['--input-type=module', '-e', script, path]);
  return path;
}
