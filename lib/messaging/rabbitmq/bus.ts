import { randomUUID } from 'node:crypto';
import type { Log } from '@/lib/config/log';
import { EnxameError } from '@/lib/contracts/errors';
import type { DurableQueue, Message } from '@/lib/contracts/messages';
import { type RpcHandlers, type RpcName, type RpcParams, rpcQueue, type ServiceName } from '@/lib/contracts/rpc';
import { type Bus, RETRY_DELAYS_MS, type RequestOptions, type Subscription } from '../bus';
import { answerRequest, decodeAnswer, encodeMessage, encodeRequest, serviceOf } from '../codec';
import { counted, watchDepths } from '../metrics';
import { MessageProcessor } from '../processor';
import { RabbitmqConnection } from './connection';
import { RpcServer, Subscriber } from './consumers';
import { DeadLetters } from './dead-letters';
import { Publisher } from './publisher';
import { RpcClient } from './rpc-client';

interface RabbitmqBusOptions {
  url: string;
  log: Log;
  retryDelaysMs?: readonly number[];
}

/**
 * The bus over RabbitMQ. There soon also when RabbitMQ is not: `down`, refusing at once what needs the broker, and connecting
 * by itself; subscriptions and servers begin when it can.
 */
export async function openRabbitmqBus({ url, log, retryDelaysMs = RETRY_DELAYS_MS }: RabbitmqBusOptions): Promise<Bus> {
  const connection = new RabbitmqConnection(url, log);
  const bus = new RabbitmqBus(connection, log, retryDelaysMs);
  await bus.open(url);
  return bus;
}

class RabbitmqBus implements Bus {
  private readonly connection: RabbitmqConnection;
  private readonly rpcClient: RpcClient;
  private readonly publisher: Publisher;
  private readonly deadLetterQueues: DeadLetters;
  private readonly queues = new Set<string>();
  private readonly consumers = new Set<RpcServer | Subscriber>();
  private readonly log: Log;
  private readonly retryDelaysMs: readonly number[];
  private closed = false;

  constructor(connection: RabbitmqConnection, log: Log, retryDelaysMs: readonly number[]) {
    this.connection = connection;
    this.rpcClient = new RpcClient(connection);
    this.publisher = new Publisher(connection);
    this.deadLetterQueues = new DeadLetters(connection, this.queues);
    watchDepths(() => this.deadLetterQueues.depths());
    this.log = log;
    this.retryDelaysMs = retryDelaysMs;
  }

  async open(url: string): Promise<void> {
    await this.connection.add(this.rpcClient);
    await this.connection.add(this.publisher);
    await this.connection.add(this.deadLetterQueues);
    await this.connection.open(url);
  }

  async request<N extends RpcName>(name: N, params: RpcParams<N>, options: RequestOptions = {}) {
    this.assertOpen();
    const text = encodeRequest(name, params, options.requestId ?? randomUUID());
    return decodeAnswer(name, await this.rpcClient.ask(rpcQueue(serviceOf(name)), name, text, options));
  }

  async publish(message: Message): Promise<void> {
    this.assertOpen();
    await counted(message.type, this.publisher.publish(message, encodeMessage(message)));
  }

  serve<S extends ServiceName>(service: S, handlers: RpcHandlers<S>): Promise<Subscription> {
    return this.start(
      new RpcServer(this.connection, rpcQueue(service), (text) => answerRequest(handlers, text, this.log)),
    );
  }

  subscribe(
    options: { queue: string | null; patterns: string[] },
    handle: (message: Message) => Promise<void>,
  ): Promise<Subscription> {
    const retryDelaysMs = options.queue === null ? [] : this.retryDelaysMs;
    if (options.queue !== null) this.queues.add(options.queue);
    return this.start(
      new Subscriber(this.connection, options, new MessageProcessor({ handle, retryDelaysMs, log: this.log })),
    );
  }

  deadLetters(queue: DurableQueue, limit: number) {
    return this.deadLetterQueues.list(queue, limit);
  }

  replay(queue: DurableQueue, ids: readonly string[] | null) {
    return this.deadLetterQueues.settle(queue, ids, true);
  }

  discard(queue: DurableQueue, ids: readonly string[] | null) {
    return this.deadLetterQueues.settle(queue, ids, false);
  }

  health() {
    return this.connection.health();
  }

  async close(): Promise<void> {
    this.closed = true;
    await Promise.all([...this.consumers].map((consumer) => consumer.close()));
    this.rpcClient.close(new EnxameError('unavailable', 'The server is stopping.'));
    await this.connection.close();
  }

  private async start(consumer: RpcServer | Subscriber): Promise<Subscription> {
    this.assertOpen();
    await this.connection.add(consumer);
    this.consumers.add(consumer);
    return {
      close: async () => {
        this.consumers.delete(consumer);
        await consumer.close();
      },
    };
  }

  private assertOpen(): void {
    if (this.closed) throw new EnxameError('unavailable', 'The server is stopping.');
  }
}
