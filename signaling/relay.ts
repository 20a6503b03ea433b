import type * as z from 'zod/mini';
import { EnxameError } from '@/lib/contracts/errors';
import type { signalOut } from '@/lib/contracts/signaling';
import type { Connections } from './connections';
import type { Tracker } from './tracker/tracker';

/**
 * Hands a WebRTC signal to the peer it is meant for, stamped with the sender that the socket was admitted as.
 * @throws {EnxameError} `not_assigned` unless the tracker paired the two; `unavailable` while the other's socket is away
 */
export function relaySignal(
  tracker: Tracker,
  connections: Connections,
  from: string,
  { to, link, signal }: z.infer<typeof signalOut>,
): void {
  if (!tracker.isPaired(from, to)) throw new EnxameError('not_assigned', 'You are not paired with that peer.');
  const socket = connections.ofPeer(to);
  if (socket === undefined) throw new EnxameError('unavailable', 'That peer is not connected.');
  socket.emit('signal', { from, link, signal });
}
