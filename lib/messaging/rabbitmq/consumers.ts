/** The receiving side of RabbitMQ: servers that answer requests, and subscribers. */
import type { ChannelModel, ConfirmChannel, ConsumeMessage } from 'amqplib';
import { EnxameError, toWireError } from '@/lib/contracts/errors';
import { EXCHANGE, PREFETCH, RPC_PREFETCH, RPC_TIMEOUT_MS } from '../bus';
import type { Delivery, MessageProcessor } from '../processor';
import type { ChannelUser, RabbitmqConnection } from './connection';
import { deadLetterQueue, declareDeadLetters } from './dead-letters';
import { confirmed } from './publisher';

/** A queue that holds so many refuses more, and the publisher is told. */
const MAX_QUEUE_LENGTH = 100_000;
/**
 * Deliveries that were never settled, after which RabbitMQ itself makes a message a dead letter: one that kills its consumer each time.
 * Well above MAX_DELIVERIES, because a consumer that stops in good order also gives back what it had not begun.
 */
const CRASH_LIMIT = 20;
/** A subscriber without a durable queue that falls this far behind loses the oldest. */
const MAX_LIVE_BACKLOG = 10_000;

/** What servers and subscribers share: a channel of each connection that consumes one queue. */
abstract class Consumer implements ChannelUser {
  readonly label: string;
  protected readonly connection: RabbitmqConnection;
  private channel: ConfirmChannel | null = null;
  private consumerTag = '';
  private closing: Promise<void> | null = null;

  constructor(connection: RabbitmqConnection, label: string) {
    this.connection = connection;
    this.label = label;
  }

  async attach(model: ChannelModel): Promise<void> {
    const channel = await this.open(model);
    channel.on('close', () => {
      if (this.channel === channel) this.channel = null;
    });
    const { queue, prefetch } = await this.declare(channel);
    await channel.prefetch(prefetch);
    this.channel = channel;
    const { consumerTag } = await channel.consume(queue, (message) => {
      // Null: the queue was deleted under us. The next connection makes it again.
      if (message === null) this.connection.reconnect();
      else this.take(channel, message);
    });
    this.consumerTag = consumerTag;
  }

  /** Takes no more, finishes what it began. */
  close(): Promise<void> {
    this.closing ??= this.end();
    return this.closing;
  }

  protected isOpen(channel: ConfirmChannel): boolean {
    return this.channel === channel;
  }

  protected open(model: ChannelModel): Promise<ConfirmChannel> {
    return this.connection.channel(model);
  }

  protected abstract declare(channel: ConfirmChannel): Promise<{ queue: string; prefetch: number }>;
  protected abstract take(channel: ConfirmChannel, message: ConsumeMessage): void;
  /** Resolves when nothing is under way any more. */
  protected abstract drain(): Promise<void>;

  private async end(): Promise<void> {
    this.connection.remove(this);
    const channel = this.channel;
    await channel?.cancel(this.consumerTag).catch(() => {});
    await this.drain();
    if (channel !== null) await this.connection.closeChannel(channel);
  }
}

/** Answers the questions in a service's queue. */
export class RpcServer extends Consumer {
  private readonly queue: string;
  private readonly answer: (text: string) => Promise<string>;
  private readonly working = new Set<Promise<void>>();

  /** @param answer never rejects */
  constructor(connection: RabbitmqConnection, queue: string, answer: (text: string) => Promise<string>) {
    super(connection, queue);
    this.queue = queue;
    this.answer = answer;
  }

  /** Answers are not confirmed: who waits for a lost one asks again, and a confirm costs half as much as the answer. */
  protected override open(model: ChannelModel): Promise<ConfirmChannel> {
    return this.connection.plainChannel(model);
  }

  protected async declare(channel: ConfirmChannel) {
    // Gone with its last server, so that a question to nobody comes back at once instead of timing out.
    await channel.assertQueue(this.queue, { durable: true, autoDelete: true, messageTtl: RPC_TIMEOUT_MS });
    return { queue: this.queue, prefetch: RPC_PREFETCH };
  }

  protected take(channel: ConfirmChannel, message: ConsumeMessage): void {
    const { replyTo, correlationId } = message.properties;
    const work = this.reply(message).then((text) => {
      this.working.delete(work);
      // With its channel gone, the question is given to another server, which answers that it was broken off.
      if (!this.isOpen(channel)) return;
      if (typeof replyTo === 'string') channel.sendToQueue(replyTo, Buffer.from(text), { correlationId });
      channel.ack(message);
    });
    this.working.add(work);
  }

  protected async drain(): Promise<void> {
    await Promise.all(this.working);
  }

  /** A question given twice may be what killed its first server: it is refused, and the caller decides. */
  private async reply(message: ConsumeMessage): Promise<string> {
    if (!message.fields.redelivered) return this.answer(message.content.toString());
    const brokenOff = new EnxameError('unavailable', 'The service stopped while handling this request.');
    return JSON.stringify({ error: toWireError(brokenOff) });
  }
}

/** Takes messages of the topic exchange, from a durable queue or one of its own. */
export class Subscriber extends Consumer {
  private readonly queue: string | null;
  private readonly patterns: string[];
  private readonly processor: MessageProcessor;

  constructor(
    connection: RabbitmqConnection,
    options: { queue: string | null; patterns: string[] },
    processor: MessageProcessor,
  ) {
    super(connection, options.queue ?? options.patterns.join(', '));
    this.queue = options.queue;
    this.patterns = options.patterns;
    this.processor = processor;
  }

  protected async declare(channel: ConfirmChannel) {
    await channel.assertExchange(EXCHANGE, 'topic', { durable: true });
    const queue = this.queue === null ? await declareOwn(channel) : await declareDurable(channel, this.queue);
    for (const pattern of this.patterns) await channel.bindQueue(queue, EXCHANGE, pattern);
    return { queue, prefetch: PREFETCH };
  }

  protected take(channel: ConfirmChannel, message: ConsumeMessage): void {
    this.processor.take(this.delivery(channel, message));
  }

  protected drain(): Promise<void> {
    return this.processor.close();
  }

  private delivery(channel: ConfirmChannel, message: ConsumeMessage): Delivery {
    return {
      text: message.content.toString(),
      queue: this.queue ?? '',
      failures: 0,
      isRepeat: message.fields.redelivered,
      sentAt: Number(message.properties.headers?.['x-sent-at'] ?? 0) || null,
      stale: () => !this.isOpen(channel),
      ack: async () => channel.ack(message),
      giveBack: async () => channel.nack(message, false, true),
      deadLetter: async (reason, failures) => {
        const queue = this.queue;
        if (queue !== null) {
          await confirmed((done) => {
            channel.publish(
              deadLetterQueue(queue),
              message.fields.routingKey,
              message.content,
              {
                persistent: true,
                messageId: message.properties.messageId,
                headers: { 'x-reason': reason, 'x-failures': failures, 'x-parked-at': Date.now() },
              },
              done,
            );
          });
        }
        channel.ack(message);
      },
    };
  }
}

async function declareOwn(channel: ConfirmChannel): Promise<string> {
  const { queue } = await channel.assertQueue('', {
    exclusive: true,
    autoDelete: true,
    durable: false,
    maxLength: MAX_LIVE_BACKLOG,
  });
  return queue;
}

/** A quorum queue and its dead-letter queue. */
async function declareDurable(channel: ConfirmChannel, queue: string): Promise<string> {
  const deadLetters = await declareDeadLetters(channel, queue);
  await channel.assertQueue(queue, {
    durable: true,
    maxLength: MAX_QUEUE_LENGTH,
    // At-least-once dead-lettering needs it; and a full queue refuses what is new rather than lose what is old.
    overflow: 'reject-publish',
    deadLetterExchange: deadLetters.deadLetterExchange,
    arguments: {
      'x-queue-type': 'quorum',
      'x-delivery-limit': CRASH_LIMIT,
      ...deadLetters.arguments,
    },
  });
  return queue;
}
