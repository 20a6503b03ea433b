import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { asc, eq } from 'drizzle-orm';
import { Broker, type ConsumeMessage } from 'smqp';
import type { Log } from '@/lib/config/log';
import { EnxameError } from '@/lib/contracts/errors';
import type { DurableQueue, Message } from '@/lib/contracts/messages';
import type { ComponentHealth } from '@/lib/contracts/reasons';
import { type RpcHandlers, type RpcName, type RpcParams, rpcQueue, type ServiceName } from '@/lib/contracts/rpc';
import { databaseFailure } from '@/lib/database/away';
import type { Database } from '@/lib/database/database';
import {
  type Bus,
  EXCHANGE,
  PREFETCH,
  RETRY_DELAYS_MS,
  type RequestOptions,
  RPC_PREFETCH,
  RPC_TIMEOUT_MS,
  type Subscription,
} from '../bus';
import { answerRequest, decodeAnswer, encodeMessage, encodeRequest, serviceOf } from '../codec';
import { counted, type Depth, watchDepths } from '../metrics';
import { PendingRequests } from '../pending-requests';
import { MessageProcessor } from '../processor';
import { countDeadLetters, discardDeadLetters, listDeadLetters, replayDeadLetters } from './dead-letters';
import { bindings, deadLettersTable, journal } from './schema';

const MIGRATIONS = 'lib/messaging/embedded/migrations';
/** Messages a durable queue may hold; more are refused as `unavailable`, since each is in memory too. */
const MAX_BACKLOG = 10_000;
const SETTLE_RETRY_MS = 1_000;

/** A message in a durable queue: its row in the journal, and what the row says. */
interface Journaled {
  seq: number;
  body: string;
  failures: number;
  /** When it was published (epoch ms); null for what an earlier run left behind. */
  sentAt: number | null;
}

/** A question in a service's queue; `body` is text, so that nothing but JSON ever crosses. */
interface Question {
  id: string;
  body: string;
}

/**
 * The bus inside one process. smqp holds exchange, queues and consumers; the journal in the database makes messages of
 * durable queues survive a crash. One such bus for a database: two would each replay the whole journal.
 */
export async function openEmbeddedBus(options: {
  database: Database;
  log: Log;
  retryDelaysMs?: readonly number[];
}): Promise<Bus> {
  await options.database.migrate('bus', MIGRATIONS);
  const bus = new EmbeddedBus(options.database, options.log, options.retryDelaysMs ?? RETRY_DELAYS_MS);
  await bus.recover();
  watchDepths(() => bus.depths());
  return bus;
}

class EmbeddedBus implements Bus {
  private readonly broker = new Broker();
  private readonly exchange = this.broker.assertExchange(EXCHANGE, 'topic', { autoDelete: false });
  private readonly pending = new PendingRequests();
  private readonly open = new Set<Subscription>();
  private readonly database: Database;
  private readonly log: Log;
  private readonly retryDelaysMs: readonly number[];
  private closed = false;

  constructor(database: Database, log: Log, retryDelaysMs: readonly number[]) {
    this.database = database;
    this.log = log;
    this.retryDelaysMs = retryDelaysMs;
  }

  /** Brings back the durable queues and what was in them. */
  async recover(): Promise<void> {
    for (const { queue, pattern } of await this.database.orm.select().from(bindings)) this.bind(queue, pattern);
    const rows = await this.database.orm.select().from(journal).orderBy(asc(journal.seq));
    for (const row of rows) this.give(row, null);
    if (rows.length > 0) this.log.info({ messages: rows.length }, 'messages of an earlier run are given again');
  }

  async request<N extends RpcName>(name: N, params: RpcParams<N>, options: RequestOptions = {}) {
    this.assertOpen();
    const body = encodeRequest(name, params, options.requestId ?? randomUUID());
    const queue = this.broker.getQueue(rpcQueue(serviceOf(name)));
    if (queue === undefined || queue.consumerCount === 0) {
      throw new EnxameError('unavailable', `The ${serviceOf(name)} service is not running.`, { retryAfterS: 2 });
    }
    const id = randomUUID();
    const text = await this.pending.wait(id, name, options, () => {
      queue.queueMessage({}, { id, body } satisfies Question, { expiration: options.timeoutMs ?? RPC_TIMEOUT_MS });
    });
    return decodeAnswer(name, text);
  }

  async serve<S extends ServiceName>(service: S, handlers: RpcHandlers<S>): Promise<Subscription> {
    this.assertOpen();
    const queue = this.broker.assertQueue(rpcQueue(service), { autoDelete: false });
    const working = new Set<Promise<void>>();
    const consumer = queue.consume(
      (_key: string, delivered: ConsumeMessage) => {
        const { id, body } = delivered.content as Question;
        const work = answerRequest(handlers, body, this.log)
          .then((text) => this.pending.settle(id, text))
          .finally(() => {
            delivered.ack();
            working.delete(work);
          });
        working.add(work);
      },
      { prefetch: RPC_PREFETCH },
    );
    return this.subscription(async () => {
      queue.cancel(consumer.consumerTag, { keepPending: true });
      await Promise.all(working);
    });
  }

  publish(message: Message): Promise<void> {
    return counted(message.type, this.deliver(message));
  }

  private async deliver(message: Message): Promise<void> {
    this.assertOpen();
    const body = encodeMessage(message);
    const queues = this.queuesFor(message.type);
    const durable = queues.filter((queue) => queue.options.durable === true);
    if (durable.length === 0 && !message.type.startsWith('changed.')) {
      throw new EnxameError('unavailable', `No queue takes messages of type ${message.type}.`);
    }
    if (durable.some((queue) => queue.messageCount >= MAX_BACKLOG)) {
      throw new EnxameError('unavailable', 'Too many messages are waiting to be processed.');
    }
    const rows = durable.length === 0 ? [] : await this.write(durable.map(({ name }) => ({ queue: name, body })));
    for (const row of rows) this.give(row, Date.now());
    for (const queue of queues) if (queue.options.durable !== true) queue.queueMessage({}, body);
  }

  async subscribe(
    { queue, patterns }: { queue: string | null; patterns: string[] },
    handle: (message: Message) => Promise<void>,
  ): Promise<Subscription> {
    this.assertOpen();
    if (queue === null) return this.listen(patterns, handle);
    for (const pattern of patterns) {
      await this.database.orm.insert(bindings).values({ queue, pattern }).onConflictDoNothing();
      this.bind(queue, pattern);
    }
    const processor = new MessageProcessor({ handle, retryDelaysMs: this.retryDelaysMs, log: this.log });
    const durable = this.durableQueue(queue);
    const consumer = durable.consume(
      (_key: string, delivered: ConsumeMessage) => processor.take(this.delivery(queue, delivered)),
      { prefetch: PREFETCH },
    );
    return this.subscription(async () => {
      durable.cancel(consumer.consumerTag, { keepPending: true });
      await processor.close();
    });
  }

  deadLetters(queue: DurableQueue, limit: number) {
    return listDeadLetters(this.database.orm, queue, limit);
  }

  async replay(queue: DurableQueue, ids: readonly string[] | null) {
    const rows = await replayDeadLetters(this.database.orm, queue, ids);
    for (const row of rows) this.give(row, null);
    return rows.length;
  }

  discard(queue: DurableQueue, ids: readonly string[] | null) {
    return discardDeadLetters(this.database.orm, queue, ids);
  }

  /** Of the durable queues, for the metrics. */
  async depths(): Promise<Depth[]> {
    const deadLetters = await countDeadLetters(this.database.orm);
    const names = new Set(this.exchange.bindings.map(({ queue }) => queue).filter(({ options }) => options.durable));
    return [...names].map(({ name, messageCount }) => ({
      queue: name,
      waiting: messageCount,
      deadLetters: deadLetters.get(name) ?? 0,
    }));
  }

  health(): ComponentHealth {
    return this.closed
      ? { status: 'down', code: 'closed', detail: 'closed' }
      : { status: 'ok', code: 'embedded_broker', detail: 'embedded' };
  }

  async close(): Promise<void> {
    this.closed = true;
    await Promise.all([...this.open].map((subscription) => subscription.close()));
    this.pending.failAll(new EnxameError('unavailable', 'The server is stopping.'));
    this.broker.reset();
  }

  /** A subscription without a durable queue: one try, nothing kept. */
  private listen(patterns: string[], handle: (message: Message) => Promise<void>): Subscription {
    const processor = new MessageProcessor({ handle, retryDelaysMs: [], log: this.log });
    const queue = this.broker.createQueue(null, { durable: false, autoDelete: false });
    for (const pattern of patterns) this.exchange.bindQueue(queue, pattern);
    queue.consume(
      (_key: string, delivered: ConsumeMessage) => {
        const done = async () => delivered.ack();
        processor.take({
          text: delivered.content,
          queue: '',
          failures: 0,
          isRepeat: false,
          sentAt: null,
          stale: () => false,
          ack: done,
          giveBack: done,
          deadLetter: done,
        });
      },
      { prefetch: PREFETCH },
    );
    return this.subscription(async () => {
      for (const pattern of patterns) this.exchange.unbindQueue(queue, pattern);
      await processor.close();
      this.broker.deleteQueue(queue.name);
    });
  }

  /** How one message of a durable queue ends: first in the journal, then in memory. */
  private delivery(queue: string, delivered: ConsumeMessage) {
    const row = delivered.content as Journaled;
    const { orm } = this.database;
    return {
      text: row.body,
      queue,
      failures: row.failures,
      isRepeat: row.sentAt === null || row.failures > 0,
      sentAt: row.sentAt,
      stale: () => false,
      ack: () => settle(delivered, () => orm.delete(journal).where(eq(journal.seq, row.seq))),
      async giveBack(failures: number) {
        if (failures > row.failures) {
          row.failures = failures;
          await orm.update(journal).set({ failures }).where(eq(journal.seq, row.seq));
        }
        delivered.nack(false, true);
      },
      deadLetter: (reason: string, failures: number) =>
        settle(delivered, () =>
          orm.transaction(async (tx) => {
            await tx.insert(deadLettersTable).values({ queue, body: row.body, failures, reason });
            await tx.delete(journal).where(eq(journal.seq, row.seq));
          }),
        ),
    };
  }

  private give({ queue, seq, body, failures }: typeof journal.$inferSelect, sentAt: number | null): void {
    this.durableQueue(queue).queueMessage({}, { seq, body, failures, sentAt } satisfies Journaled);
  }

  private durableQueue(name: string) {
    return this.broker.assertQueue(name, { durable: true, autoDelete: false });
  }

  private bind(queue: string, pattern: string) {
    this.exchange.bindQueue(this.durableQueue(queue), pattern);
  }

  /** Each queue once, however many of its patterns match: as AMQP does, and smqp's own exchange does not. */
  private queuesFor(type: string) {
    return [
      ...new Set(this.exchange.bindings.filter((binding) => binding.testPattern(type)).map((binding) => binding.queue)),
    ];
  }

  private async write(rows: { queue: string; body: string }[]) {
    try {
      return await this.database.orm.insert(journal).values(rows).returning();
    } catch (cause) {
      const failure = databaseFailure(cause);
      throw failure ?? new EnxameError('unavailable', 'The message could not be written to the journal.', { cause });
    }
  }

  private subscription(end: () => Promise<void>): Subscription {
    let ending: Promise<void> | null = null;
    const subscription = {
      close: () => {
        this.open.delete(subscription);
        ending ??= end();
        return ending;
      },
    };
    this.open.add(subscription);
    return subscription;
  }

  private assertOpen(): void {
    if (this.closed) throw new EnxameError('unavailable', 'The server is stopping.');
  }
}

/** Forgets a message once the journal has; where the journal cannot be written, the message is given again after a pause. */
async function settle(delivered: ConsumeMessage, write: () => Promise<unknown>): Promise<void> {
  try {
    await write();
  } catch (error) {
    await sleep(SETTLE_RETRY_MS);
    delivered.nack(false, true);
    throw error;
  }
  delivered.ack();
}
