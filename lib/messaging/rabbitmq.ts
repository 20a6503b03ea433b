import { randomUUID } from 'node:crypto';
import type { Log } from '@/lib/config/log';
import { EnxameError } from '@/lib/contracts/errors';
import type { DurableQueue, Message } from '@/lib/contracts/messages';
import { type RpcHandlers, type RpcName, type RpcParams, rpcQueue, type ServiceName } from '@/lib/contracts/rpc';
import { type Bus, RETRY_DELAYS_MS, type RequestOptions, type Subscription } from './bus';
import { answerRequest, decodeAnswer, encodeMessage, encodeRequest, serviceOf } from './codec';
import { Intake } from './intake';
import { counted, watchDepths } from './metrics';
import { RabbitmqLink } from './rabbitmq-link';
import { Parking } from './rabbitmq-parked';
import { Server, Subscriber } from './rabbitmq-take';
import { Caller, Publisher } from './rabbitmq-talk';

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
  const link = new RabbitmqLink(url, log);
  const bus = new RabbitmqBus(link, log, retryDelaysMs);
  await bus.open(url);
  return bus;
}

class RabbitmqBus implements Bus {
  readonly #link: RabbitmqLink;
  readonly #caller: Caller;
  readonly #publisher: Publisher;
  readonly #parking: Parking;
  readonly #queues = new Set<string>();
  readonly #consumers = new Set<Server | Subscriber>();
  readonly #log: Log;
  readonly #retryDelaysMs: readonly number[];
  #closed = false;

  constructor(link: RabbitmqLink, log: Log, retryDelaysMs: readonly number[]) {
    this.#link = link;
    this.#caller = new Caller(link);
    this.#publisher = new Publisher(link);
    this.#parking = new Parking(link, this.#queues);
    watchDepths(() => this.#parking.depths());
    this.#log = log;
    this.#retryDelaysMs = retryDelaysMs;
  }

  async open(url: string): Promise<void> {
    await this.#link.add(this.#caller);
    await this.#link.add(this.#publisher);
    await this.#link.add(this.#parking);
    await this.#link.open(url);
  }

  async request<N extends RpcName>(name: N, params: RpcParams<N>, options: RequestOptions = {}) {
    this.#assertOpen();
    const text = encodeRequest(name, params, options.requestId ?? randomUUID());
    return decodeAnswer(name, await this.#caller.ask(rpcQueue(serviceOf(name)), name, text, options));
  }

  async publish(message: Message): Promise<void> {
    this.#assertOpen();
    await counted(message.type, this.#publisher.publish(message, encodeMessage(message)));
  }

  serve<S extends ServiceName>(service: S, handlers: RpcHandlers<S>): Promise<Subscription> {
    return this.#start(new Server(this.#link, rpcQueue(service), (text) => answerRequest(handlers, text, this.#log)));
  }

  subscribe(
    options: { queue: string | null; patterns: string[] },
    handle: (message: Message) => Promise<void>,
  ): Promise<Subscription> {
    const retryDelaysMs = options.queue === null ? [] : this.#retryDelaysMs;
    if (options.queue !== null) this.#queues.add(options.queue);
    return this.#start(new Subscriber(this.#link, options, new Intake({ handle, retryDelaysMs, log: this.#log })));
  }

  parked(queue: DurableQueue, limit: number) {
    return this.#parking.list(queue, limit);
  }

  replay(queue: DurableQueue, ids: readonly string[] | null) {
    return this.#parking.end(queue, ids, true);
  }

  discard(queue: DurableQueue, ids: readonly string[] | null) {
    return this.#parking.end(queue, ids, false);
  }

  health() {
    return this.#link.health();
  }

  async close(): Promise<void> {
    this.#closed = true;
    await Promise.all([...this.#consumers].map((consumer) => consumer.close()));
    this.#caller.close(new EnxameError('unavailable', 'The server is stopping.'));
    await this.#link.close();
  }

  async #start(consumer: Server | Subscriber): Promise<Subscription> {
    this.#assertOpen();
    await this.#link.add(consumer);
    this.#consumers.add(consumer);
    return {
      close: async () => {
        this.#consumers.delete(consumer);
        await consumer.close();
      },
    };
  }

  #assertOpen(): void {
    if (this.#closed) throw new EnxameError('unavailable', 'The server is stopping.');
  }
}
