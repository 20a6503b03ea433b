import { setTimeout as sleep } from 'node:timers/promises';
import type { Log } from '@/lib/config/log';
import { durableQueues } from '@/lib/contracts/messages';
import type { RpcHandlers } from '@/lib/contracts/rpc';
import { type Database, databaseHealth } from '@/lib/database/database';
import type { Bus } from '@/lib/messaging/bus';
import { startOutboxRelay } from '@/lib/messaging/outbox/outbox';
import { BackgroundLoop } from '@/lib/util/background-loop';
import { steadyNow } from '@/lib/util/clock';
import { findPlaylist, noSuchPlaylist, onlyToLookAt, roleIn } from './access';
import { eraseOld, listChanges } from './changes';
import { eraseAccount } from './erase';
import { handleCommand } from './handle';
import { exportMarks, listFavourites, markColumns, readMarks } from './marks/store';
import { listPlaylists, listPublic, outcomeOf, readPlaylist, wasApplied } from './repository';
import { inbox, outbox } from './schema';

const MIGRATIONS = 'services/playlists/migrations';
const ERASE_EVERY_MS = 60 * 60 * 1000;
/** A read after one's own write waits this long for it at most, then answers what there is. */
const AFTER_TIMEOUT_MS = 2_000;
/** First look for the awaited message; doubled each time, since most are applied within milliseconds. */
const AFTER_FIRST_LOOK_MS = 5;
const AFTER_SLOWEST_LOOK_MS = 100;
/** More reads of one account do not wait: each holds one of the places (RPC_PREFETCH) that everybody's reads share. */
const MAX_WAITING_PER_ACCOUNT = 8;

/** Playlists, favourites and ratings: commands in, facts out, reads by RPC. Any number of processes may run it on one database. */
export async function startPlaylists(deps: {
  bus: Bus;
  database: Database;
  log: Log;
}): Promise<{ close(): Promise<void> }> {
  const { bus, database } = deps;
  const log = deps.log.child({ service: 'playlists' });
  await database.migrate('playlists', MIGRATIONS);
  const relay = startOutboxRelay({ database, outboxTable: outbox, inboxTable: inbox, bus, log });
  const commands = await bus.subscribe(
    { queue: durableQueues.playlists, patterns: ['playlist.*', 'favourite.*', 'rating.*', 'account.*'] },
    async (message) => {
      if (message.type === 'account.deleted') await eraseAccount(database, message);
      else await handleCommand(database, message);
      relay.wake();
    },
  );
  const server = await bus.serve('playlists', handlers(database));
  const erasing = new BackgroundLoop({
    pass: () => eraseOld(database.orm, Date.now()),
    everyMs: ERASE_EVERY_MS,
    retryMs: ERASE_EVERY_MS,
    onFailure: (error) => log.warn({ error }, 'old playlists were not erased'),
  });
  erasing.wake();
  return {
    async close() {
      await Promise.all([server.close(), commands.close()]);
      await Promise.all([relay.close(), erasing.close()]);
    },
  };
}

function handlers(database: Database): RpcHandlers<'playlists'> {
  const waiting = new Map<string, number>();
  const waitFor = async (messageId: string, accountId: string) => {
    const others = waiting.get(accountId) ?? 0;
    if (others >= MAX_WAITING_PER_ACCOUNT) return;
    waiting.set(accountId, others + 1);
    try {
      await untilApplied(database, messageId);
    } finally {
      const left = (waiting.get(accountId) ?? 1) - 1;
      if (left > 0) waiting.set(accountId, left);
      else waiting.delete(accountId);
    }
  };
  return {
    'playlists.health': () => databaseHealth(database),
    'playlists.list': async ({ accountId }) => ({ playlists: await listPlaylists(database.orm, accountId) }),
    'playlists.get': async ({ id, accountId, after }) => {
      if (after !== undefined) await waitFor(after, accountId);
      const playlist = await readPlaylist(database.orm, accountId, id);
      if (playlist === null) throw noSuchPlaylist();
      return playlist;
    },
    'playlists.outcome': async ({ accountId, messageId }) => {
      await waitFor(messageId, accountId);
      return outcomeOf(database.orm, accountId, messageId);
    },
    'playlists.public': ({ accountId, ...page }) => listPublic(database.orm, accountId, page),
    'playlists.favourites': ({ accountId, ...wanted }) => listFavourites(database.orm, accountId, wanted),
    'playlists.exportMarks': ({ accountId, cursor }) => exportMarks(database.orm, accountId, cursor),
    'playlists.markColumns': ({ accountId, ...wanted }) => markColumns(database.orm, accountId, wanted),
    'playlists.marks': ({ accountId, items }) => readMarks(database.orm, accountId, items),
    'playlists.changes': async ({ id, accountId }) => {
      const playlist = await findPlaylist(database.orm, id);
      const role = playlist === null ? null : roleIn(playlist, accountId);
      // A deleted one is there for its owner alone, who may bring it back.
      if (role === null || (playlist?.deletedAt !== null && role !== 'owner')) throw noSuchPlaylist();
      if (role === 'reader') throw onlyToLookAt();
      return { changes: await listChanges(database.orm, id) };
    },
  };
}

/** Looks in the database and not in this process's memory: another process may apply the message. */
async function untilApplied(database: Database, messageId: string): Promise<void> {
  const deadline = steadyNow() + AFTER_TIMEOUT_MS;
  for (let waitMs = AFTER_FIRST_LOOK_MS; ; waitMs = Math.min(waitMs * 2, AFTER_SLOWEST_LOOK_MS)) {
    if ((await wasApplied(database.orm, messageId)) || steadyNow() + waitMs > deadline) return;
    await sleep(waitMs);
  }
}
