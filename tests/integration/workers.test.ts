/** Several processes of one service: they make the database ready together, share the work, and one may be killed in the middle of it. */
import { join } from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Health } from '@/lib/contracts/api/server';
import { freePort, startServer, type TestServer } from '@/testing/processes';
import { ADMIN, cookiesOf } from '@/testing/product';
import { HANGS_MS, until } from '@/testing/wait';
import { sharedPostgres, sharedRabbitmq } from '../support/shared';

let amqpUrl: string;
let databaseUrl: string;
let url: string;
let cookie = '';

interface Part {
  server: TestServer;
  metricsAt: string;
}
const parts: Part[] = [];

async function run(part: string, port = 0): Promise<Part> {
  const metricsPort = await freePort();
  const server = startServer(process.execPath, [join('build', 'main.mjs'), part], {
    env: {
      PATH: process.env.PATH,
      NODE_ENV: 'production',
      AMQP_URL: amqpUrl,
      DATABASE_URL: databaseUrl,
      ENXAME_SECRET: 'a secret of at least thirty-two characters',
      PUBLIC_URL: url,
      PORT: String(port),
      METRICS_PORT: String(metricsPort),
    },
  });
  const running = { server, metricsAt: `http://127.0.0.1:${metricsPort}` };
  parts.push(running);
  return running;
}

const isWell = async ({ metricsAt }: Part) => (await fetch(`${metricsAt}/healthz`).catch(() => null))?.ok === true;

/** Searches that this process has answered. */
async function answered({ metricsAt }: Part): Promise<number> {
  const text = await (await fetch(`${metricsAt}/metrics`)).text();
  const lines = text.split('\n').filter((line) => /^enxame_rpc_answer_seconds_count\{.*catalog\.search/.test(line));
  return lines.reduce((sum, line) => sum + Number(line.split(' ').at(-1)), 0);
}

async function search(): Promise<{ status: number; code: string | undefined; found: string[] }> {
  const signal = AbortSignal.timeout(HANGS_MS);
  const response = await fetch(`${url}/api/search?q=colmeia`, { headers: { cookie }, signal });
  const body = (await response.json()) as { code?: string; tracks?: { id: string }[] };
  return { status: response.status, code: body.code, found: (body.tracks ?? []).map(({ id }) => id) };
}

beforeAll(async () => {
  [amqpUrl, databaseUrl] = await Promise.all([sharedRabbitmq(), sharedPostgres()]);
  const webPort = await freePort();
  url = `http://localhost:${webPort}`;
  // All at once, on a database with nothing in it.
  await Promise.all([run('catalog'), run('catalog'), run('catalog'), run('services'), run('web', webPort)]);
});
afterAll(async () => {
  await Promise.all(parts.map(({ server }) => server.stop()));
});

it('migrate an empty database once, however many begin at the same moment', async () => {
  for (const part of parts) {
    await until(
      () => part.server.output(),
      // It answers before its migrations are through.
      async () => / ready/.test(part.server.output()) && (await isWell(part)),
    );
    expect(part.server.ended()).toBe(false);
    expect(part.server.output()).not.toMatch(/"level":(50|60)|already exists|duplicate key/);
  }
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  const applied = await client.query<{ total: string; different: string }>(
    'select count(*) total, count(distinct hash) different from migrations.catalog',
  );
  await client.end();
  expect(Number(applied.rows[0]?.total)).toBeGreaterThan(0);
  expect(applied.rows[0]?.total).toBe(applied.rows[0]?.different);
});

it('share the questions; one that is killed loses none that its caller did not see fail', async () => {
  await until('the gateway', async () => (await fetch(`${url}/api/health`)).ok);
  const setup = await fetch(`${url}/api/setup`, {
    method: 'POST',
    headers: { origin: url, 'content-type': 'application/json' },
    body: JSON.stringify(ADMIN),
  });
  cookie = cookiesOf(setup);
  await fetch(`${url}/api/imports`, {
    method: 'POST',
    headers: { origin: url, cookie, 'content-type': 'application/json' },
    body: JSON.stringify({ folder: 'demo' }),
  });
  await until('the music', async () => (await search()).found.length > 0);
  // The part that runs all services, and one catalog, go: two catalogs are left.
  const [first, second, third, all] = parts;
  if (!first || !second || !third || !all) throw new Error('no processes');
  await Promise.all([third.server.stop(), all.server.stop()]);

  const right = (await search()).found;
  const seen = { answered: 0, refused: 0 };
  let stop = false;
  const ask = async () => {
    while (!stop) {
      const { status, code, found } = await search();
      if (status === 200) {
        expect(found).toEqual(right);
        seen.answered++;
      } else {
        // The question was under way when its worker went: said plainly.
        expect([`503 unavailable`, `504 timeout`]).toContain(`${status} ${code}`);
        seen.refused++;
      }
    }
  };
  const ASKERS = 8;
  const going = Promise.all(Array.from({ length: ASKERS }, ask));
  const meanwhile = async () => {
    const before = [await answered(first), await answered(second)];
    await until('both to have their share', async () => {
      const now = [await answered(first), await answered(second)];
      return now.every((count, i) => count - (before[i] ?? 0) > 50);
    });
    await first.server.stop('SIGKILL');
    const [atKill, leftAtKill] = [seen.answered, await answered(second)];
    await until(
      'the other to go on',
      async () => seen.answered > atKill + 200 && (await answered(second)) > leftAtKill,
    );
    const again = await run('catalog');
    await until('the new one', () => isWell(again));
    await until('the new one to have its share', async () => (await answered(again)) > 50);
  };
  try {
    await Promise.race([meanwhile(), going.then(() => Promise.reject(new Error('nobody asks any more')))]);
  } finally {
    stop = true;
  }
  await going;
  // At most what was with the worker that went: one question of each asker.
  expect(seen.refused).toBeLessThanOrEqual(ASKERS);
  const health = (await (await fetch(`${url}/api/health`)).json()) as Health;
  expect(health.components.catalog?.status).toBe('ok');
});
