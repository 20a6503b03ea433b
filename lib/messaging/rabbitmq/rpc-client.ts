import type { ChannelModel, ConfirmChannel } from 'amqplib';
import { EnxameError } from '@/lib/contracts/errors';
import { type RequestOptions, RPC_TIMEOUT_MS } from '../bus';
import { PendingRequests } from '../pending-requests';
import { brokerAway, type ChannelUser, COME_AGAIN, type RabbitmqConnection } from './connection';

/** RabbitMQ's pseudo-queue for answers: no queue to make, nothing left behind. */
const REPLY_TO = 'amq.rabbitmq.reply-to';

/** Asks by direct reply-to, on a channel of its own. */
export class RpcClient implements ChannelUser {
  readonly label = 'answers';
  private readonly pending = new PendingRequests();
  private readonly connection: RabbitmqConnection;
  private channel: ConfirmChannel | null = null;
  private asked = 0;

  constructor(connection: RabbitmqConnection) {
    this.connection = connection;
  }

  async attach(model: ChannelModel): Promise<void> {
    const channel = await this.connection.plainChannel(model);
    channel.on('return', ({ properties }) => {
      this.pending.fail(
        properties.correlationId,
        new EnxameError('unavailable', 'The service is not running.', COME_AGAIN),
      );
    });
    channel.on('close', () => {
      if (this.channel === channel) this.channel = null;
      this.pending.failAll(brokerAway());
    });
    await channel.consume(
      REPLY_TO,
      (message) => {
        if (message !== null) this.pending.settle(message.properties.correlationId, message.content.toString());
      },
      { noAck: true },
    );
    this.channel = channel;
  }

  /** @returns the answer's text */
  async ask(queue: string, name: string, text: string, options: RequestOptions): Promise<string> {
    const channel = this.channel;
    if (channel === null) throw brokerAway();
    // Unique on its connection, which is all that a correlation id must be.
    const correlationId = String(++this.asked);
    return this.pending.wait(correlationId, name, options, () => {
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
    this.pending.failAll(error);
  }
}
