/** The peer of a real tab: everything that `createSwarmPeer` needs, as the browser gives it. */
import { deleteDB } from 'idb';
import { httpGateway } from '@/lib/client/gateway';
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

/** Why this tab cannot take part; the player then plays plain files. */
export type Unavailable = { unavailable: 'insecure_context' | 'no_webrtc' | 'no_storage' };

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
}): Promise<SwarmPeer | Unavailable> {
  if (!globalThis.isSecureContext || globalThis.crypto?.subtle === undefined)
    return { unavailable: 'insecure_context' };
  if (typeof RTCPeerConnection === 'undefined') return { unavailable: 'no_webrtc' };
  try {
    return options.tabs === 'shared' ? await sharedPeer(options) : await peerOfTab(options);
  } catch (error) {
    log(String(error));
    return { unavailable: 'no_storage' };
  }
}

/** @throws where this tab cannot know who it is */
async function peerOfTab(options: Choices): Promise<SwarmPeer> {
  const parts = identityParts(sessionStorage);
  const identity = await claimIdentity(parts);
  void sweepOrphans(parts);
  const peer = await openPeer(identity, options);
  return {
    peerId: peer.peerId,
    open: (trackId, signal, atS) => peer.open(trackId, signal, atS),
    prepare: (trackIds) => peer.prepare(trackIds),
    setMode: (chosen) => peer.setMode(chosen),
    snapshot: () => peer.snapshot(),
    subscribe: (listener) => peer.subscribe(listener),
    onFact: (listener) => peer.onFact(listener),
    async close() {
      await peer.close();
      identity.release();
    },
  };
}

/** @throws where the tabs of this browser cannot know who they are */
async function sharedPeer(options: Choices): Promise<SwarmPeer> {
  const parts = identityParts(localStorage);
  const identity = await sharedIdentity(parts);
  return await createSharedPeer({
    peerId: identity.peerId,
    lock: identity.lock,
    locks: navigator.locks,
    channel: broadcastChannel,
    clock: systemClock,
    mode: options.mode,
    openPeer(mode) {
      void sweepOrphans(parts);
      return openPeer(identity, { ...options, mode });
    },
    log,
  });
}

async function openPeer(
  { peerId, databaseName }: Omit<Identity, 'release'>,
  { mode, relayOnly }: Choices,
): Promise<SwarmPeer> {
  const fetch: typeof globalThis.fetch = (input, init) => globalThis.fetch(input, init);
  const store = await openIdbStore({
    name: databaseName,
    clock: systemClock,
    estimate: async () => navigator.storage.estimate(),
    log,
  });
  return createSwarmPeer({
    peerId,
    gateway: httpGateway(peerId, fetch),
    store,
    signaling: new SignalingClient(systemClock, log),
    connect: simplePeerConnect(systemClock),
    fetch,
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
