import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chown, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Client } from 'pg';
import { freePort, idsOf, isRoot, startServer, type TestServer, untilReady } from './processes';

/** Debian keeps the servers of each version here; they are not on the PATH. */
const VERSIONS = '/usr/lib/postgresql';
const READY_TIMEOUT_MS = 240_000;

export interface PostgresServer {
  url: string;
  /** Ends it in good order, and its folder with it. */
  stop(): Promise<void>;
  /** As a crash: "immediate" shutdown, every connection broken, recovery from the log at the start. */
  crash(): Promise<void>;
  /** Starts it again on the same folder and port. */
  start(): Promise<void>;
}

/** A private PostgreSQL on loopback, with a folder of its own. As root it runs as the user postgres: it refuses root. */
export async function startPostgres(): Promise<PostgresServer> {
  const bin = await findBinaries();
  const folder = await mkdtemp(join(tmpdir(), 'enxame-postgres-'));
  const ids = isRoot() ? idsOf('postgres') : null;
  if (ids !== null) await chown(folder, ids.uid, ids.gid);
  const data = join(folder, 'data');
  const port = await freePort();
  const env = { PATH: process.env.PATH, NODE_ENV: 'test' as const, HOME: folder, LC_ALL: 'C.UTF-8' };
  const options = { ...(ids ?? {}), cwd: folder, env };
  await promisify(execFile)(
    join(bin, 'initdb'),
    ['-D', data, '-U', 'postgres', '-A', 'trust', '-E', 'UTF8', '--locale=C.UTF-8', '--no-sync'],
    options,
  );
  const settings = [
    'listen_addresses=127.0.0.1',
    `port=${port}`,
    'unix_socket_directories=',
    'fsync=off',
    'shared_buffers=32MB',
  ];
  const url = `postgres://postgres@127.0.0.1:${port}/postgres`;
  const ping = async () => {
    const client = new Client({ connectionString: url });
    try {
      await client.connect();
      await client.query('select 1');
    } finally {
      await client.end();
    }
  };
  let server: TestServer;
  const start = async () => {
    const args = ['-D', data, ...settings.flatMap((setting) => ['-c', setting])];
    server = startServer(join(bin, 'postgres'), args, options);
    await untilReady('PostgreSQL', server, ping, READY_TIMEOUT_MS);
  };
  await start();
  return {
    url,
    start,
    crash: () => server.stop('SIGQUIT'),
    async stop() {
      // SIGINT is its "fast" shutdown: connections are ended, data is written.
      await server.stop('SIGINT');
      await rm(folder, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

async function findBinaries(): Promise<string> {
  const versions = existsSync(VERSIONS) ? await readdir(VERSIONS) : [];
  const newest = versions.sort((a, b) => Number(b) - Number(a))[0];
  if (newest === undefined) throw new Error('PostgreSQL is missing. On Debian: apt-get install postgresql');
  return join(VERSIONS, newest, 'bin');
}
