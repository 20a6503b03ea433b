/** The sending side of RabbitMQ: questions with their answers, and messages with their confirms. */
import { randomUUID } from 'node:crypto';
import type { ChannelModel, ConfirmChannel } from 'amqplib';
import { EnxameError } from '@/lib/contracts/errors';
import type { Message } from '@/lib/contracts/messages';
import { EXCHANGE, type RequestOptions, RPC_TIMEOUT_MS } from './bus';
import type { Part, RabbitmqLink } from './rabbitmq-link';
import { Replies } from './replies';

/** RabbitMQ's pseudo-queue for answers: no queue to make, nothing left behind. */
const REPLY_TO = 'amq.rabbitmq.reply-to';
/** A broker that is out of memory or disk takes messages and confirms none. */
const CONFIRM_TIMEOUT_MS = 10_000;

const COME_AGAIN = { retryAfterS: 2 };
const away = () => new EnxameError('unavailable', 'The message broker is away.', COME_AGAIN);

/** Asks by direct reply-to, on a channel of its own. */
export class Caller implements Part {
  readonly label = 'answers';
  readonly #replies = new Replies();
  readonly #link: RabbitmqLink;
  #channel: ConfirmChannel | null = null;
  #asked = 0;

  constructor(link: RabbitmqLink) {
    this.#link = link;
  }

  async attach(model: ChannelModel): Promise<void> {
    const channel = await this.#link.plainChannel(model);
    channel.on('return', ({ properties }) => {
      this.#replies.fail(
        properties.correlationId,
        new EnxameError('unavailable', 'The service is not running.', COME_AGAIN),
      );
    });
    channel.on('close', () => {
      if (this.#channel === channel) this.#channel = null;
      this.#replies.failAll(away());
    });
    await channel.consume(
      REPLY_TO,
      (message) => {
        if (message !== null) this.#replies.settle(message.properties.correlationId, message.content.toString());
      },
      { noAck: true },
    );
    this.#channel = channel;
  }

  /** @returns the answer's text */
  async ask(queue: string, name: string, text: string, options: RequestOptions): Promise<string> {
    const channel = this.#channel;
    if (channel === null) throw away();
    // Unique on its connection, which is all that a correlation id must be.
    const correlationId = String(++this.#asked);
    return this.#replies.wait(correlationId, name, options, () => {
      channel.sendToQueue(queue, Buffer.from(text), {
        correlationId,
        replyTo: REPLY_TO,
        mandatory: true,
        // The queue itself lets go of what is older than any usual wait; a shorter one costs RabbitMQ a timer.
        ...(options.timeoutMs !== undefined && options.timeoutMs < RPC_TIMEOUT_MS
          ? { expiration: options.timeoutMs }
          : {}),
        contentType: 'application/json',
      });
    });
  }

  close(error: EnxameError): void {
    this.#replies.failAll(error);
  }
}

/** Publishes to the topic exchange; done when RabbitMQ has it on disk in every queue it belongs to. */
export class Publisher implements Part {
  readonly label = 'publishing';
  readonly #link: RabbitmqLink;
  /** Publishes that RabbitMQ returned because no queue takes them; their confirm follows. */
  readonly #returned = new Set<string>();
  #channel: ConfirmChannel | null = null;

  constructor(link: RabbitmqLink) {
    this.#link = link;
  }

  async attach(model: ChannelModel): Promise<void> {
    const channel = await this.#link.channel(model);
    await channel.assertExchange(EXCHANGE, 'topic', { durable: true });
    channel.on('return', ({ properties }) => this.#returned.add(properties.correlationId));
    channel.on('close', () => {
      if (this.#channel === channel) this.#channel = null;
    });
    this.#channel = channel;
  }

  /** @throws {EnxameError} `unavailable` */
  async publish(message: Message, text: string): Promise<void> {
    const channel = this.#channel;
    if (channel === null) throw away();
    const correlationId = randomUUID();
    let returned = false;
    try {
      await confirmed((done) =>
        channel.publish(
          EXCHANGE,
          message.type,
          Buffer.from(text),
          {
            persistent: true,
            mandatory: !message.type.startsWith('changed.'),
            messageId: message.id,
            correlationId,
            contentType: 'application/json',
            headers: { 'x-sent-at': Date.now() },
          },
          done,
        ),
      );
    } finally {
      // RabbitMQ sends the return before the confirm.
      returned = this.#returned.delete(correlationId);
    }
    if (returned) throw new EnxameError('unavailable', `Nobody takes messages of type ${message.type}.`);
  }
}

/**
 * Waits for the confirm of one publish.
 * @throws {EnxameError} `unavailable` when the broker refuses it, breaks off or says nothing
 */
export function confirmed(send: (done: (error: unknown) => void) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(
      () => reject(new EnxameError('unavailable', 'The message broker does not confirm.')),
      CONFIRM_TIMEOUT_MS,
    );
    const done = (cause: unknown) => {
      clearTimeout(timer);
      if (cause === null || cause === undefined) resolve();
      else reject(new EnxameError('unavailable', 'The message broker did not take the message.', { cause }));
    };
    try {
      send(done);
    } catch (cause) {
      done(cause);
    }
  });
}
