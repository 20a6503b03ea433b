/** Live changes, as pages hear them: over the signaling socket, as a peer that joins no swarm. */
import { io, type Socket } from 'socket.io-client';
import { EnxameError } from '@/lib/contracts/errors';
import { newId } from '@/lib/contracts/ids';
import { type Message, parseMessage } from '@/lib/contracts/messages';
import { peerAdmission } from '@/lib/contracts/playback';
import { SIGNALING_PATH } from '@/lib/contracts/signaling';
import type { Api } from './api';

const RETRY_MS = 1_000;
const CONNECT_TIMEOUT_MS = 10_000;

export interface Facts {
  close(): void;
}

/**
 * Hears facts until closed, connecting again by itself. Resolves once it hears for the first time.
 * @throws {EnxameError} the gateway's refusal; `unavailable` when signaling does not answer
 */
export async function hearFacts(
  api: Api,
  on: { fact(fact: Message): void; state?(state: 'up' | 'down'): void },
): Promise<Facts> {
  const peerId = newId();
  const admit = () => api.ask('POST', '/api/peer', peerAdmission, { peerId });
  let first: Awaited<ReturnType<typeof admit>> | null = await admit();
  const socket: Socket = io(first.signalingUrl || api.server, {
    path: SIGNALING_PATH,
    transports: ['websocket'],
    reconnectionDelay: RETRY_MS,
    reconnectionDelayMax: RETRY_MS * 5,
    // A token admits once: each connection asks for its own.
    auth: (give) => {
      const admission = first === null ? admit() : Promise.resolve(first);
      first = null;
      admission.then(
        ({ token }) => give({ token, mode: 'off' }),
        () => give({ token: '' }),
      );
    },
  });
  socket.on('fact', (said: unknown) => {
    try {
      on.fact(parseMessage(said));
    } catch {
      // Of a newer server; none of ours.
    }
  });
  socket.on('disconnect', () => on.state?.('down'));
  // A refusal by the server itself is not tried again by Socket.IO.
  socket.on('connect_error', () => {
    if (!socket.active) setTimeout(() => socket.connect(), RETRY_MS);
  });
  socket.on('connect', () => on.state?.('up'));
  await new Promise<void>((resolve, reject) => {
    const timer = setTimeout(() => {
      socket.disconnect();
      reject(new EnxameError('unavailable', 'Live changes are not available right now.'));
    }, CONNECT_TIMEOUT_MS);
    socket.once('connect', () => {
      clearTimeout(timer);
      resolve();
    });
  });
  return { close: () => void socket.disconnect() };
}
