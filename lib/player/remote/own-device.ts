import type { DeviceCommand, DeviceState } from '@/lib/contracts/devices';
import { EnxameError } from '@/lib/contracts/enxame-error';
import { BoundedMap } from '@/lib/util/bounded-map';
import type { Player, PlayerState, QueueUndo } from '../api';
import type { QueueKeeper, QueueServer } from './queue-keeper';
import { sentTrack } from './sent-track';

/** Changes of the queue that can be taken back, the last ones. */
const MAX_UNDOS = 20;
/** A position that differs by more from where playing on would have led is a jump, seconds. */
const JUMP_S = 1.5;

/** What this device says of itself. @param version when the queue was saved; null: not yet */
export function stateOf(state: PlayerState, version: number | null): DeviceState {
  const { status, queue, index, positionS, durationS, speed, volume, muted, volumeFixed, repeat, shuffle } = state;
  const track = queue[index]?.track;
  const sound = { volume, muted, volumeFixed, repeat, shuffle, speed };
  return {
    status,
    track: track === undefined ? null : sentTrack(track),
    index,
    count: queue.length,
    queue: version,
    positionS,
    durationS,
    ...sound,
  };
}

/**
 * Whether others must be told. Time that passes is no change: they count on by themselves.
 * @param told what was said last @param elapsedS since then
 */
export function isNews(told: DeviceState, now: DeviceState, elapsedS: number): boolean {
  const { positionS: before, track: trackBefore, ...rest } = told;
  const { positionS, track, ...restNow } = now;
  if (trackBefore?.id !== track?.id) return true;
  if (Object.entries(rest).some(([name, value]) => restNow[name as keyof typeof restNow] !== value)) return true;
  const expected = told.status === 'playing' ? before + elapsedS * told.speed : before;
  return Math.abs(positionS - expected) > JUMP_S;
}

/** Does on this device's player what others ask. */
export class OwnDevice {
  private readonly undos = new BoundedMap<string, QueueUndo>(MAX_UNDOS);

  constructor(
    private readonly device: string,
    private readonly player: Player,
    private readonly keeper: Pick<QueueKeeper, 'version' | 'save'>,
    private readonly server: Pick<QueueServer, 'get'>,
  ) {}

  /** @param id of the command @throws {EnxameError} `conflict` when the queue is not the one that the sender saw; `too_large` when it is full */
  async carryOut(id: string, command: DeviceCommand): Promise<void> {
    const { player } = this;
    switch (command.do) {
      case 'play':
      case 'pause':
      case 'next':
      case 'previous':
      case 'clear':
        player[command.do]();
        return;
      case 'seek':
        player.seek(command.positionS);
        return;
      case 'volume':
        player.setMuted(command.muted);
        player.setVolume(command.volume);
        return;
      case 'repeat':
        player.setRepeat(command.repeat);
        return;
      case 'shuffle':
        player.setShuffle(command.on);
        return;
      case 'jump': {
        const [key] = this.keysAt([command.place], command.queue);
        if (key !== undefined) player.jumpTo(key);
        return;
      }
      case 'remove':
        this.undos.set(id, player.edit({ kind: 'remove', keys: this.keysAt(command.places, command.queue) }));
        return;
      case 'move': {
        const keys = this.keysAt(command.places, command.queue);
        const before = command.before === null ? null : (this.keysAt([command.before], command.queue)[0] ?? null);
        this.undos.set(id, player.edit({ kind: 'move', keys, before }));
        return;
      }
      case 'clearUpcoming':
        this.keysAt([], command.queue);
        this.undos.set(id, player.edit({ kind: 'clearUpcoming' }));
        return;
      case 'undo': {
        const undo = this.undos.get(command.command);
        if (undo === undefined) throw new EnxameError('conflict', 'This change cannot be taken back any more.');
        this.undos.delete(command.command);
        player.undo(undo);
        return;
      }
      case 'enqueue':
        if (player.enqueue(command.tracks, command.where) < command.tracks.length) {
          throw new EnxameError('too_large', 'The queue is full.');
        }
        return;
      case 'load':
        player.takeOver(await this.server.get(this.device), command.play);
        return;
      case 'handOver':
        player.pause();
        await this.keeper.save();
    }
  }

  /** @throws {EnxameError} `conflict` */
  private keysAt(places: readonly number[], version: number): string[] {
    const { queue } = this.player.state();
    const keys = places.flatMap((place) => queue[place]?.key ?? []);
    if (this.keeper.version !== version || keys.length !== places.length) {
      throw new EnxameError('conflict', 'The queue has changed meanwhile.');
    }
    return keys;
  }
}
