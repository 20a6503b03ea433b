/**
 * Services that lose nothing, as separate processes: thousands of commands and events while RabbitMQ is restarted and killed, PostgreSQL
 * crashes and workers are killed at random. What was acknowledged is applied, once; what was not, at most once.
 */
import { join } from 'node:path';
import { connect } from 'amqplib';
import { Client } from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { newId } from '@/lib/contracts/ids';
import { durableQueues, newMessage } from '@/lib/contracts/messages';
import type { Bus } from '@/lib/messaging/bus';
import { makeRandom } from '@/lib/util/random';
import { type PostgresServer, startPostgres } from '@/testing/postgres';
import { freePort, startServer, type TestServer } from '@/testing/processes';
import { ADMIN, cookiesOf } from '@/testing/product';
import { openConnectedBus, type RabbitmqNode, startRabbitmq } from '@/testing/rabbitmq';
import { until } from '@/testing/wait';
import { testLog } from '../support/brokers';
import { type Actor, FAULT_MESSAGES, FAULT_SEEDS, messageOf, randomTask, type Task } from '../support/load';

/** Of the acknowledged messages, those through the gateway; the others go through the bus. */
const BY_HTTP = FAULT_MESSAGES / 10;
/** Publishers at a time. */
const HANDS = 40;
/** Publishers wait while so many are not answered: else a quick machine sends many times the load while a fault lasts. */
const MAX_UNANSWERED = FAULT_MESSAGES / 3;
const WORKERS = ['playlists', 'playlists', 'history', 'history'];

let broker: RabbitmqNode;
let database: PostgresServer;
let url: string;
let env: Record<string, string>;
let web: TestServer;
let admin = '';
let publisher: Bus;
let watcher: Bus;
const workers: TestServer[] = [];
/** Facts by the request they answer: each by its own id, since a fact may come twice. */
const answers = new Map<string, Set<string>>();
const acknowledged = new Map<string, Task>();
/** Requests that were acknowledged, and no fact has come yet. */
const unanswered = new Set<string>();
let acknowledgedBefore = 0;
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
  const open = () => openConnectedBus(broker.url, { log: testLog });
  [publisher, watcher] = await Promise.all([open(), open()]);
  await watcher.subscribe({ queue: 'test.facts', patterns: ['changed.#'] }, async (fact) => {
    unanswered.delete(fact.requestId);
    answers.set(fact.requestId, (answers.get(fact.requestId) ?? new Set()).add(fact.id));
  });
  await until('the gateway', gatewayAnswers);
  admin = cookiesOf(await post('/api/setup', ADMIN));
});

afterAll(async () => {
  await Promise.all([publisher?.close(), watcher?.close()]);
  await Promise.all([web, ...workers].map((server) => server?.stop()));
  await Promise.all([broker?.stop(), database?.stop()]);
});

test.each(FAULT_SEEDS)(
  `${FAULT_MESSAGES} messages survive every fault (FAULT_SEED=%i)`,
  async (seed) => {
    const random = makeRandom(seed);
    acknowledgedBefore = acknowledged.size;
    const answeredBefore = answers.size;
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
    const people = await signUp(5, seed);
    await until('the playlists', () => answers.size >= answeredBefore + actors.length + people.length);

    let allMade = false;
    const faults = makeFaults(random).then(() => {
      allMade = true;
    });
    // Until every fault has met services at work, however quick the load is through.
    const busHand = async () => {
      while (!allMade || done() < FAULT_MESSAGES - httpLeft()) await byBus(randomTask(actors, random));
    };
    let byHttpDone = 0;
    const httpLeft = () => Math.max(0, BY_HTTP - byHttpDone);
    const httpHand = async (person: Person) => {
      while (byHttpDone < BY_HTTP) if (await byHttp(person, randomTask([person.actor], random))) byHttpDone++;
    };
    await Promise.all([faults, ...Array.from({ length: HANDS }, busHand), ...people.map(httpHand)]);

    await until(
      () => `${unanswered.size} acknowledged messages to be answered`,
      () => unanswered.size === 0,
    );
    await until('the queues to be empty', isQuiet);

    expect(done()).toBeGreaterThanOrEqual(FAULT_MESSAGES);
    const twice = [...answers].filter(([, facts]) => facts.size > 1);
    expect(twice).toEqual([]);
    await compareWithDatabase();
  },
  240_000,
);

/** Acknowledged in this run. */
const done = () => acknowledged.size - acknowledgedBefore;

function acknowledge(requestId: string, task: Task): void {
  acknowledged.set(requestId, task);
  // The fact may have been quicker than the acknowledgement.
  if (!answers.has(requestId)) unanswered.add(requestId);
}

const gatewayAnswers = () =>
  fetch(`${url}/api/me`).then(
    (response) => response.ok,
    () => false,
  );

async function post(path: string, body: unknown, cookie = ''): Promise<Response> {
  const response = await fetch(url + path, {
    method: 'POST',
    headers: { origin: url, cookie, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
  return response;
}

interface Person {
  actor: Actor;
  cookie: string;
}

/** Listeners of the real gateway, each with a playlist. */
async function signUp(count: number, seed: number): Promise<Person[]> {
  return Promise.all(
    Array.from({ length: count }, async (_, i) => {
      const who = { name: `Listener ${i}`, email: `l${i}-${seed}@example.org`, password: 'a long pass phrase' };
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
    acknowledge(message.requestId, task);
  } catch {
    refused.set(message.requestId, task);
  }
  const mayGoOn = () => publisher.health().status === 'ok' && unanswered.size < MAX_UNANSWERED;
  if (!mayGoOn()) await until('the broker and the services', mayGoOn);
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
      acknowledge(requestId, task);
      return true;
    }
    expect([429, 503, 504]).toContain(response.status);
  } catch (error) {
    if (!(error instanceof TypeError) && (error as Error).name !== 'TimeoutError') throw error;
  }
  refused.set(requestId, task);
  await until('the gateway', gatewayAnswers);
  return false;
}

/** RabbitMQ twice, PostgreSQL once, and workers all the while; each fault at its share of the work. */
async function makeFaults(random: () => number): Promise<void> {
  const reached = (share: number) => until(`${share} of the load`, () => done() >= share * FAULT_MESSAGES, 120_000);
  const killing = (async () => {
    for (let share = 0.05; share < 0.95; share += 0.05 + random() * 0.15) {
      await reached(share);
      const at = Math.floor(random() * workers.length);
      await workers[at]?.stop('SIGKILL');
      workers[at] = run(WORKERS[at] ?? '');
    }
  })();
  await reached(0.15);
  await broker.restart();
  await reached(0.4);
  await database.crash();
  // What is acknowledged now waits in the broker.
  await until('work to wait', () => unanswered.size >= MAX_UNANSWERED / 2);
  await database.start();
  await reached(0.7);
  await broker.kill();
  await broker.start();
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
