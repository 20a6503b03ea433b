import { setTimeout as sleep } from 'node:timers/promises';
import { type ChannelModel, type ConfirmChannel, connect, type RecoveringChannelModel } from 'amqplib';
import { withoutPassword } from '@/lib/config/config';
import type { Log } from '@/lib/config/log';
import { EnxameError } from '@/lib/contracts/errors';
import type { ComponentHealth } from '@/lib/contracts/reasons';

/** A dead broker or network is noticed within two of these. */
const HEARTBEAT_S = 10;
const CONNECT_TIMEOUT_MS = 10_000;
const RECONNECT_FIRST_MS = 200;
const RECONNECT_SLOWEST_MS = 5_000;
/** How long a start waits for the broker before it goes on without. */
const FIRST_CONNECT_WAIT_MS = 5_000;
const CLOSE_TIMEOUT_MS = 2_000;
/**
 * Declaring and consuming takes milliseconds. But RabbitMQ may never answer: a quorum queue that was made seconds before a
 * power cut may come back without a leader (seen on 3.10), and then the log must name it.
 */
const ATTACH_TIMEOUT_MS = 15_000;

export const COME_AGAIN = { retryAfterS: 2 };
export const brokerAway = () => new EnxameError('unavailable', 'The message broker is unavailable.', COME_AGAIN);

/** What uses channels. Channels die with their connection, so each user makes its own anew on every one. */
export interface ChannelUser {
  /** What it is for, in a log or an error. */
  readonly label: string;
  attach(model: ChannelModel): Promise<void>;
}

/**
 * The connection to RabbitMQ: made again by itself for as long as it takes, with every user attached again before it counts
 * as up. A channel that dies alone takes the connection with it, so that there is one way back and not two.
 */
export class RabbitmqConnection {
  private readonly users = new Set<ChannelUser>();
  private readonly ending = new WeakSet<ConfirmChannel>();
  private readonly address: string;
  private readonly log: Log;
  private connection: RecoveringChannelModel | null = null;
  private model: ChannelModel | null = null;
  private blocked: string | null = null;

  constructor(url: string, log: Log) {
    this.address = withoutPassword(url);
    this.log = log;
  }

  /** Resolves once connected, or after a few seconds without: the link then goes on trying. */
  async open(url: string): Promise<void> {
    const connection = await connect(withHeartbeat(url), {
      timeout: CONNECT_TIMEOUT_MS,
      // The last piece of what does not fit a packet would wait for the other side's delayed acknowledgement: 40 ms a question.
      noDelay: true,
      clientProperties: { connection_name: `enxame ${process.pid}` },
      recovery: {
        initialDelay: RECONNECT_FIRST_MS,
        maxDelay: RECONNECT_SLOWEST_MS,
        waitForConnect: false,
        setup: (model: ChannelModel) => this.setUp(model),
      },
    });
    this.connection = connection;
    connection.on('connect', () => this.log.info(`connected to RabbitMQ at ${this.address}`));
    connection.on('connect-failed', (error) => {
      this.model = null;
      this.log.warn(
        `RabbitMQ at ${this.address} cannot be used (${error.message || 'no answer'}); trying again. See AMQP_URL.`,
      );
    });
    connection.on('disconnect', (error) => {
      this.model = null;
      this.log.warn(`the connection to RabbitMQ at ${this.address} broke (${error.message}); trying again`);
    });
    connection.on('blocked', (reason) => {
      this.blocked = reason;
    });
    connection.on('unblocked', () => {
      this.blocked = null;
    });
    // `disconnect` follows and says it; without a listener an `error` would end the process.
    connection.on('error', () => {});
    const giveUpWaiting = new AbortController();
    await Promise.race([
      connection.waitForConnect().finally(() => giveUpWaiting.abort()),
      sleep(FIRST_CONNECT_WAIT_MS, undefined, { signal: giveUpWaiting.signal }).catch(() => {}),
    ]);
  }

  /** Attached now, when the connection is up, and after every reconnect. */
  async add(user: ChannelUser): Promise<void> {
    this.users.add(user);
    if (this.model === null) return;
    try {
      await attach(user, this.model);
    } catch (cause) {
      // Broken in between: it is attached with the next connection. Refused by a broker that is there: the caller must know.
      if (this.model === null) return;
      this.users.delete(user);
      throw new EnxameError('unavailable', `RabbitMQ refused: ${(cause as Error).message}`, { cause });
    }
  }

  remove(user: ChannelUser): void {
    this.users.delete(user);
  }

  /** A channel of a connection, with confirms. */
  async channel(model: ChannelModel): Promise<ConfirmChannel> {
    return this.watched(model, await model.createConfirmChannel());
  }

  /** One without: for questions and answers, which have ends of their own. Its type offers confirms that never come. */
  async plainChannel(model: ChannelModel): Promise<ConfirmChannel> {
    return this.watched(model, (await model.createChannel()) as ConfirmChannel);
  }

  private watched(model: ChannelModel, channel: ConfirmChannel): ConfirmChannel {
    channel.on('error', (error) => this.log.warn({ error: error.message }, 'RabbitMQ closed a channel'));
    channel.on('handler-error', (error) => this.log.error({ error }, 'a handler of RabbitMQ events failed'));
    channel.on('close', () => {
      if (this.ending.has(channel)) return;
      // Not now: when the whole connection breaks, its channels are told first.
      setImmediate(() => {
        if (model === this.model) this.reconnect();
      });
    });
    return channel;
  }

  async closeChannel(channel: ConfirmChannel): Promise<void> {
    this.ending.add(channel);
    // Its own promise would wait for ever if the connection broke meanwhile; its event comes in any case.
    const closed = new Promise((resolve) => channel.once('close', resolve));
    await Promise.race([closed, channel.close()]).catch(() => {});
  }

  /** Something about the present connection is not as it should be: begin again. */
  reconnect(): void {
    this.model?.close().catch(() => {});
  }

  health(): ComponentHealth {
    if (this.model === null) {
      const values = { address: this.address };
      return { status: 'down', code: 'broker_away', values, detail: `RabbitMQ at ${this.address} cannot be reached.` };
    }
    if (this.blocked !== null) {
      return { status: 'degraded', code: 'broker_blocked', detail: `RabbitMQ accepts no messages: ${this.blocked}` };
    }
    return { status: 'ok', code: 'rabbitmq', detail: 'RabbitMQ' };
  }

  async close(): Promise<void> {
    this.model = null;
    await Promise.race([this.connection?.close(), sleep(CLOSE_TIMEOUT_MS, undefined, { ref: false })]);
  }

  private async setUp(model: ChannelModel): Promise<void> {
    this.blocked = null;
    // amqplib listens to the connection only after this; an `error` that nobody listens to would end the process.
    model.on('error', () => {});
    // A set's iteration also meets what is added meanwhile.
    for (const user of this.users) await attach(user, model);
    this.model = model;
  }
}

/** @throws {Error} that names the user */
async function attach(user: ChannelUser, model: ChannelModel): Promise<void> {
  const enough = new AbortController();
  const tooLong = sleep(ATTACH_TIMEOUT_MS, undefined, { signal: enough.signal }).then(() => {
    throw new Error('RabbitMQ does not answer');
  });
  try {
    await Promise.race([user.attach(model), tooLong]);
  } catch (cause) {
    throw new Error(`${user.label}: ${(cause as Error).message}`, { cause });
  } finally {
    enough.abort();
    tooLong.catch(() => {});
  }
}

function withHeartbeat(url: string): string {
  const parsed = new URL(url);
  if (!parsed.searchParams.has('heartbeat')) parsed.searchParams.set('heartbeat', String(HEARTBEAT_S));
  return parsed.toString();
}
