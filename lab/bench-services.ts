/**
 * `npm run bench:services`: search through the gateway at 100,000 tracks, events from end to end, and what the bus costs over bare amqplib; in one
 * process and in several. How each figure is taken: docs/benchmarks.md.
 */
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { pino } from 'pino';
import { newId } from '@/lib/contracts/ids';
import { type Message, newMessage } from '@/lib/contracts/messages';
import { openPglite } from '@/lib/database/pglite';
import { openPostgres } from '@/lib/database/postgres';
import type { Bus } from '@/lib/messaging/bus';
import { openBus } from '@/lib/messaging/open';
import { startHistory } from '@/services/history/service';
import { startPostgres } from '@/testing/postgres';
import { freePort, startServer } from '@/testing/processes';
import { ADMIN, cookiesOf, startProduct } from '@/testing/product';
import { openConnectedBus, startRabbitmq } from '@/testing/rabbitmq';
import { until } from '@/testing/wait';
import { measure, quantile, type Row, readForm, report } from './benchmark';
import { fillCatalogue, questions } from './services/catalogue';
import { compareRoundTrips } from './services/round-trip';

const SIZES = {
  full: { tracks: 100_000, warmUp: 200, searches: 1_200, events: 3_000, roundTrips: 3_000 },
  short: { tracks: 500, warmUp: 10, searches: 50, events: 50, roundTrips: 50 },
};
/** Listeners who search at the same moment: few, since people type for seconds between two questions. */
const CALM_HANDS = 2;
const FULL_HANDS = 16;
/** So many keep two cores busy: then the ratio is one of processor time. */
const FULL_RPC_HANDS = 8;
const EVENT_HANDS = 32;

const silent = pino({ level: 'silent' });
const { form } = readForm();
const size = SIZES[form];
type Add = (metric: string, value: number, unit: string, n: number) => void;

const rows = [...(await embedded()), ...(await distributed())];
await report('services', form, rows);

/** Rows of one way to run it, and how to add one. */
function rowsOf(scenario: string): { rows: Row[]; add: Add } {
  const rows: Row[] = [];
  return { rows, add: (metric, value, unit, n) => rows.push({ system: 'enxame', scenario, metric, value, unit, n }) };
}

async function embedded(): Promise<Row[]> {
  const { rows, add } = rowsOf('embedded');
  console.log('embedded: starting the product …');
  const product = await startProduct({ LOG_LEVEL: 'warn' });
  try {
    await product.terminate();
    const database = await openPglite(product.dataDir);
    console.log(`embedded: a catalogue of ${size.tracks} tracks …`);
    const titles = await fillCatalogue(database.orm, size.tracks);
    await database.orm.execute('vacuum analyze');
    await database.close();
    await product.start();
    console.log(`embedded: ${size.searches} searches, twice …`);
    await measureSearch(add, product.url, product.cookie(), titles);
    await product.terminate();
    console.log(`embedded: ${size.events} events …`);
    await measureEvents(add, async () => {
      const opened = await openPglite(product.dataDir);
      const bus = await openBus({ config: { amqpUrl: null }, database: opened, log: silent });
      return {
        publisher: bus,
        watcher: bus,
        close: async () => {
          await bus.close();
          await opened.close();
        },
        history: { bus, database: opened },
      };
    });
  } finally {
    await product.stop();
  }
  return rows;
}

async function distributed(): Promise<Row[]> {
  const { rows, add } = rowsOf('distributed');
  console.log('distributed: starting RabbitMQ, PostgreSQL, the gateway and the catalog …');
  const [broker, postgres, port] = await Promise.all([startRabbitmq(), startPostgres(), freePort()]);
  const url = `http://localhost:${port}`;
  const env = {
    PATH: process.env.PATH,
    NODE_ENV: 'production' as const,
    AMQP_URL: broker.url,
    DATABASE_URL: postgres.url,
    ENXAME_SECRET: randomUUID() + randomUUID(),
    PUBLIC_URL: url,
    PORT: String(port),
    LOG_LEVEL: 'warn',
  };
  const run = (part: string) => startServer(process.execPath, [join('build', 'main.mjs'), part], { env });
  const parts = [run('web'), run('catalog')];
  try {
    const asked = () =>
      fetch(`${url}/api/search?q=a`, { headers: { cookie } }).then(
        (r) => r.ok,
        () => false,
      );
    let cookie = '';
    await until(
      'the gateway',
      () =>
        fetch(`${url}/api/me`).then(
          (r) => r.ok,
          () => false,
        ),
      60_000,
    );
    cookie = cookiesOf(
      await fetch(`${url}/api/setup`, {
        method: 'POST',
        headers: { origin: url, 'content-type': 'application/json' },
        body: JSON.stringify(ADMIN),
      }),
    );
    await until('the catalog', asked, 60_000);
    const database = await openPostgres(postgres.url, silent);
    console.log(`distributed: a catalogue of ${size.tracks} tracks …`);
    const titles = await fillCatalogue(database.orm, size.tracks);
    await database.orm.execute('vacuum analyze');
    console.log(`distributed: ${size.searches} searches, twice …`);
    await measureSearch(add, url, cookie, titles);
    console.log(`distributed: ${size.events} events …`);
    await measureEvents(add, async () => {
      const open = () => openConnectedBus(broker.url, { log: silent });
      const [publisher, watcher, worker] = [await open(), await open(), await open()];
      return {
        publisher,
        watcher,
        close: async () => {
          await Promise.all([publisher.close(), watcher.close(), worker.close()]);
        },
        history: { bus: worker, database },
      };
    });
    await database.close();
    console.log(`distributed: ${size.roundTrips} questions over the bus and as many over amqplib alone, twice …`);
    const { ours, bare } = await compareRoundTrips(broker.url, size.roundTrips, 1);
    add('rpc ms', ours, 'ms', size.roundTrips);
    add('bare rpc ms', bare, 'ms', size.roundTrips);
    add('rpc ratio', ours / bare, 'x', size.roundTrips);
    const full = await compareRoundTrips(broker.url, size.roundTrips, FULL_RPC_HANDS);
    add('rpc ratio, 8 at a time', full.ours / full.bare, 'x', size.roundTrips);
  } finally {
    await Promise.all(parts.map((part) => part.stop()));
    await Promise.all([broker.stop(), postgres.stop()]);
  }
  return rows;
}

async function measureSearch(add: Add, url: string, cookie: string, titles: string[]): Promise<void> {
  await until('the last track is found', () => isFound(url, cookie, titles.at(-1) ?? ''), 300_000);
  const search = async (q: string) => {
    const response = await fetch(`${url}/api/search?q=${encodeURIComponent(q)}`, { headers: { cookie } });
    if (!response.ok) throw new Error(`search "${q}": ${response.status} ${await response.text()}`);
    await response.arrayBuffer();
  };
  const asked = questions(titles, size.warmUp + size.searches);
  await measure(asked.slice(0, size.warmUp), CALM_HANDS, search);
  const { each } = await measure(asked.slice(size.warmUp), CALM_HANDS, search);
  for (const [metric, share] of [
    ['search p50 ms', 0.5],
    ['search p95 ms', 0.95],
    ['search p99 ms', 0.99],
  ] as const) {
    add(metric, quantile(each, share), 'ms', each.length);
  }
  const full = await measure(asked.slice(size.warmUp), FULL_HANDS, search);
  add('search per s', size.searches / full.seconds, '1/s', size.searches);
}

/** The index of names has it. */
async function isFound(url: string, cookie: string, title: string): Promise<boolean> {
  const response = await fetch(`${url}/api/search?q=${encodeURIComponent(title)}`, { headers: { cookie } });
  return response.ok && ((await response.json()) as { total: number }).total > 0;
}

interface Wires {
  publisher: Bus;
  watcher: Bus;
  /** What the history worker runs on. */
  history: Pick<Parameters<typeof startHistory>[0], 'bus' | 'database'>;
  close(): Promise<void>;
}

/** From the first publish until the fact about the last event is heard: publish with confirm, transaction, outbox, fact. */
async function measureEvents(add: Add, wire: () => Promise<Wires>): Promise<void> {
  const { publisher, watcher, history, close } = await wire();
  const config = { listenbrainzUrl: null };
  const worker = await startHistory({ ...history, config, log: silent } as unknown as Parameters<
    typeof startHistory
  >[0]);
  const heard = new Set<string>();
  await watcher.subscribe({ queue: null, patterns: ['changed.history'] }, async (fact) => {
    heard.add(fact.requestId);
  });
  const listeners = Array.from({ length: 50 }, newId);
  const events = Array.from({ length: size.events }, (_, i): Message => {
    const play = { trackId: newId(), playId: newId(), positionS: 0 };
    return newMessage('playback.started', play, { actor: listeners[i % listeners.length] ?? '', at: Date.now() });
  });
  const began = performance.now();
  await measure(events, EVENT_HANDS, (event) => publisher.publish(event));
  await until('the last event', () => heard.size >= size.events, 120_000);
  add('events per s', size.events / ((performance.now() - began) / 1000), '1/s', size.events);
  await worker.close();
  await close();
}
