/** Services as they run: embedded in one process, and as two competing processes on RabbitMQ and PostgreSQL. */

import type { Log } from '@/lib/config/log';
import type { Database } from '@/lib/database/database';
import { openPostgres } from '@/lib/database/postgres';
import type { Bus } from '@/lib/messaging/bus';
import { openBus } from '@/lib/messaging/open';
import { openConnectedBus } from '@/testing/rabbitmq';
import { testLog as log } from './brokers';
import { openTestPglite, sharedPostgres, sharedRabbitmq } from './shared';

export interface System {
  /** The bus of a page's process. */
  bus: Bus;
  database: Database;
  stop(): Promise<void>;
}

type Start = (deps: { bus: Bus; database: Database; log: Log }) => Promise<{ close(): Promise<void> }>;

async function startEmbedded(services: Start[]): Promise<System> {
  const database = await openTestPglite();
  const bus = await openBus({ config: { amqpUrl: null }, database, log });
  const stopServices = await startAll(services, bus, database);
  return {
    bus,
    database,
    async stop() {
      await stopServices();
      await bus.close();
      await database.close();
    },
  };
}

async function startSeparate(services: Start[]): Promise<System> {
  const [amqpUrl, databaseUrl] = await Promise.all([sharedRabbitmq(), sharedPostgres()]);
  const connect = async () => ({
    bus: await openConnectedBus(amqpUrl, { log }),
    database: await openPostgres(databaseUrl, log),
  });
  const workers = await Promise.all(
    [1, 2].map(async () => {
      const { bus, database } = await connect();
      const stopServices = await startAll(services, bus, database);
      return async () => {
        await stopServices();
        await bus.close();
        await database.close();
      };
    }),
  );
  const { bus, database } = await connect();
  return {
    bus,
    database,
    async stop() {
      await bus.close();
      await database.close();
      await Promise.all(workers.map((stop) => stop()));
    },
  };
}

async function startAll(services: Start[], bus: Bus, database: Database): Promise<() => Promise<void>> {
  const parts: { close(): Promise<void> }[] = [];
  for (const start of services) parts.push(await start({ bus, database, log }));
  return async () => {
    await Promise.all(parts.map((part) => part.close()));
  };
}

export const systems = [
  { name: 'one process', start: startEmbedded },
  { name: 'two processes of each on RabbitMQ and PostgreSQL', start: startSeparate },
];
