/** The receiving side of RabbitMQ: servers of questions, and subscribers. */
import type { ChannelModel, ConfirmChannel, ConsumeMessage } from 'amqplib';
import { EnxameError, toWireError } from '@/lib/contracts/errors';
import { EXCHANGE, PREFETCH, RPC_PREFETCH, RPC_TIMEOUT_MS } from './bus';
import type { Delivery, Intake } from './intake';
import type { Part, RabbitmqLink } from './rabbitmq-link';
import { declareParking, parkedQueue } from './rabbitmq-parked';
import { confirmed } from './rabbitmq-talk';

/** A queue that holds so many refuses more, and the publisher is told. */
const MAX_QUEUE_LENGTH = 100_000;
/**
 * Deliveries that were never settled, after which RabbitMQ itself puts a message aside: one that kills its consumer each time.
 * Well above MAX_DELIVERIES, because a consumer that stops in good order also gives back what it had not begun.
 */
const CRASH_LIMIT = 20;
/** A subscriber without a durable queue that falls this far behind loses the oldest. */
const MAX_LIVE_BACKLOG = 10_000;

/** What servers and subscribers share: a channel of each connection that consumes one queue. */
abstract class Consumer implements Part {
  readonly label: string;
  protected readonly link: RabbitmqLink;
  #channel: ConfirmChannel | null = null;
  #consumerTag = '';
  #closing: Promise<void> | null = null;

  constructor(link: RabbitmqLink, label: string) {
    this.link = link;
    this.label = label;
  }

  async attach(model: ChannelModel): Promise<void> {
    const channel = await this.open(model);
    channel.on('close', () => {
      if (this.#channel === channel) this.#channel = null;
    });
    const { queue, prefetch } = await this.declare(channel);
    await channel.prefetch(prefetch);
    this.#channel = channel;
    const { consumerTag } = await channel.consume(queue, (message) => {
      // Null: the queue was deleted under us. The next connection makes it again.
      if (message === null) this.link.reconnect();
      else this.take(channel, message);
    });
    this.#consumerTag = consumerTag;
  }

  /** Takes no more, finishes what it began. */
  close(): Promise<void> {
    this.#closing ??= this.#end();
    return this.#closing;
  }

  protected isOpen(channel: ConfirmChannel): boolean {
    return this.#channel === channel;
  }

  protected open(model: ChannelModel): Promise<ConfirmChannel> {
    return this.link.channel(model);
  }

  protected abstract declare(channel: ConfirmChannel): Promise<{ queue: string; prefetch: number }>;
  protected abstract take(channel: ConfirmChannel, message: ConsumeMessage): void;
  /** Resolves when nothing is under way any more. */
  protected abstract drain(): Promise<void>;

  async #end(): Promise<void> {
    this.link.remove(this);
    const channel = this.#channel;
    await channel?.cancel(this.#consumerTag).catch(() => {});
    await this.drain();
    if (channel !== null) await this.link.closeChannel(channel);
  }
}

/** Answers the questions in a service's queue. */
export class Server extends Consumer {
  readonly #queue: string;
  readonly #answer: (text: string) => Promise<string>;
  readonly #working = new Set<Promise<void>>();

  /** @param answer never rejects */
  constructor(link: RabbitmqLink, queue: string, answer: (text: string) => Promise<string>) {
    super(link, queue);
    this.#queue = queue;
    this.#answer = answer;
  }

  /** Answers are not confirmed: who waits for a lost one asks again, and a confirm costs half as much as the answer. */
  protected override open(model: ChannelModel): Promise<ConfirmChannel> {
    return this.link.plainChannel(model);
  }

  protected async declare(channel: ConfirmChannel) {
    // Gone with its last server, so that a question to nobody comes back at once instead of timing out.
    await channel.assertQueue(this.#queue, { durable: true, autoDelete: true, messageTtl: RPC_TIMEOUT_MS });
    return { queue: this.#queue, prefetch: RPC_PREFETCH };
  }

  protected take(channel: ConfirmChannel, message: ConsumeMessage): void {
    const { replyTo, correlationId } = message.properties;
    const work = this.#reply(message).then((text) => {
      this.#working.delete(work);
      // With its channel gone, the question is given to another server, which answers that it was broken off.
      if (!this.isOpen(channel)) return;
      if (typeof replyTo === 'string') channel.sendToQueue(replyTo, Buffer.from(text), { correlationId });
      channel.ack(message);
    });
    this.#working.add(work);
  }

  protected async drain(): Promise<void> {
    await Promise.all(this.#working);
  }

  /** A question given twice may be what killed its first server: it is refused, and the caller decides. */
  async #reply(message: ConsumeMessage): Promise<string> {
    if (!message.fields.redelivered) return this.#answer(message.content.toString());
    const brokenOff = new EnxameError('unavailable', 'The service stopped while it worked on this.');
    return JSON.stringify({ error: toWireError(brokenOff) });
  }
}

/** Takes messages of the topic exchange, from a durable queue or one of its own. */
export class Subscriber extends Consumer {
  readonly #queue: string | null;
  readonly #patterns: string[];
  readonly #intake: Intake;

  constructor(link: RabbitmqLink, options: { queue: string | null; patterns: string[] }, intake: Intake) {
    super(link, options.queue ?? options.patterns.join(', '));
    this.#queue = options.queue;
    this.#patterns = options.patterns;
    this.#intake = intake;
  }

  protected async declare(channel: ConfirmChannel) {
    await channel.assertExchange(EXCHANGE, 'topic', { durable: true });
    const queue = this.#queue === null ? await declareOwn(channel) : await declareDurable(channel, this.#queue);
    for (const pattern of this.#patterns) await channel.bindQueue(queue, EXCHANGE, pattern);
    return { queue, prefetch: PREFETCH };
  }

  protected take(channel: ConfirmChannel, message: ConsumeMessage): void {
    this.#intake.take(this.#delivery(channel, message));
  }

  protected drain(): Promise<void> {
    return this.#intake.close();
  }

  #delivery(channel: ConfirmChannel, message: ConsumeMessage): Delivery {
    return {
      text: message.content.toString(),
      queue: this.#queue ?? '',
      failures: 0,
      isRepeat: message.fields.redelivered,
      sentAt: Number(message.properties.headers?.['x-sent-at'] ?? 0) || null,
      stale: () => !this.isOpen(channel),
      ack: async () => channel.ack(message),
      giveBack: async () => channel.nack(message, false, true),
      park: async (reason, failures) => {
        const queue = this.#queue;
        if (queue !== null) {
          await confirmed((done) => {
            channel.publish(
              parkedQueue(queue),
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

/** A quorum queue and the place where it puts aside what cannot be handled. */
async function declareDurable(channel: ConfirmChannel, queue: string): Promise<string> {
  const parking = await declareParking(channel, queue);
  await channel.assertQueue(queue, {
    durable: true,
    maxLength: MAX_QUEUE_LENGTH,
    // At-least-once dead-lettering needs it; and a full queue refuses what is new rather than lose what is old.
    overflow: 'reject-publish',
    deadLetterExchange: parking.deadLetterExchange,
    arguments: {
      'x-queue-type': 'quorum',
      'x-delivery-limit': CRASH_LIMIT,
      ...parking.arguments,
    },
  });
  return queue;
}
