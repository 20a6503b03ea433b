/** Dead letters on RabbitMQ: each durable queue has a dead-letter queue of its own, behind a dead-letter exchange of the same name. */
import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ChannelModel, ConfirmChannel, GetMessage } from 'amqplib';
import type { DeadLetter } from '@/lib/contracts/api/admin';
import { EnxameError } from '@/lib/contracts/errors';
import type { DurableQueue } from '@/lib/contracts/messages';
import type { Depth } from '../metrics';
import type { ChannelUser, RabbitmqConnection } from './connection';
import { confirmed } from './publisher';

export const deadLetterQueue = (queue: string) => `${queue}.parked`;
/** One look or replay goes through this many at most; what lies behind them is seen once these are gone. */
export const MAX_SEEN = 1_000;
/** Each look gives a message back, which RabbitMQ 4 counts as a failed delivery and forgets after 20 unless told otherwise. */
const LOOKS = 1_000_000_000;
/** A count that has not changed for this long is the count. */
const SETTLE_MS = 30;
const SETTLE_LOOKS = 50;
const SHOWN_CHARS = 2_000;
const HASH_CHARS = 22;

/** Declares the dead-letter queue of a queue. @returns arguments that the queue itself needs */
export async function declareDeadLetters(channel: ConfirmChannel, queue: string) {
  const deadLetters = deadLetterQueue(queue);
  await channel.assertExchange(deadLetters, 'fanout', { durable: true });
  await channel.assertQueue(deadLetters, {
    durable: true,
    arguments: { 'x-queue-type': 'quorum', 'x-delivery-limit': LOOKS },
  });
  await channel.bindQueue(deadLetters, deadLetters, '');
  return { deadLetterExchange: deadLetters, arguments: { 'x-dead-letter-strategy': 'at-least-once' } };
}

/** Looks at dead-letter queues, and empties them. One at a time: who looks holds the messages meanwhile. */
export class DeadLetters implements ChannelUser {
  readonly label = 'dead letters';
  private readonly connection: RabbitmqConnection;
  /** Declared by this process, and so known to exist. */
  private readonly queues: ReadonlySet<string>;
  private channel: ConfirmChannel | null = null;
  private busy: Promise<unknown> = Promise.resolve();

  constructor(connection: RabbitmqConnection, queues: ReadonlySet<string>) {
    this.connection = connection;
    this.queues = queues;
  }

  async attach(model: ChannelModel): Promise<void> {
    const channel = await this.connection.channel(model);
    channel.on('close', () => {
      if (this.channel === channel) this.channel = null;
    });
    this.channel = channel;
  }

  list(queue: DurableQueue, limit: number): Promise<{ messages: DeadLetter[]; total: number }> {
    return this.alone(queue, async (channel, seen, total) => {
      const messages = seen.slice(0, limit).map((message) => shown(queue, message));
      for (const message of seen) channel.nack(message, false, true);
      return { messages, total };
    });
  }

  /** @param again whether they go back to their queue or are forgotten */
  settle(queue: string, ids: readonly string[] | null, again: boolean): Promise<number> {
    return this.alone(queue, async (channel, seen) => {
      const wanted = ids === null ? null : new Set(ids);
      let ended = 0;
      for (const message of seen) {
        if (wanted !== null && !wanted.has(idOf(message))) {
          channel.nack(message, false, true);
          continue;
        }
        if (again) await confirmed((done) => channel.sendToQueue(queue, message.content, propertiesOf(message), done));
        channel.ack(message);
        ended++;
      }
      return ended;
    });
  }

  async depths(): Promise<Depth[]> {
    const channel = this.open();
    return Promise.all(
      [...this.queues].map(async (queue) => ({
        queue,
        waiting: (await channel.checkQueue(queue)).messageCount,
        deadLetters: (await channel.checkQueue(deadLetterQueue(queue))).messageCount,
      })),
    );
  }

  /** Holds the dead letters while `work` decides on them; broken off, RabbitMQ gives them back to their queue. */
  private alone<T>(
    queue: string,
    work: (channel: ConfirmChannel, seen: GetMessage[], total: number) => Promise<T>,
  ): Promise<T> {
    const turn = this.busy.then(async () => {
      const channel = this.open();
      await declareDeadLetters(channel, queue);
      const total = (await channel.checkQueue(deadLetterQueue(queue))).messageCount;
      const seen: GetMessage[] = [];
      while (seen.length < Math.min(total, MAX_SEEN)) {
        const message = await channel.get(deadLetterQueue(queue));
        if (message === false) break;
        seen.push(message);
      }
      const result = await work(channel, seen, total);
      await this.givenBack(channel, queue);
      return result;
    });
    this.busy = turn.catch(() => {});
    return turn;
  }

  /** A quorum queue takes its time to take messages back, and is short of them until then: who looks next must see them. */
  private async givenBack(channel: ConfirmChannel, queue: string): Promise<void> {
    let before = -1;
    for (let look = 0; look < SETTLE_LOOKS; look++) {
      const { messageCount } = await channel.checkQueue(deadLetterQueue(queue));
      if (messageCount === before) return;
      before = messageCount;
      await sleep(SETTLE_MS);
    }
  }

  private open(): ConfirmChannel {
    if (this.channel === null) throw new EnxameError('unavailable', 'The message broker is unavailable.');
    return this.channel;
  }
}

/** By the publisher's id; a foreign message has none, and is named by what it says. */
function idOf({ properties, content }: GetMessage): string {
  const id: unknown = properties.messageId;
  return typeof id === 'string' && id !== ''
    ? id
    : createHash('sha256').update(content).digest('base64url').slice(0, HASH_CHARS);
}

function propertiesOf({ properties }: GetMessage) {
  return {
    persistent: true,
    ...(properties.messageId === undefined ? {} : { messageId: properties.messageId }),
    contentType: 'application/json',
  };
}

function shown(queue: DurableQueue, message: GetMessage): DeadLetter {
  const headers = message.properties.headers ?? {};
  const death = headers['x-death']?.[0];
  return {
    id: idOf(message),
    queue,
    type: message.fields.routingKey,
    reason: String(headers['x-reason'] ?? (death === undefined ? 'unknown' : reasonOfDeath(death.reason))),
    failures: Number(headers['x-failures'] ?? death?.count ?? 0),
    failedAt:
      Number(headers['x-parked-at'] ?? 0) || (death?.time === undefined ? null : Number(death.time['!']) * 1000),
    body: message.content.toString('utf8').slice(0, SHOWN_CHARS),
  };
}

function reasonOfDeath(reason: string): string {
  if (reason === 'delivery_limit') return 'Its consumer stopped each time it worked on it.';
  return `RabbitMQ gave up on it: ${reason}`;
}
