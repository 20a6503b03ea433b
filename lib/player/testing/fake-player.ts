import type { Track } from '@/lib/contracts/catalog';
import { type Handover, NO_PLAYER, type Player, type PlayerState, type QueueEdit, type QueueUndo } from '../api';
import { handoverOf, takenOver } from '../handover';
import { createStore } from '../player-state';
import * as queueOf from '../queue';

/** A player without sound: its queue is a real one, and time passes in it only when a test says so. */
export class FakePlayer implements Player {
  private queue: queueOf.Queue = queueOf.emptyQueue;
  private readonly store = createStore<PlayerState>(NO_PLAYER);
  readonly state = this.store.get;
  readonly subscribe = this.store.subscribe;
  readonly sound = { setGain() {}, setSpeed() {}, setCrossfade() {}, setSleep() {} };

  playNow(tracks: readonly Track[], index: number): void {
    this.set(queueOf.playNow(this.queue, tracks, index, queueOf.pageChance), { status: 'playing', positionS: 0 });
  }
  takeOver(given: Handover, play: boolean): void {
    const status = play ? 'playing' : 'paused';
    this.set(takenOver(given, queueOf.pageChance.newKey), { status, positionS: given.positionS });
  }
  handover = () => handoverOf(this.queue, this.state().positionS);
  enqueue(tracks: readonly Track[], where: 'next' | 'end'): number {
    const { length } = this.queue.items;
    this.set(queueOf.enqueue(this.queue, tracks, where, queueOf.pageChance));
    return this.queue.items.length - length;
  }
  edit(change: QueueEdit): QueueUndo {
    const { queue, undo } = queueOf.edit(this.queue, change);
    this.set(queue);
    return undo;
  }
  undo(change: QueueUndo): void {
    this.set(queueOf.undo(this.queue, change));
  }
  refresh(tracks: readonly Track[]): void {
    this.set(queueOf.refresh(this.queue, tracks));
  }
  jumpTo(key: string): void {
    this.set(queueOf.jumpTo(this.queue, key), { status: 'playing', positionS: 0 });
  }
  clear(): void {
    this.set(queueOf.clear(this.queue), { status: 'idle', positionS: 0 });
  }
  toggle(): void {
    if (this.state().status === 'playing') this.pause();
    else this.play();
  }
  play = () => this.store.set({ status: 'playing' });
  pause = () => this.store.set({ status: 'paused' });
  seek = (positionS: number) => this.store.set({ positionS });
  next = () => this.goTo(queueOf.nextIndex(this.queue));
  previous = () => this.goTo(queueOf.previousIndex(this.queue));
  setVolume = (volume: number) => this.store.set({ volume });
  setMuted = (muted: boolean) => this.store.set({ muted });
  setRepeat = (repeat: PlayerState['repeat']) => this.set({ ...this.queue, repeat });
  setShuffle = (on: boolean) => this.set(queueOf.setShuffle(this.queue, on, queueOf.pageChance));
  aim(): void {}
  likely(): void {}
  close(): void {}

  private goTo(index: number | null): void {
    if (index !== null) this.set({ ...this.queue, index }, { status: 'playing', positionS: 0 });
  }

  private set(queue: queueOf.Queue, state: Partial<PlayerState> = {}): void {
    this.queue = queue;
    const { items, index, repeat, unshuffled } = queue;
    const durationS = items[index]?.track.durationS ?? 0;
    this.store.set({ queue: items, index, repeat, shuffle: unshuffled !== null, durationS, ...state });
  }
}
