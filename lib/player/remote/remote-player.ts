import type { Track } from '@/lib/contracts/catalog';
import { type DeviceCommand, MAX_SENT_TRACKS } from '@/lib/contracts/devices';
import { EnxameError } from '@/lib/contracts/enxame-error';
import { newMessageId } from '@/lib/contracts/ids';
import type { Clock } from '@/lib/util/clock';
import {
  type Handover,
  type Player,
  type PlayerState,
  type QueueEdit,
  type QueueItem,
  type QueueUndo,
  sounds,
} from '../api';
import { handoverOf } from '../handover';
import * as queueOf from '../queue';
import { type Chosen, positionNow } from './known-devices';
import { sentTrack } from './sent-track';

/** The position is shown so often while the other device plays. */
const TICK_MS = 250;
/** A slider that is dragged sends no more than one command in this time. */
const VOLUME_EVERY_MS = 200;
/** Of tracks in one message, which may have 64 KB: a letter has up to 3 bytes. */
const MAX_SENT_CHARS = 12_000;

export interface RemoteDeps {
  /** Resolves once the other device has done it. @throws {EnxameError} */
  send(id: string, command: DeviceCommand): Promise<void>;
  /** Saves a queue as the other device's, for it to load. @throws {EnxameError} */
  saveFor(device: string, queue: Handover): Promise<unknown>;
  /** @throws {EnxameError} */
  queueOf(device: string): Promise<Handover>;
  /** The player of this device: how it sounds and shares is shown, and set, here. */
  own: Player;
  clock: Clock;
  failed(error: unknown): void;
}

type Shown = Pick<PlayerState, 'status' | 'positionS' | 'volume' | 'muted' | 'repeat' | 'shuffle' | 'queue' | 'index'>;

/**
 * Another device as a player: the pages show and control it as they do their own. What is asked shows at once, until the other device has said
 * what became of it.
 */
export class RemotePlayer implements Player {
  readonly sound: Player['sound'];
  readonly likely: Player['likely'] = () => {};
  readonly aim: Player['aim'] = () => {};
  readonly play: Player['play'] = () => this.send({ do: 'play' }, { status: 'playing' });
  readonly pause: Player['pause'] = () => this.send({ do: 'pause' }, { status: 'paused' });
  readonly next: Player['next'] = () => this.send({ do: 'next' });
  readonly previous: Player['previous'] = () => this.send({ do: 'previous' });
  readonly clear: Player['clear'] = () => this.send({ do: 'clear' });
  readonly handover: Player['handover'] = () => handoverOf(this.asQueue(), this.visible.positionS);
  private visible: PlayerState;
  private readonly listeners = new Set<() => void>();
  /** Of commands that the other has not answered. */
  private readonly expected = new Map<string, Partial<Shown>>();
  private readonly edits = new WeakMap<QueueUndo, string>();
  private items: readonly QueueItem[] = [];
  /** Version of `items`; null: none were loaded. */
  private version: number | null = null;
  private loading: number | null = null;
  private volumeWaits: (() => void) | null = null;
  private volumeSentAt = Number.NEGATIVE_INFINITY;
  private tick: (() => void) | null = null;
  private closed = false;

  constructor(
    private chosen: Chosen,
    private readonly deps: RemoteDeps,
  ) {
    this.sound = deps.own.sound;
    this.visible = this.look();
    this.update(chosen);
  }

  /** What is known of the other device changed. */
  update(chosen: Chosen): void {
    this.chosen = chosen;
    const { queue, count } = chosen.device.state;
    if (count === 0) {
      this.items = [];
      this.version = queue;
    } else if (queue !== null && queue !== this.version && queue !== this.loading) void this.load(queue);
    this.show();
  }

  readonly state: Player['state'] = () => this.visible;
  readonly subscribe: Player['subscribe'] = (listener) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  refresh(tracks: readonly Track[]): void {
    this.items = queueOf.refresh({ ...this.asQueue(), items: this.items }, tracks).items;
    this.show();
  }

  playNow(tracks: readonly Track[], index: number): void {
    const queue = queueOf.playNow(this.asQueue(), tracks, index, queueOf.pageChance);
    if (queue.items.length === 0) this.clear();
    else this.takeOver(handoverOf(queue, 0), true);
  }

  takeOver(given: Handover, play: boolean): void {
    const track = given.tracks[given.currentIndex];
    const queue = track === undefined ? [] : [{ key: 'expected', track }];
    const expected = { queue, index: queue.length - 1, positionS: given.positionS };
    const id = this.expect({ ...expected, status: play ? 'loading' : 'paused' });
    this.settle(
      id,
      this.deps.saveFor(this.chosen.device.id, given).then(() => this.deps.send(id, { do: 'load', play })),
    );
  }

  enqueue(tracks: readonly Track[], where: 'next' | 'end'): number {
    const room = Math.max(0, queueOf.MAX_QUEUE_ITEMS - this.chosen.device.state.count);
    const parts = sentParts(tracks.slice(0, room));
    if (where === 'next') parts.reverse();
    const id = this.expect({});
    const sendAll = async () => {
      for (const part of parts) await this.deps.send(newMessageId(), { do: 'enqueue', where, tracks: part });
    };
    this.settle(id, sendAll());
    return Math.min(room, tracks.length);
  }

  edit(change: QueueEdit): QueueUndo {
    const { undo } = queueOf.edit(this.asQueue(), change);
    const command = this.placesOf(change);
    if (command !== null) this.edits.set(undo, this.send(command));
    return undo;
  }

  undo(change: QueueUndo): void {
    const command = this.edits.get(change);
    if (command !== undefined) this.send({ do: 'undo', command });
  }

  jumpTo(key: string): void {
    const place = this.visible.queue.findIndex((item) => item.key === key);
    if (place < 0) return;
    if (this.version === null) this.play();
    else this.send({ do: 'jump', queue: this.version, place }, { index: place, positionS: 0, status: 'loading' });
  }

  toggle(): void {
    if (sounds(this.visible)) this.pause();
    else this.play();
  }

  seek(seconds: number): void {
    const positionS = Math.min(Math.max(0, seconds), Math.max(0, this.visible.durationS));
    this.send({ do: 'seek', positionS }, { positionS });
  }

  setVolume(volume: number): void {
    this.sendVolume({ volume, muted: this.visible.muted });
  }

  setMuted(muted: boolean): void {
    this.sendVolume({ volume: this.visible.volume, muted });
  }

  setRepeat(repeat: PlayerState['repeat']): void {
    this.send({ do: 'repeat', repeat }, { repeat });
  }

  setShuffle(on: boolean): void {
    if (on !== this.visible.shuffle) this.send({ do: 'shuffle', on }, { shuffle: on });
  }

  close(): void {
    this.closed = true;
    this.tick?.();
    this.volumeWaits?.();
    this.listeners.clear();
  }

  /** @returns the command's id */
  private send(command: DeviceCommand, expected: Partial<Shown> = {}): string {
    const id = this.expect(expected);
    this.settle(id, this.deps.send(id, command));
    return id;
  }

  /** The last of many in a short time is sent, and the first. */
  private sendVolume(to: { volume: number; muted: boolean }): void {
    const { clock } = this.deps;
    this.volumeWaits?.();
    const send = () => {
      this.volumeWaits = null;
      this.volumeSentAt = clock.now();
      this.expected.delete('volume');
      this.send({ do: 'volume', ...to }, to);
    };
    const wait = this.volumeSentAt + VOLUME_EVERY_MS - clock.now();
    if (wait <= 0) {
      send();
      return;
    }
    this.expected.set('volume', to);
    this.volumeWaits = clock.after(wait, send);
    this.show();
  }

  private expect(expected: Partial<Shown>): string {
    const id = newMessageId();
    this.expected.set(id, expected);
    this.show();
    return id;
  }

  private settle(id: string, doing: Promise<unknown>): void {
    doing
      .catch((error: unknown) => {
        if (!this.closed) this.deps.failed(error);
      })
      .finally(() => {
        this.expected.delete(id);
        this.show();
      });
  }

  private async load(version: number): Promise<void> {
    this.loading = version;
    try {
      const { tracks } = await this.deps.queueOf(this.chosen.device.id);
      if (this.closed || this.loading !== version) return;
      this.items = tracks.map((track, place) => ({ key: `${version}:${place}`, track }));
      this.version = version;
    } catch {
      // It shows what plays all the same; the next change of the queue is another chance.
    }
    if (this.loading === version) this.loading = null;
    this.show();
  }

  private asQueue(): queueOf.Queue {
    const { queue, index, repeat, shuffle } = this.visible;
    return { items: queue, index, repeat, unshuffled: shuffle ? queue.map(({ key }) => key) : null };
  }

  /** The change by places; null: nothing is to be done. */
  private placesOf(change: QueueEdit): DeviceCommand | null {
    if (this.version === null || this.visible.queue !== this.items) {
      this.deps.failed(new EnxameError('conflict', 'The queue has changed meanwhile.'));
      return null;
    }
    const places = new Map(this.items.map(({ key }, place) => [key, place]));
    if (change.kind === 'clearUpcoming') return { do: 'clearUpcoming', queue: this.version };
    const named = change.keys.flatMap((key) => places.get(key) ?? []);
    if (change.kind === 'remove') return { do: 'remove', queue: this.version, places: named };
    const before = change.before === null ? null : (places.get(change.before) ?? null);
    return { do: 'move', queue: this.version, places: named, before };
  }

  private show(): void {
    if (this.closed) return;
    this.visible = this.look();
    this.tick?.();
    this.tick = this.visible.status === 'playing' ? this.deps.clock.after(TICK_MS, () => this.show()) : null;
    for (const listener of [...this.listeners]) listener();
  }

  private look(): PlayerState {
    const { device, link } = this.chosen;
    const { track, index, count, queue: _, ...said } = device.state;
    const isLoaded = this.items.length === count && this.items[index]?.track.id === track?.id;
    const current = track === null ? [] : this.current(track);
    return {
      ...this.deps.own.state(),
      ...said,
      ...(isLoaded ? { queue: this.items, index } : { queue: current, index: current.length - 1 }),
      positionS: positionNow(device, this.deps.clock.now()),
      bufferedToS: 0,
      error: null,
      ...Object.assign({}, ...this.expected.values()),
      // Nothing is known to play there.
      ...(link === 'live' ? {} : { status: 'paused' as const }),
    };
  }

  private currentItems: readonly QueueItem[] = [];
  /** The same list while the same track is current. */
  private current(track: Track): readonly QueueItem[] {
    if (this.currentItems[0]?.track.id !== track.id) this.currentItems = [{ key: 'current', track }];
    return this.currentItems;
  }
}

/** In parts that fit into a message each. */
export function sentParts(tracks: readonly Track[]): Track[][] {
  const parts: Track[][] = [];
  let chars = 0;
  for (const given of tracks) {
    const track = sentTrack(given);
    const length = JSON.stringify(track).length;
    const last = parts.at(-1);
    if (last !== undefined && last.length < MAX_SENT_TRACKS && chars + length <= MAX_SENT_CHARS) last.push(track);
    else {
      parts.push([track]);
      chars = 0;
    }
    chars += length;
  }
  return parts;
}
