/** The whole swarm as the signaling server sees it, for administrators: a small socket of its own, beside the tab's peer. */
import * as z from 'zod/mini';
import { newId } from '@/lib/contracts/ids';
import {
  type ClientToServer,
  type ServerToClient,
  SIGNALING_PATH,
  type SwarmSnapshot,
  swarmSnapshot,
} from '@/lib/contracts/signaling';
import { gateway } from './gateway';

export type WatchState = 'connecting' | 'up' | 'refused';

/**
 * Calls back about once a second until stopped; connects again by itself, each time with a fresh token.
 * @returns stop
 */
export function watchSwarm(on: {
  snapshot: (snapshot: SwarmSnapshot) => void;
  state: (state: WatchState) => void;
}): () => void {
  const peerId = newId();
  let stopped = false;
  let stop = () => {};
  const start = async () => {
    const [{ io }, admission] = await Promise.all([import('socket.io-client'), gateway.peer(peerId)]);
    if (stopped) return;
    const socket: import('socket.io-client').Socket<ServerToClient, ClientToServer> = io(
      admission.signalingUrl || location.origin,
      {
        path: SIGNALING_PATH,
        transports: ['websocket'],
        auth: (give) => {
          gateway.peer(peerId).then(
            ({ token }) => give({ token, mode: 'off' }),
            () => give({ token: '' }),
          );
        },
      },
    );
    stop = () => socket.disconnect();
    socket.on('connect', () => {
      socket.emit('watch', true, (answer) => on.state('ok' in answer ? 'up' : 'refused'));
    });
    socket.on('disconnect', () => on.state('connecting'));
    socket.on('connect_error', () => on.state('connecting'));
    socket.on('swarm', (news) => {
      const snapshot = z.safeParse(swarmSnapshot, news);
      if (snapshot.success) on.snapshot(without(snapshot.data, peerId));
    });
  };
  start().catch(() => {
    if (!stopped) on.state('refused');
  });
  return () => {
    stopped = true;
    stop();
  };
}

/** Whoever only looks is no part of what is seen. */
function without(snapshot: SwarmSnapshot, peerId: string): SwarmSnapshot {
  return { ...snapshot, peers: snapshot.peers.filter((peer) => peer.peer !== peerId) };
}
