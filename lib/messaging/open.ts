import type { Config } from '@/lib/config/config';
import type { Log } from '@/lib/config/log';
import type { Database } from '@/lib/database/database';
import type { Bus } from './bus';

interface OpenBusOptions {
  config: Pick<Config, 'amqpUrl'>;
  /** Where the embedded broker keeps its journal; RabbitMQ needs none. */
  database: Database | null;
  log: Log;
  /** Waits between deliveries of a message that failed; RETRY_DELAYS_MS unless a test is in a hurry. */
  retryDelaysMs?: readonly number[];
}

/**
 * RabbitMQ where `AMQP_URL` names one, else the broker inside this process. Each loads only its own driver.
 * RabbitMQ may be away: the bus is there at once, `down`, and connects by itself when it can.
 */
export async function openBus({ config, database, log, ...rest }: OpenBusOptions): Promise<Bus> {
  if (config.amqpUrl !== null) {
    const { openRabbitmqBus } = await import('./rabbitmq/bus');
    return openRabbitmqBus({ url: config.amqpUrl, log, ...rest });
  }
  if (database === null) throw new Error('The embedded broker needs a database for its journal.');
  const { openEmbeddedBus } = await import('./embedded/bus');
  return openEmbeddedBus({ database, log, ...rest });
}
