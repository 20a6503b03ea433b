import type * as z from 'zod/mini';
import type { Announcement, sentCommand } from '@/lib/contracts/devices';
import { EnxameError } from '@/lib/contracts/errors';
import type { Device } from '@/lib/contracts/signaling';
import type { SignalingServer, SignalingSocket } from './socket';

/**
 * Passes on what the devices of one account say to each other. Who is there is known by Socket.IO's rooms alone, so with an adapter that several
 * signaling processes share (Socket.IO's for Redis) devices find each other whichever process each is connected to. What a device plays is kept
 * nowhere: each tells those that arrive.
 */
export class Devices {
  constructor(private readonly io: Pick<SignalingServer, 'to' | 'in'>) {}

  /** @throws {EnxameError} `invalid_request` when this socket is another device */
  async announce(socket: SignalingSocket, { to, ...said }: Announcement): Promise<{ runsOn: Device }> {
    const { account, deviceId, device: runsOn } = socket.data;
    if (deviceId !== null && deviceId !== said.device) {
      throw new EnxameError('invalid_request', 'This socket has announced itself as another device.');
    }
    if (said.state === null) {
      await this.left(socket);
      return { runsOn };
    }
    socket.data.deviceId = said.device;
    await socket.join([roomOfAccount(account), roomOfDevice(account, said.device)]);
    const room = to === undefined ? roomOfAccount(account) : roomOfDevice(account, to);
    socket.to(room).emit('device', { ...said, runsOn });
    return { runsOn };
  }

  /**
   * Only to a device of the sender's own account: rooms are named by the account that the socket was admitted as.
   * @throws {EnxameError} `forbidden` before this socket announced itself; `not_found` when the other is gone
   */
  async command(socket: SignalingSocket, { to, id, command }: z.infer<typeof sentCommand>): Promise<object> {
    const { account, deviceId } = socket.data;
    if (deviceId === null)
      throw new EnxameError('forbidden', 'Announce this device before it asks anything of others.');
    const room = roomOfDevice(account, to);
    if (!(await this.isThere(room))) throw new EnxameError('not_found', 'That device is not connected.');
    socket.to(room).emit('command', { from: deviceId, id, command });
    return {};
  }

  /** The socket is closed, or its device no longer takes part. */
  async left(socket: SignalingSocket): Promise<void> {
    const { account, deviceId } = socket.data;
    if (deviceId === null) return;
    socket.data.deviceId = null;
    const [ofAccount, ofDevice] = [roomOfAccount(account), roomOfDevice(account, deviceId)];
    await Promise.all([socket.leave(ofAccount), socket.leave(ofDevice)]);
    // It may be there by a newer socket already.
    if (!(await this.isThere(ofDevice))) this.io.to(ofAccount).emit('deviceGone', { device: deviceId });
  }

  private async isThere(room: string): Promise<boolean> {
    return (await this.io.in(room).fetchSockets()).length > 0;
  }
}

const roomOfAccount = (account: string) => `account:${account}`;
/** Neither name holds a colon. */
const roomOfDevice = (account: string, device: string) => `device:${account}:${device}`;
