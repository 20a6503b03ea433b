import type { RpcHandlers } from '@/lib/contracts/rpc';
import type { Database } from '@/lib/database/database';
import type { Log } from '@/lib/host/log';
import type { Bus } from '@/lib/messaging/bus';
import { startOutboxRelay } from '@/lib/messaging/outbox';
import { handleEvent } from './events';
import { recentPlays } from './repository';
import { inbox, outbox } from './schema';

const MIGRATIONS = 'services/history/migrations';
const QUEUE = 'history.events';

/** History: events of playback in, facts out, reads by RPC. Any number of processes may run it on one database. */
export async function startHistory(deps: {
  bus: Bus;
  database: Database;
  log: Log;
}): Promise<{ close(): Promise<void> }> {
  const { bus, database } = deps;
  const log = deps.log.child({ service: 'history' });
  await database.migrate('history', MIGRATIONS);
  const relay = startOutboxRelay({ database, outboxTable: outbox, inboxTable: inbox, bus, log });
  const events = await bus.subscribe({ queue: QUEUE, patterns: ['playback.*'] }, async (message) => {
    await handleEvent(database, message);
    relay.wake();
  });
  const handlers: RpcHandlers<'history'> = {
    'history.health': async () =>
      database.ping().then(
        () => ({ status: 'ok' as const }),
        () => ({ status: 'down' as const, detail: 'the database does not answer' }),
      ),
    'history.recent': (params) => recentPlays(database.orm, params),
  };
  const server = await bus.serve('history', handlers);
  return {
    async close() {
      await Promise.all([server.close(), events.close()]);
      await relay.close();
    },
  };
}
