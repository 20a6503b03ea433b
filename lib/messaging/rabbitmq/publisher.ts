import { randomUUID } from 'node:crypto';
import type { ChannelModel, ConfirmChannel } from 'amqplib';
import { EnxameError } from '@/lib/contracts/errors';
import type { Message } from '@/lib/contracts/messages';
import { EXCHANGE } from '../bus';
import { brokerAway, type ChannelUser, type RabbitmqConnection } from './connection';

/** A broker that is out of memory or disk takes messages and confirms none. */
const CONFIRM_TIMEOUT_MS = 10_000;

/** Publishes to the topic exchange; done when RabbitMQ has it on disk in every queue it belongs to. */
export class Publisher implements ChannelUser {
  readonly label = 'publishing';
  private readonly connection: RabbitmqConnection;
  /** Publishes that RabbitMQ returned because no queue takes them; their confirm follows. */
  private readonly returned = new Set<string>();
  private channel: ConfirmChannel | null = null;

  constructor(connection: RabbitmqConnection) {
    this.connection = connection;
  }

  async attach(model: ChannelModel): Promise<void> {
    const channel = await this.connection.channel(model);
    await channel.assertExchange(EXCHANGE, 'topic', { durable: true });
    channel.on('return', ({ properties }) => this.returned.add(properties.correlationId));
    channel.on('close', () => {
      if (this.channel === channel) this.channel = null;
    });
    this.channel = channel;
  }

  /** @throws {EnxameError} `unavailable` */
  async publish(message: Message, text: string): Promise<void> {
    const channel = this.channel;
    if (channel === null) throw brokerAway();
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
      returned = this.returned.delete(correlationId);
    }
    if (returned) throw new EnxameError('unavailable', `No queue takes messages of type ${message.type}.`);
  }
}

/**
 * Waits for the confirm of one publish.
 * @throws {EnxameError} `unavailable` when the broker refuses it, breaks off or says nothing
 */
export function confirmed(send: (done: (error: unknown) => void) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(
      () => reject(new EnxameError('unavailable', 'The message broker did not confirm the message.')),
      CONFIRM_TIMEOUT_MS,
    );
    const done = (cause: unknown) => {
      clearTimeout(timer);
      if (cause === null || cause === undefined) resolve();
      else reject(new EnxameError('unavailable', 'The message broker rejected the message.', { cause }));
    };
    try {
      send(done);
    } catch (cause) {
      done(cause);
    }
  });
}
