import type { Config } from '@/lib/config/config';
import type { Log } from '@/lib/config/log';
import { durableQueues, type Message } from '@/lib/contracts/messages';
import type { RpcHandlers } from '@/lib/contracts/rpc';
import { type Database, databaseHealth } from '@/lib/database/database';
import { inBackground } from '@/lib/database/priority';
import type { Bus } from '@/lib/messaging/bus';
import { startOutboxRelay } from '@/lib/messaging/outbox/outbox';
import type { Secrets } from '@/lib/secrets/secrets';
import { eraseAccount } from './erase';
import { handleEvent } from './events';
import { type ForwarderOptions, Forwarding } from './forwarding/forwarder';
import { forwardingState, setForwarding, type Target } from './forwarding/settings';
import { deleteBookmark, listBookmarks, listQueues, readQueue, saveQueue, setBookmark } from './places';
import { exportPlays, listeningStats, playNumbers, recentPlays, topTracks } from './repository';
import { inbox, outbox } from './schema';
import { heardOnShelf, heardShelves } from './shelves';
import { heardTogether } from './together';

const MIGRATIONS = 'services/history/migrations';
/** A play that began longer ago, told late, is not playing now. */
const NOW_PLAYING_WITHIN_MS = 60_000;
/** What search ranks by: what is played less makes no difference. */
const MOST_PLAYED = 1_000;

interface Dependencies {
  bus: Bus;
  database: Database;
  log: Log;
  /** With `secrets`: plays can be forwarded where it names a server. */
  config?: Pick<Config, 'listenbrainzUrl'>;
  secrets?: Pick<Secrets, 'masterKey'>;
  /** Waits of forwarding, for tests in a hurry. */
  waits?: Pick<ForwarderOptions, 'pollMs' | 'firstRetryMs'>;
}

/** History: events of playback in, facts out, reads by RPC. Any number of processes may run it on one database. */
export async function startHistory(deps: Dependencies): Promise<{ close(): Promise<void> }> {
  const { bus, database } = deps;
  const log = deps.log.child({ service: 'history' });
  await database.migrate('history', MIGRATIONS);
  const relay = startOutboxRelay({ database, outboxTable: outbox, inboxTable: inbox, bus, log });
  const target = targetOf(deps);
  const forwarding = target === null ? null : new Forwarding({ database, bus, log, ...target, ...deps.waits });
  const record = async (message: Message) => {
    await handleEvent(database, message);
    relay.wake();
    const { type, actor, at } = message;
    if (type !== 'playback.started') forwarding?.wake();
    else if (actor !== null && Date.now() - at < NOW_PLAYING_WITHIN_MS) {
      forwarding?.playingNow(actor, message.data.trackId);
    }
  };
  const events = await bus.subscribe(
    { queue: durableQueues.history, patterns: ['playback.*', 'account.*'] },
    (message) =>
      // It comes when the next track begins to play, which it must not keep waiting.
      inBackground(() => (message.type === 'account.deleted' ? eraseAccount(database, message) : record(message))),
  );
  const server = await bus.serve(
    'history',
    handlers(database, target, () => forwarding?.wake()),
  );
  return {
    async close() {
      await Promise.all([server.close(), events.close()]);
      await Promise.all([relay.close(), forwarding?.close()]);
    },
  };
}

function targetOf({ config, secrets }: Dependencies): Target {
  const server = config?.listenbrainzUrl ?? null;
  return server === null || secrets === undefined ? null : { server, masterKey: secrets.masterKey };
}

/** @param forwardNow there is a token to be tried */
function handlers(database: Database, target: Target, forwardNow: () => void): RpcHandlers<'history'> {
  return {
    'history.health': () => databaseHealth(database),
    'history.together': (params) => heardTogether(database.orm, params),
    'history.playNumbers': (params) => playNumbers(database.orm, params),
    'history.shelves': (params) => heardShelves(database.orm, params),
    'history.shelf': (params) => heardOnShelf(database.orm, params),
    'history.recent': (params) => recentPlays(database.orm, params),
    'history.top': (params) => topTracks(database.orm, params),
    'history.played': async ({ accountId }) => {
      const { tracks } = await topTracks(database.orm, { accountId, window: 'all', offset: 0, limit: MOST_PLAYED });
      return { tracks: tracks.map(({ trackId, plays }) => ({ trackId, plays })) };
    },
    'history.stats': (params) => listeningStats(database.orm, params),
    'history.export': (params) => exportPlays(database.orm, params),
    'history.queue': ({ accountId, device }) => readQueue(database.orm, accountId, device),
    'history.queues': ({ accountId }) => listQueues(database.orm, accountId),
    'history.saveQueue': async ({ accountId, device, queue }) => {
      await saveQueue(database.orm, accountId, device, queue);
      return {};
    },
    'history.bookmarks': ({ accountId }) => listBookmarks(database.orm, accountId),
    'history.setBookmark': async ({ accountId, ...bookmark }) => {
      await setBookmark(database.orm, accountId, bookmark);
      return {};
    },
    'history.deleteBookmark': async ({ accountId, trackId }) => {
      await deleteBookmark(database.orm, accountId, trackId);
      return {};
    },
    'history.forwarding': ({ accountId }) => forwardingState(database, target, accountId),
    'history.forward': async (params) => {
      const state = await setForwarding(database, target, params);
      forwardNow();
      return state;
    },
  };
}
