/** The peer of a terminal: what `createSwarmPeer` needs, as Node gives it. The browser's is lib/swarm/peer/browser-peer.ts. */
import { readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ServerConnection } from '@/lib/client/connection';
import { GATEWAY_TIMEOUT_MS, httpGateway } from '@/lib/client/gateway';
import { httpClient } from '@/lib/client/http';
import { EnxameError } from '@/lib/contracts/errors';
import { newId } from '@/lib/contracts/ids';
import type { SharingMode } from '@/lib/contracts/signaling';
import { lockFolder } from '@/lib/database/lock';
import type { SwarmPeer } from '@/lib/swarm/api';
import { simplePeerConnect, type Webrtc } from '@/lib/swarm/connections/simple-peer-link';
import { createSwarmPeer } from '@/lib/swarm/peer/swarm-peer';
import { SignalingClient } from '@/lib/swarm/tracker-client/signaling-client';
import { systemClock } from '@/lib/util/clock';
import { readSession } from '../client/credentials';
import { UsageError } from '../client/failures';
import { openDiskStore } from './disk-store';

export interface NodePeerOptions {
  /** Origin of the server, such as `http://localhost:3000`. */
  server: string;
  /** Folder of the cache; made when it is not there. */
  data: string;
  cacheBytes: number;
  mode: SharingMode;
  log: (message: string) => void;
}

/** The peer, and the live events that it receives. Closing the peer closes its connection. */
export interface NodePeer extends SwarmPeer, Pick<ServerConnection, 'onEvent'> {}

/**
 * Opens the peer of a data folder, as the listener who is signed in.
 * @throws {EnxameError} `not_signed_in`
 * @throws {UsageError} when the folder is in use or cannot be written, or this machine has no WebRTC
 */
export async function openNodePeer(options: NodePeerOptions): Promise<NodePeer> {
  const { server, data, log } = options;
  const session = await readSession(server);
  if (session === null) throw new EnxameError('not_signed_in', `Sign in to ${server} first.`);
  const wrtc = await loadWebrtc();
  const unlock = await lockFolder(data).catch(() => {
    throw new UsageError(`${data} is in use by another peer, or is not writable. Choose another folder with --data.`);
  });
  const refuse = (error: Error) => {
    throw new UsageError(`${data} cannot be used (${error.message}). Choose another folder with --data.`);
  };
  const peerId = await ownId(data).catch(refuse);
  const store = await openDiskStore({
    folder: join(data, 'assets'),
    budgetBytes: options.cacheBytes,
    clock: systemClock,
    log,
  }).catch(refuse);
  const headers = () => ({ origin: server, cookie: session.cookie });
  const gateway = httpGateway(peerId, httpClient({ server, headers, timeoutMs: GATEWAY_TIMEOUT_MS }));
  const connection = new ServerConnection({ admit: () => gateway.admit(), origin: server, clock: systemClock, log });
  const peer = createSwarmPeer({
    peerId,
    gateway,
    store,
    signaling: new SignalingClient(connection),
    connect: simplePeerConnect(systemClock, wrtc),
    // Addresses of manifests and chunks are relative to the server, as in a page.
    fetch: (input, init) => fetch(new URL(input instanceof Request ? input.url : input, server), init),
    clock: systemClock,
    mode: options.mode,
    log,
  });
  return {
    peerId,
    open: (trackId, signal) => peer.open(trackId, signal),
    expectNext: (trackId, inS) => peer.expectNext(trackId, inS),
    expectPress: (trackId) => peer.expectPress(trackId),
    setMode: (mode) => peer.setMode(mode),
    snapshot: () => peer.snapshot(),
    subscribe: (listener) => peer.subscribe(listener),
    onEvent: (listener) => connection.onEvent(listener),
    async close() {
      await peer.close();
      connection.close();
      await unlock();
    },
  };
}

/** Its binary comes as an optional package, which not every platform has. */
async function loadWebrtc(): Promise<Webrtc> {
  try {
    return (await import('@roamhq/wrtc')).default;
  } catch {
    throw new UsageError(`WebRTC is not available for ${process.platform} on ${process.arch} (package @roamhq/wrtc).`);
  }
}

/** The peer of a folder has the same id at each start: who knew it before it was killed finds it again. */
async function ownId(data: string): Promise<string> {
  const path = join(data, 'peer-id');
  const known = (await readFile(path, 'utf8').catch(() => '')).trim();
  if (/^[A-Za-z0-9_-]{22}$/.test(known)) return known;
  const made = newId();
  await writeFile(`${path}.new`, `${made}\n`, { mode: 0o600 });
  await rename(`${path}.new`, path);
  return made;
}
