import type * as z from 'zod/mini';
import {
  type Announcement,
  type DeviceCommand,
  type DeviceState,
  goneDevice,
  receivedCommand,
  type sentCommand,
} from '@/lib/contracts/devices';
import { EnxameError, fromWireError, isEnxameError, toWireError } from '@/lib/contracts/errors';
import { newMessageId } from '@/lib/contracts/ids';
import { type Device, heardDevice } from '@/lib/contracts/signaling';
import type { Clock } from '@/lib/util/clock';
import type { Player } from '../api';
import { createStore, type Store } from '../player-state';
import {
  afterChoosing,
  afterEvent,
  type Chosen,
  type DeviceEvent,
  type KnownDevices,
  noDevices,
} from './known-devices';
import { isNews, OwnDevice, stateOf } from './own-device';
import { QueueKeeper, type QueueServer } from './queue-keeper';
import { RemotePlayer } from './remote-player';

/** What has changed is said at most so often. */
const SAY_EVERY_MS = 500;
/** A device that does not do what it was asked within this time does not answer: it may be asleep. */
const ANSWER_WITHIN_MS = 6_000;
/** Once this device's connection is back the others announce themselves; who has not by then is gone. */
const ANSWERS_OVER_MS = 5_000;

/** What is used of the connection to the server. */
export interface DeviceChannel {
  getState(): string;
  onState(listener: (state: string) => void): () => void;
  on(event: 'device' | 'command' | 'deviceGone', listener: (data: unknown) => void): () => void;
  ask(event: 'announce', said: Announcement): Promise<unknown>;
  ask(event: 'command', sent: z.infer<typeof sentCommand>): Promise<unknown>;
}

interface DevicesOptions {
  /** This device, the same after a reload where that is possible. */
  device: string;
  player: Player;
  channel: DeviceChannel;
  server: QueueServer;
  clock: Clock;
  /** In the listener's language. */
  nameOf: (runsOn: Device) => string;
  /** What the other device refused, or did not answer. */
  failed(error: unknown): void;
}

/** What pages show of the listener's devices. */
export interface DevicesState extends KnownDevices {
  /** What this device runs on; null: the server has not said yet. */
  runsOn: Device | null;
}

/** The other devices of this listener: tells them what this one plays, does what they ask, and controls the one that was chosen. */
export class Devices {
  private readonly store: Store<DevicesState> = createStore<DevicesState>({ ...noDevices, runsOn: null });
  readonly state: Store<DevicesState>['get'] = this.store.get;
  readonly subscribe: Store<DevicesState>['subscribe'] = this.store.subscribe;
  /** This device. */
  readonly id: string;
  private readonly keeper: QueueKeeper;
  private readonly own: OwnDevice;
  private remotePlayer: RemotePlayer | null = null;
  private readonly waiting = new Map<string, { to: string; settle: (error: unknown) => void }>();
  private told: { state: DeviceState; at: number } | null = null;
  private readonly did: NonNullable<Announcement['did']> = [];
  private sayWaits: (() => void) | null = null;
  private answersWait: (() => void) | null = null;
  private readonly stops: (() => void)[];
  private closed = false;

  constructor(private readonly options: DevicesOptions) {
    const { device, player, channel, server, clock, nameOf } = options;
    this.id = device;
    const name = () => nameOf(this.state().runsOn ?? { browser: 'other', system: 'other' });
    this.keeper = new QueueKeeper({ device, name, player, server, clock, onSaved: () => this.changed() });
    this.own = new OwnDevice(device, player, this.keeper, server);
    const leaving = () => void this.keeper.leave();
    globalThis.addEventListener?.('pagehide', leaving);
    this.stops = [
      channel.on('device', (data) => this.heard(data)),
      channel.on('command', (data) => void this.asked(data)),
      channel.on('deviceGone', (data) => this.gone(data)),
      channel.onState((state) => this.connection(state)),
      player.subscribe(() => this.changed()),
      () => globalThis.removeEventListener?.('pagehide', leaving),
    ];
    if (channel.getState() === 'up') this.connection('up');
  }

  /** The player that the pages control: this device's own, or the chosen one. */
  get player(): Player {
    return this.remotePlayer ?? this.options.player;
  }

  /** Controls another device from now on. What plays here goes on there, unless that one plays already. @param id null: this device */
  choose(id: string | null): void {
    const { player } = this.options;
    const own = player.state();
    this.apply({ kind: 'choose', id });
    const { chosen } = this.state();
    if (chosen === null || chosen.device.id !== id) return;
    const does = afterChoosing(own, chosen.device.state);
    if (does === 'nothing') return;
    player.pause();
    if (does === 'move') this.remotePlayer?.takeOver(player.handover(), true);
  }

  /** What another device plays goes on here, and stops there. @param id may be one that is not connected any more: its last queue @throws {EnxameError} */
  async continueHere(id: string): Promise<void> {
    const isThere = this.state().others.some((other) => other.id === id);
    if (isThere) await this.send(id, newMessageId(), { do: 'handOver' });
    const queue = await this.options.server.get(id);
    if (queue.tracks.length === 0) throw new EnxameError('not_found', 'There is nothing left of this queue.');
    this.apply({ kind: 'choose', id: null });
    this.options.player.takeOver(queue, true);
  }

  /** Takes part no longer. */
  close(): void {
    this.closed = true;
    for (const stop of this.stops) stop();
    this.sayWaits?.();
    this.answersWait?.();
    this.keeper.close();
    this.remotePlayer?.close();
    this.settleAll(() => true, new EnxameError('unavailable', 'This device no longer takes part.'));
    this.options.channel.ask('announce', { device: this.options.device, state: null }).catch(() => {});
  }

  private connection(state: string): void {
    const { clock } = this.options;
    this.answersWait?.();
    this.answersWait = null;
    if (state === 'up') {
      this.say({ arrives: true });
      this.answersWait = clock.after(ANSWERS_OVER_MS, () => this.apply({ kind: 'answersOver' }));
      return;
    }
    this.apply({ kind: 'disconnected' });
    this.settleAll(() => true, new EnxameError('unavailable', 'The connection to the server is lost.'));
  }

  private heard(data: unknown): void {
    const parsed = heardDevice.safeParse(data);
    if (!parsed.success || parsed.data.state === null || parsed.data.device === this.options.device) return;
    const { device: id, state, runsOn, did = [], arrives = false } = parsed.data;
    const isNew = !this.state().others.some((other) => other.id === id);
    this.apply({ kind: 'heard', device: { id, runsOn, state, at: this.options.clock.now() } });
    for (const { command, error } of did)
      this.waiting.get(command)?.settle(error === undefined ? null : fromWireError(error));
    if (isNew || arrives) this.say({ to: id });
  }

  private gone(data: unknown): void {
    const parsed = goneDevice.safeParse(data);
    if (!parsed.success) return;
    const id = parsed.data.device;
    this.apply({ kind: 'gone', id });
    this.settleAll(({ to }) => to === id, new EnxameError('not_found', 'That device is not connected.'));
  }

  private async asked(data: unknown): Promise<void> {
    const parsed = receivedCommand.safeParse(data);
    if (!parsed.success) return;
    const { id, command } = parsed.data;
    try {
      await this.own.carryOut(id, command);
      this.did.push({ command: id });
    } catch (error) {
      this.did.push({ command: id, error: toWireError(error) });
    }
    this.say();
  }

  private changed(): void {
    if (this.told === null || this.sayWaits !== null || this.state().others.length === 0) return;
    const { player, clock } = this.options;
    const elapsedMs = clock.now() - this.told.at;
    if (!isNews(this.told.state, stateOf(player.state(), this.keeper.version), elapsedMs / 1000)) return;
    this.sayWaits = clock.after(Math.max(0, SAY_EVERY_MS - elapsedMs), () => this.say());
  }

  /** @param to that device alone @param arrives the others are not known: they are to answer */
  private say({ to, arrives = false }: { to?: string; arrives?: boolean } = {}): void {
    const { device, player, channel, clock } = this.options;
    if (this.closed || channel.getState() !== 'up') return;
    const state = stateOf(player.state(), this.keeper.version);
    const did = to === undefined ? this.did.splice(0) : [];
    if (to === undefined) {
      this.sayWaits?.();
      this.sayWaits = null;
    }
    this.told = { state, at: clock.now() };
    const said: Announcement = {
      device,
      state,
      ...(to === undefined ? {} : { to }),
      ...(arrives ? { arrives } : {}),
      ...(did.length === 0 ? {} : { did }),
    };
    channel.ask('announce', said).then(
      (answer) => this.store.set({ runsOn: (answer as { runsOn?: Device } | null)?.runsOn ?? null }),
      // Out of reach: it is said anew when the connection is back.
      () => {},
    );
  }

  /** @throws {EnxameError} what the other answers; `unavailable` when it does not */
  private async send(to: string, id: string, command: DeviceCommand): Promise<void> {
    const { channel, clock } = this.options;
    const done = new Promise<void>((resolve, reject) => {
      const cancel = clock.after(ANSWER_WITHIN_MS, () =>
        settle(new EnxameError('unavailable', 'That device does not answer.')),
      );
      const settle = (error: unknown) => {
        cancel();
        this.waiting.delete(id);
        if (error === null) resolve();
        else reject(error);
      };
      this.waiting.set(id, { to, settle });
    });
    channel.ask('command', { to, id, command }).catch((error: unknown) => {
      this.waiting.get(id)?.settle(error);
      if (isEnxameError(error) && error.code === 'not_found') this.apply({ kind: 'gone', id: to });
    });
    return done;
  }

  private settleAll(which: (wait: { to: string }) => boolean, error: unknown): void {
    for (const wait of [...this.waiting.values()]) if (which(wait)) wait.settle(error);
  }

  private apply(event: DeviceEvent): void {
    const before = this.state();
    const { others, chosen } = afterEvent(before, event);
    this.follow(before.chosen, chosen);
    this.keeper.watched(others.length > 0);
    this.store.set({ others, chosen });
  }

  private follow(before: Chosen | null, chosen: Chosen | null): void {
    const { player: own, server, clock, failed, nameOf } = this.options;
    if (chosen === null || chosen.device.id !== before?.device.id) {
      this.remotePlayer?.close();
      this.remotePlayer = null;
    }
    if (chosen === null) return;
    const { id, runsOn } = chosen.device;
    if (this.remotePlayer !== null) this.remotePlayer.update(chosen);
    else
      this.remotePlayer = new RemotePlayer(chosen, {
        own,
        clock,
        failed,
        send: (commandId, command) => this.send(id, commandId, command),
        saveFor: (device, queue) => server.save(device, queue, nameOf(runsOn)),
        queueOf: (device) => server.get(device),
      });
  }
}
