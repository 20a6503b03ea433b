/** History as it runs, on both brokers and databases, and a catalog that knows a few tracks. */
import { randomBytes } from 'node:crypto';
import type { Track } from '@/lib/contracts/catalog';
import { EnxameError } from '@/lib/contracts/errors';
import { newId } from '@/lib/contracts/ids';
import { type Message, newMessage } from '@/lib/contracts/messages';
import type { RpcHandlers } from '@/lib/contracts/rpc';
import type { Database } from '@/lib/database/database';
import { openPostgres } from '@/lib/database/postgres';
import type { Bus } from '@/lib/messaging/bus';
import { openBus } from '@/lib/messaging/open';
import { startHistory } from '@/services/history/service';
import { openConnectedBus } from '@/testing/rabbitmq';
import { testLog as log } from './brokers';
import { openTestPglite, sharedPostgres, sharedRabbitmq } from './shared';

export interface HistorySystem {
  /** The bus of another process than the workers', where there is one. */
  bus: Bus;
  database: Database;
  /** Tracks that the catalog knows, by their id. */
  tracks: Map<string, Track>;
  /** Each ends one worker. */
  workers: (() => Promise<void>)[];
  stop(): Promise<void>;
}

interface Options {
  /** Where plays are forwarded to. */
  forwardTo?: string;
}

const retryDelaysMs = [5, 5, 5, 5];

export async function startEmbeddedHistory({ forwardTo }: Options = {}): Promise<HistorySystem> {
  const database = await openTestPglite();
  const bus = await openBus({ config: { amqpUrl: null }, database, log, retryDelaysMs });
  const tracks = new Map<string, Track>();
  await serveTracks(bus, tracks);
  const worker = await startHistory({ bus, database, log, ...forwarding(forwardTo) });
  return {
    bus,
    database,
    tracks,
    workers: [worker.close],
    async stop() {
      await worker.close();
      await bus.close();
      await database.close();
    },
  };
}

/** Two workers that share one RabbitMQ and one PostgreSQL. */
export async function startSeparateHistory({ forwardTo }: Options = {}): Promise<HistorySystem> {
  const [amqpUrl, databaseUrl] = await Promise.all([sharedRabbitmq(), sharedPostgres()]);
  const connect = () => openConnectedBus(amqpUrl, { log, retryDelaysMs });
  const shared = forwarding(forwardTo);
  const workers = await Promise.all(
    [1, 2].map(async () => {
      const [bus, database] = [await connect(), await openPostgres(databaseUrl, log)];
      const worker = await startHistory({ bus, database, log, ...shared });
      let ended: Promise<void> | undefined;
      const end = async () => {
        await worker.close();
        await bus.close();
        await database.close();
      };
      return () => (ended ??= end());
    }),
  );
  const [bus, database] = [await connect(), await openPostgres(databaseUrl, log)];
  const tracks = new Map<string, Track>();
  await serveTracks(bus, tracks);
  return {
    bus,
    database,
    tracks,
    workers,
    async stop() {
      await Promise.all(workers.map((stop) => stop()));
      await bus.close();
      await database.close();
    },
  };
}

function forwarding(forwardTo: string | undefined) {
  if (forwardTo === undefined) return {};
  return {
    config: { listenbrainzUrl: forwardTo },
    secrets: { masterKey: randomBytes(32) },
    waits: { pollMs: 20, firstRetryMs: 20 },
  };
}

async function serveTracks(bus: Bus, tracks: Map<string, Track>): Promise<void> {
  const refuse = async () => {
    throw new EnxameError('not_found', 'This catalog knows tracks only.');
  };
  const handlers = new Proxy({} as RpcHandlers<'catalog'>, {
    get: (_, name) => (name === 'catalog.tracks' ? answer : refuse),
    getOwnPropertyDescriptor: () => ({ configurable: true, enumerable: true }),
  });
  const answer: RpcHandlers<'catalog'>['catalog.tracks'] = async ({ ids }) => ({
    tracks: ids.flatMap((id) => tracks.get(id) ?? []),
  });
  await bus.serve('catalog', handlers);
}

/** A track that the catalog of `system` knows from now on. */
export function addTrack(system: HistorySystem, given: Partial<Track> = {}): Track {
  const track: Track = {
    id: newId(),
    title: `Faixa ${system.tracks.size + 1}`,
    artist: 'Vento',
    artistId: newId(),
    album: 'Ar',
    albumId: newId(),
    trackNo: 1,
    discNo: 1,
    durationS: 180,
    coverId: null,
    mime: 'audio/mpeg',
    withdrawn: false,
    missing: false,
    ...given,
  };
  system.tracks.set(track.id, track);
  return track;
}

export const NO_BYTES = { cache: 0, peer: 0, origin: 0 };

/** The two events of one play. @param startedAt epoch ms */
export function playOf(
  actor: string,
  trackId: string,
  startedAt: number,
  { listenedS = 120, durationS = 180, type = 'finished' as 'finished' | 'skipped', bytes = NO_BYTES } = {},
): [Message<'playback.started'>, Message<'playback.finished'> | Message<'playback.skipped'>] {
  const playId = newId();
  const end = { trackId, playId, positionS: listenedS, listenedS, durationS, bytes };
  return [
    newMessage('playback.started', { trackId, playId, positionS: 0 }, { actor, at: startedAt }),
    newMessage(`playback.${type}`, end, { actor, at: startedAt + Math.round(listenedS * 1000) }),
  ];
}
