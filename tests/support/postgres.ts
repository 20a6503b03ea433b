import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chown, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Client } from 'pg';
import { freePort, idsOf, isRoot, startServer, untilReady } from './processes';

/** Debian keeps the servers of each version here; they are not on the PATH. */
const VERSIONS = '/usr/lib/postgresql';
const READY_TIMEOUT_MS = 60_000;

/** A private PostgreSQL on loopback, with a folder of its own. As root it runs as the user postgres: it refuses root. */
export async function startPostgres(): Promise<{ url: string; stop(): Promise<void> }> {
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
  const server = startServer(
    join(bin, 'postgres'),
    ['-D', data, ...settings.flatMap((setting) => ['-c', setting])],
    options,
  );
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
  await untilReady('PostgreSQL', server, ping, READY_TIMEOUT_MS);
  return {
    url,
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
