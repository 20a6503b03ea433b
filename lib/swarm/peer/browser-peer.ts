/** The connection and the peer of a real tab: everything that `createSwarmPeer` needs, as the browser gives it. */
import { deleteDB } from 'idb';
import { ServerConnection } from '@/lib/client/connection';
import { GATEWAY_TIMEOUT_MS, httpGateway } from '@/lib/client/gateway';
import { httpClient } from '@/lib/client/http';
import { newId } from '@/lib/contracts/ids';
import type { SharingMode } from '@/lib/contracts/signaling';
import { systemClock } from '@/lib/util/clock';
import type { SwarmPeer } from '../api';
import { simplePeerConnect } from '../connections/simple-peer-link';
import { openIdbStore } from '../store/idb-store';
import { broadcastChannel } from '../tabs/channel';
import { createSharedPeer } from '../tabs/shared-peer';
import { SignalingClient } from '../tracker-client/signaling-client';
import { watchCpu } from './cpu-watch';
import { claimIdentity, type Identity, type IdentityParts, sharedIdentity, sweepOrphans } from './identity';
import { createSwarmPeer } from './swarm-peer';

/** Why a tab cannot take part in the swarm; the player then plays plain files. */
type Unavailable = 'insecure_context' | 'no_webrtc' | 'no_storage';

interface BrowserPeer {
  peerId: string;
  /** Every tab has one, also where it cannot take part in the swarm. */
  connection: ServerConnection;
  /** Null: see `unavailable`. */
  swarm: SwarmPeer | null;
  unavailable: Unavailable | null;
}

/** What the listener chose in this browser. */
interface Choices {
  mode: SharingMode;
  /** Looked at for each link. */
  relayOnly: () => boolean;
}

/** The Network Information API, where a browser has it. */
interface Connection {
  saveData?: boolean;
  type?: string;
}

/**
 * A tab has one: opened once, closed never (the browser does it).
 * @param options.tabs whether each tab is a peer of its own, or the tabs of one browser share one
 */
export async function openBrowserPeer(options: {
  mode: SharingMode;
  tabs: 'each' | 'shared';
  relayOnly: () => boolean;
}): Promise<BrowserPeer> {
  const unavailable = whyUnavailable();
  if (unavailable !== null) return onlyObserving(unavailable);
  try {
    return options.tabs === 'shared' ? await sharedPeer(options) : await peerOfTab(options);
  } catch (error) {
    log(String(error));
    return onlyObserving('no_storage');
  }
}

function whyUnavailable(): Unavailable | null {
  if (!globalThis.isSecureContext || globalThis.crypto?.subtle === undefined) return 'insecure_context';
  return typeof RTCPeerConnection === 'undefined' ? 'no_webrtc' : null;
}

/** A tab that takes no part in the swarm still receives live events. */
function onlyObserving(unavailable: Unavailable): BrowserPeer {
  const peerId = newId();
  const connection = connectionOf(peerId);
  connection.start();
  return { peerId, connection, swarm: null, unavailable };
}

function connectionOf(peerId: string): ServerConnection {
  const gateway = gatewayOf(peerId);
  return new ServerConnection({
    admit: () => gateway.admit(),
    origin: globalThis.location.origin,
    clock: systemClock,
    log,
  });
}

/** @throws where this tab cannot know who it is */
async function peerOfTab(options: Choices): Promise<BrowserPeer> {
  const parts = identityParts(sessionStorage);
  const identity = await claimIdentity(parts);
  void sweepOrphans(parts);
  const connection = connectionOf(identity.peerId);
  const peer = await openPeer(identity, connection, options);
  const swarm: SwarmPeer = {
    peerId: peer.peerId,
    open: (trackId, signal, atS) => peer.open(trackId, signal, atS),
    expectNext: (trackId, inS) => peer.expectNext(trackId, inS),
    expectPress: (trackId) => peer.expectPress(trackId),
    setMode: (chosen) => peer.setMode(chosen),
    snapshot: () => peer.snapshot(),
    subscribe: (listener) => peer.subscribe(listener),
    async close() {
      await peer.close();
      identity.release();
    },
  };
  return { peerId: peer.peerId, connection, swarm, unavailable: null };
}

/**
 * Each tab has a connection of its own, all with the one peer id: the leader's is the peer's, the followers' observe.
 * @throws where the tabs of this browser cannot know who they are
 */
async function sharedPeer(options: Choices): Promise<BrowserPeer> {
  const parts = identityParts(localStorage);
  const identity = await sharedIdentity(parts);
  const connection = connectionOf(identity.peerId);
  const swarm = await createSharedPeer({
    peerId: identity.peerId,
    lock: identity.lock,
    locks: navigator.locks,
    channel: broadcastChannel,
    clock: systemClock,
    mode: options.mode,
    openPeer(mode) {
      void sweepOrphans(parts);
      return openPeer(identity, connection, { ...options, mode });
    },
    log,
  });
  connection.start();
  return { peerId: identity.peerId, connection, swarm, unavailable: null };
}

const gatewayOf = (peerId: string) => httpGateway(peerId, httpClient({ timeoutMs: GATEWAY_TIMEOUT_MS }));

const fetchOfPage: typeof globalThis.fetch = (input, init) => globalThis.fetch(input, init);

async function openPeer(
  { peerId, databaseName }: Omit<Identity, 'release'>,
  connection: ServerConnection,
  { mode, relayOnly }: Choices,
): Promise<SwarmPeer> {
  const store = await openIdbStore({
    name: databaseName,
    clock: systemClock,
    estimate: async () => navigator.storage.estimate(),
    log,
  });
  return createSwarmPeer({
    peerId,
    gateway: gatewayOf(peerId),
    store,
    signaling: new SignalingClient(connection),
    connect: simplePeerConnect(systemClock),
    fetch: fetchOfPage,
    clock: systemClock,
    mode,
    relayOnly,
    metered: isMetered,
    cpu: (onChange) => watchCpu(systemClock, onChange),
    log,
  });
}

function identityParts(storage: Storage): IdentityParts {
  return {
    storage,
    locks: navigator.locks,
    databases: async () => (await indexedDB.databases()).flatMap(({ name }) => (name === undefined ? [] : [name])),
    deleteDatabase: (name) => deleteDB(name),
  };
}

function log(message: string): void {
  console.debug(`[swarm] ${message}`);
}

/** The listener asked the browser to save data, or is on a phone's plan. */
function isMetered(): boolean {
  const connection = 'connection' in navigator ? (navigator.connection as Connection | undefined) : undefined;
  return connection?.saveData === true || connection?.type === 'cellular';
}
