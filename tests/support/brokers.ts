/** Both brokers behind one face, so that one contract suite asks the same of each. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect } from 'amqplib';
import { pino } from 'pino';
import type { DurableQueue } from '@/lib/contracts/messages';
import type { Database } from '@/lib/database/database';
import { openPglite } from '@/lib/database/pglite';
import type { Bus } from '@/lib/messaging/bus';
import { journal } from '@/lib/messaging/embedded/schema';
import { openBus } from '@/lib/messaging/open';
import { openConnectedBus, startRabbitmq } from '@/testing/rabbitmq';

export interface TestBroker {
  /** A bus of another process; the embedded broker has one process and so one bus. */
  connect(): Promise<Bus>;
  /** Puts text into a queue without the bus's own checks, as another version of the program could. Ends what is connected. */
  inject(queue: string, ...texts: string[]): Promise<void>;
  /** Why messages of a queue became dead letters. */
  deadLetterReasons(queue: string): Promise<string[]>;
  /**
   * Ends whatever holds the messages under its users' feet, and starts it again. Ends what is connected.
   * @param whileAway runs when nothing can be settled any more
   */
  restart(whileAway: () => void): Promise<void>;
  stop(): Promise<void>;
}

/** `TEST_LOG=debug` shows what a failing test's servers say. */
export const testLog = pino({ level: process.env.TEST_LOG ?? 'silent' });
/** As many tries as in earnest, without the waits. */
const retryDelaysMs = [5, 5, 5, 5];

export async function startEmbedded(): Promise<TestBroker> {
  const folder = await mkdtemp(join(tmpdir(), 'enxame-bus-'));
  let database: Database;
  let bus: Bus;
  const open = async () => {
    database = await openPglite(folder);
    bus = await openBus({ config: { amqpUrl: null }, database, log: testLog, retryDelaysMs });
  };
  await open();
  return {
    connect: async () => bus,
    async inject(queue, ...texts) {
      await database.orm.insert(journal).values(texts.map((body) => ({ queue, body })));
      await bus.close();
      await database.close();
      await open();
    },
    deadLetterReasons: (queue) => reasonsOf(bus, queue),
    async restart(whileAway) {
      // The bus is not told: what its handlers finish from here on can no longer be noted.
      await database.close();
      whileAway();
      await open();
    },
    async stop() {
      await bus.close();
      await database.close();
      await rm(folder, { recursive: true });
    },
  };
}

export async function startRabbitmqBroker(): Promise<TestBroker> {
  const node = await startRabbitmq();
  const open = new Set<Bus>();
  const closeAll = async () => {
    await Promise.all([...open].map((bus) => bus.close()));
    open.clear();
  };
  const openOne = async () => {
    const bus = await openConnectedBus(node.url, { log: testLog, retryDelaysMs });
    open.add(bus);
    return bus;
  };
  return {
    connect: openOne,
    async inject(queue, ...texts) {
      await closeAll();
      const connection = await connect(node.url);
      const channel = await connection.createConfirmChannel();
      for (const text of texts) channel.sendToQueue(queue, Buffer.from(text), { persistent: true });
      await channel.waitForConfirms();
      await connection.close();
    },
    async deadLetterReasons(queue) {
      const bus = await openOne();
      return reasonsOf(bus, queue);
    },
    async restart(whileAway) {
      await node.halt();
      whileAway();
      await closeAll();
      await node.start();
    },
    async stop() {
      await closeAll();
      await node.stop();
    },
  };
}

/** The tests' own queues have dead letters like those of the contracts. */
async function reasonsOf(bus: Bus, queue: string): Promise<string[]> {
  return (await bus.deadLetters(queue as DurableQueue, 100)).messages.map((message) => message.reason);
}
