/**
 * Services that lose nothing, as separate processes: thousands of commands and events while RabbitMQ is restarted and killed, PostgreSQL
 * crashes and workers are killed at random. What was acknowledged is applied, once; what was not, at most once.
 */
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { connect } from 'amqplib';
import { Client } from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { newId } from '@/lib/contracts/ids';
import { durableQueues, newMessage } from '@/lib/contracts/messages';
import type { Bus } from '@/lib/messaging/bus';
import { openBus } from '@/lib/messaging/open';
import { testLog } from '../support/brokers';
import { cookiesOf } from '../support/gateway';
import { type Actor, messageOf, randomTask, seeded, type Task } from '../support/load';
import { type PostgresServer, startPostgres } from '../support/postgres';
import { freePort, startServer, type TestServer } from '../support/processes';
import { ADMIN, until } from '../support/product';
import { type RabbitmqNode, startRabbitmq } from '../support/rabbitmq';

/** Acknowledged messages, through the bus and through the gateway. */
const BY_BUS = 4500;
const BY_HTTP = 500;
/** Publishers at a time. */
const HANDS = 40;
const WORKERS = ['playlists', 'playlists', 'history', 'history'];
const SEED = Number(process.env.TEST_SEED ?? Math.floor(Math.random() * 1e9));

let broker: RabbitmqNode;
let database: PostgresServer;
let url: string;
let env: Record<string, string>;
let web: TestServer;
let publisher: Bus;
let watcher: Bus;
const workers: TestServer[] = [];
/** Facts by the request they answer: each by its own id, since a fact may come twice. */
const answers = new Map<string, Set<string>>();
const acknowledged = new Map<string, Task>();
const refused = new Map<string, Task>();

function run(part: string, port = 0): TestServer {
  return startServer(process.execPath, [join('build', 'main.mjs'), part], {
    env: { PATH: process.env.PATH, NODE_ENV: 'production', ...env, PORT: String(port) },
  });
}

beforeAll(async () => {
  [broker, database] = await Promise.all([startRabbitmq(), startPostgres()]);
  const webPort = await freePort();
  url = `http://localhost:${webPort}`;
  env = {
    AMQP_URL: broker.url,
    DATABASE_URL: database.url,
    ENXAME_SECRET: 'a secret of at least thirty-two characters',
    PUBLIC_URL: url,
    LOG_LEVEL: 'warn',
  };
  web = run('web', webPort);
  for (const part of WORKERS) workers.push(run(part));
  const open = () => openBus({ config: { amqpUrl: broker.url }, database: null, log: testLog });
  [publisher, watcher] = await Promise.all([open(), open()]);
  await watcher.subscribe({ queue: 'test.facts', patterns: ['changed.#'] }, async (fact) => {
    answers.set(fact.requestId, (answers.get(fact.requestId) ?? new Set()).add(fact.id));
  });
  await until(
    'the gateway',
    () =>
      fetch(`${url}/api/me`).then(
        (response) => response.ok,
        () => false,
      ),
    60_000,
  );
});

afterAll(async () => {
  await Promise.all([publisher?.close(), watcher?.close()]);
  await Promise.all([web, ...workers].map((server) => server?.stop()));
  await Promise.all([broker?.stop(), database?.stop()]);
});

test(`five thousand messages survive every fault (TEST_SEED=${SEED})`, async () => {
  const random = seeded(SEED);
  const actors = Array.from({ length: 40 }, (): Actor => ({ accountId: newId(), playlistId: newId() }));
  for (const { accountId, playlistId } of actors) {
    const data = { playlistId, name: 'Tarde', description: '', trackIds: [] };
    const create = newMessage('playlist.create', data, { actor: accountId, at: Date.now() });
    await until('the services', () =>
      publisher.publish(create).then(
        () => true,
        () => false,
      ),
    );
  }
  const people = await signUp(5);
  await until('the playlists', () => answers.size >= actors.length + people.length);

  const target = BY_BUS + BY_HTTP;
  const done = () => acknowledged.size;
  const busHand = async () => {
    while (done() < target - httpLeft()) await byBus(randomTask(actors, random));
  };
  let byHttpDone = 0;
  const httpLeft = () => BY_HTTP - byHttpDone;
  const httpHand = async (person: Person) => {
    while (byHttpDone < BY_HTTP) if (await byHttp(person, randomTask([person.actor], random))) byHttpDone++;
  };
  const faults = makeFaults(done, target, random);
  await Promise.all([...Array.from({ length: HANDS }, busHand), ...people.map(httpHand)]);
  await faults;

  const missing = () => [...acknowledged.keys()].filter((id) => !answers.has(id));
  await until(
    () => `${missing().length} acknowledged messages to be answered`,
    () => missing().length === 0,
    60_000,
  );
  await until('the queues to be empty', isQuiet, 30_000);

  expect(acknowledged.size).toBeGreaterThanOrEqual(target);
  const twice = [...answers].filter(([, facts]) => facts.size > 1);
  expect(twice).toEqual([]);
  await compareWithDatabase();
}, 240_000);

interface Person {
  actor: Actor;
  cookie: string;
}

/** Listeners of the real gateway, each with a playlist. */
async function signUp(count: number): Promise<Person[]> {
  const post = async (path: string, body: unknown, cookie = '') => {
    const response = await fetch(url + path, {
      method: 'POST',
      headers: { origin: url, cookie, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
    return response;
  };
  const admin = cookiesOf(await post('/api/setup', ADMIN));
  return Promise.all(
    Array.from({ length: count }, async (_, i) => {
      const who = { name: `Listener ${i}`, email: `l${i}@example.org`, password: 'a long pass phrase' };
      const { id } = (await (await post('/api/people', { ...who, role: 'listener' }, admin)).json()) as { id: string };
      const cookie = cookiesOf(await post('/api/auth/sign-in/email', who));
      const playlistId = newId();
      await post('/api/playlists', { playlistId, name: 'Noite' }, cookie);
      return { cookie, actor: { accountId: id, playlistId } };
    }),
  );
}

async function byBus(task: Task): Promise<void> {
  const message = messageOf(task);
  try {
    await publisher.publish(message);
    acknowledged.set(message.requestId, task);
  } catch {
    refused.set(message.requestId, task);
    await sleep(50);
  }
}

/** @returns whether it was acknowledged */
async function byHttp({ cookie }: Person, task: Task): Promise<boolean> {
  const requestId = newId();
  const [path, body] =
    task.kind === 'add'
      ? [`/api/playlists/${task.actor.playlistId}/entries`, { revision: 1, trackIds: [task.trackId] }]
      : ['/api/plays', { type: 'finished', trackId: task.trackId, playId: task.playId, positionS: 200 }];
  try {
    const response = await fetch(url + path, {
      method: 'POST',
      headers: { origin: url, cookie, 'content-type': 'application/json', 'x-request-id': requestId },
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(15_000),
    });
    await response.text();
    if (response.status === 202) {
      acknowledged.set(requestId, task);
      return true;
    }
    expect([429, 503, 504]).toContain(response.status);
  } catch (error) {
    if (!(error instanceof TypeError) && (error as Error).name !== 'TimeoutError') throw error;
  }
  refused.set(requestId, task);
  await sleep(100);
  return false;
}

/** RabbitMQ twice, PostgreSQL once, and workers all the while; each fault at its share of the work. */
async function makeFaults(done: () => number, target: number, random: () => number): Promise<void> {
  const reached = (share: number) => until(`${share} of the load`, () => done() >= share * target, 120_000);
  let over = false;
  const killing = (async () => {
    while (!over) {
      await sleep(1500 + random() * 2000);
      const at = Math.floor(random() * workers.length);
      await workers[at]?.stop('SIGKILL');
      workers[at] = run(WORKERS[at] ?? '');
    }
  })();
  await reached(0.15);
  await broker.restart();
  await reached(0.4);
  await database.crash();
  await sleep(1000);
  await database.start();
  await reached(0.7);
  await broker.kill();
  await broker.start();
  await reached(0.95);
  over = true;
  await killing;
}

async function isQuiet(): Promise<boolean> {
  const connection = await connect(broker.url);
  try {
    const channel = await connection.createChannel();
    for (const queue of [...Object.values(durableQueues), 'test.facts']) {
      if ((await channel.checkQueue(queue)).messageCount > 0) return false;
    }
  } finally {
    await connection.close();
  }
  const [row] = await query<{ left: string }>(
    'select ((select count(*) from playlists.outbox) + (select count(*) from history.outbox)) as left',
  );
  return row?.left === '0';
}

async function query<Row>(text: string): Promise<Row[]> {
  const client = new Client({ connectionString: database.url });
  await client.connect();
  try {
    return (await client.query(text)).rows;
  } finally {
    await client.end();
  }
}

async function compareWithDatabase(): Promise<void> {
  const plays = await query<{ track_id: string }>('select track_id from history.plays');
  const entries = await query<{ track_id: string }>('select track_id from playlists.entries');
  // Each task has a track of its own: what is there twice was applied twice.
  for (const [kind, rows] of [
    ['play', plays],
    ['add', entries],
  ] as const) {
    const there = rows.map((row) => row.track_id);
    expect(new Set(there).size).toBe(there.length);
    const wanted = [...acknowledged.values()].filter((task) => task.kind === kind).map((task) => task.trackId);
    expect(wanted.filter((trackId) => !there.includes(trackId))).toEqual([]);
    const may = new Set([...wanted, ...[...refused.values()].map((task) => task.trackId)]);
    expect(there.filter((trackId) => !may.has(trackId))).toEqual([]);
  }
  const wrong = await query(
    `select p.id, p.revision, count(e.entry_id) from playlists.playlists p
     left join playlists.entries e on e.playlist_id = p.id
     group by p.id having p.revision <> 1 + count(e.entry_id)`,
  );
  expect(wrong).toEqual([]);
}
