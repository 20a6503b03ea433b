/** The peer of a real tab: everything that `createSwarmPeer` needs, as the browser gives it. */
import { deleteDB } from 'idb';
import type { SharingMode } from '@/lib/contracts/signaling';
import type { SwarmPeer } from './api';
import { systemClock } from './clock';
import { watchCpu } from './cpu-watch';
import { httpGateway } from './gateway';
import { claimIdentity, type Identity, type IdentityParts, sweepOrphans } from './identity';
import { SignalingClient } from './signaling-client';
import { openIdbStore } from './store/idb-store';
import { createSwarmPeer } from './swarm-peer';
import { simplePeerConnect } from './transport/simple-peer-link';

/** Why this tab cannot take part; the player then plays plain files. */
export type Unavailable = { unavailable: 'insecure_context' | 'no_webrtc' | 'no_storage' };

/** The Network Information API, where a browser has it. */
interface Connection {
  saveData?: boolean;
  type?: string;
}

/** A tab has one: opened once, closed never (the browser does it). */
export async function openBrowserPeer(options: { mode: SharingMode }): Promise<SwarmPeer | Unavailable> {
  if (!globalThis.isSecureContext || globalThis.crypto?.subtle === undefined)
    return { unavailable: 'insecure_context' };
  if (typeof RTCPeerConnection === 'undefined') return { unavailable: 'no_webrtc' };
  const identity = await identityOfTab().catch(() => null);
  if (identity === null) return { unavailable: 'no_storage' };
  const log = (message: string) => console.debug(`[swarm] ${message}`);
  const fetch: typeof globalThis.fetch = (input, init) => globalThis.fetch(input, init);
  const store = await openIdbStore({
    name: identity.databaseName,
    clock: systemClock,
    estimate: () => navigator.storage.estimate(),
    log,
  });
  const peer = createSwarmPeer({
    peerId: identity.peerId,
    gateway: httpGateway(identity.peerId, fetch),
    store,
    signaling: new SignalingClient(systemClock, log),
    connect: simplePeerConnect(systemClock),
    fetch,
    clock: systemClock,
    mode: options.mode,
    metered: isMetered,
    cpu: (onChange) => watchCpu(systemClock, onChange),
    log,
  });
  return {
    peerId: peer.peerId,
    open: (trackId, signal, atS) => peer.open(trackId, signal, atS),
    prepare: (trackIds) => peer.prepare(trackIds),
    setMode: (mode) => peer.setMode(mode),
    snapshot: () => peer.snapshot(),
    subscribe: (listener) => peer.subscribe(listener),
    onFact: (listener) => peer.onFact(listener),
    async close() {
      await peer.close();
      identity.release();
    },
  };
}

async function identityOfTab(): Promise<Identity> {
  const parts: IdentityParts = {
    storage: sessionStorage,
    locks: navigator.locks,
    databases: async () => (await indexedDB.databases()).flatMap(({ name }) => (name === undefined ? [] : [name])),
    deleteDatabase: (name) => deleteDB(name),
  };
  const identity = await claimIdentity(parts);
  void sweepOrphans(parts);
  return identity;
}

/** The listener asked the browser to save data, or is on a phone's plan. */
function isMetered(): boolean {
  const connection = 'connection' in navigator ? (navigator.connection as Connection | undefined) : undefined;
  return connection?.saveData === true || connection?.type === 'cellular';
}
