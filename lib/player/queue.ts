/** The play queue as a value: what comes after what. No I/O; random numbers and keys come from outside. */
import type { Track } from '@/lib/contracts/catalog';
import type { PlayerState, QueueItem } from './api';

/** A queue holds no more than this: what a page can list and sessionStorage (5 MB) can keep. */
export const MAX_QUEUE_ITEMS = 2000;

export interface Queue {
  /** In the order in which they play. */
  readonly items: readonly QueueItem[];
  /** Index of the current item; -1: nothing chosen. */
  readonly index: number;
  readonly repeat: PlayerState['repeat'];
  /** Keys in the order before shuffling; null while not shuffled. */
  readonly unshuffled: readonly string[] | null;
}

export const emptyQueue: Queue = { items: [], index: -1, repeat: 'off', unshuffled: null };

/** What a change of the queue needs from outside. */
export interface Chance {
  newKey(): string;
  /** As Math.random. */
  random(): number;
}

export function currentItem(queue: Queue): QueueItem | undefined {
  return queue.items[queue.index];
}

/** Replaces the queue. Shuffled, the chosen track still comes first. Too many tracks: those behind the chosen one are kept. */
export function playNow(queue: Queue, tracks: readonly Track[], index: number, chance: Chance): Queue {
  if (tracks.length === 0) return { ...queue, items: [], index: -1, unshuffled: queue.unshuffled && [] };
  const chosen = Math.min(Math.max(index, 0), tracks.length - 1);
  const first = Math.max(0, Math.min(chosen, tracks.length - MAX_QUEUE_ITEMS));
  const items = tracks.slice(first, first + MAX_QUEUE_ITEMS).map((track) => ({ key: chance.newKey(), track }));
  const plain: Queue = { ...queue, items, index: chosen - first, unshuffled: null };
  return queue.unshuffled ? setShuffle(plain, true, chance) : plain;
}

/** Adds right behind the current item, or at the end. What does not fit is left out. */
export function enqueue(queue: Queue, tracks: readonly Track[], where: 'next' | 'end', chance: Chance): Queue {
  const added = tracks.slice(0, MAX_QUEUE_ITEMS - queue.items.length).map((track) => ({ key: chance.newKey(), track }));
  const keys = added.map((item) => item.key);
  const at = where === 'end' ? queue.items.length : queue.index + 1;
  const currentKey = currentItem(queue)?.key;
  const order = queue.unshuffled;
  const orderAt = where === 'end' || !currentKey ? (order?.length ?? 0) : (order?.indexOf(currentKey) ?? -1) + 1;
  return {
    ...queue,
    items: queue.items.toSpliced(at, 0, ...added),
    unshuffled: order?.toSpliced(orderAt, 0, ...keys) ?? null,
  };
}

/** When the current item is removed the one behind it becomes current; at the end of the queue nothing is chosen any more. */
export function remove(queue: Queue, key: string): Queue {
  const at = queue.items.findIndex((item) => item.key === key);
  if (at < 0) return queue;
  const items = queue.items.toSpliced(at, 1);
  const index = at < queue.index ? queue.index - 1 : queue.index;
  return {
    ...queue,
    items,
    index: index < items.length ? index : -1,
    unshuffled: queue.unshuffled?.filter((other) => other !== key) ?? null,
  };
}

export function jumpTo(queue: Queue, key: string): Queue {
  const index = queue.items.findIndex((item) => item.key === key);
  return index < 0 ? queue : { ...queue, index };
}

/** Keeps repeat and shuffle, which are the listener's preferences and not the queue's content. */
export function clear(queue: Queue): Queue {
  return { ...queue, items: [], index: -1, unshuffled: queue.unshuffled && [] };
}

/** Index of the item that a press of "next" leads to; null: there is none. */
export function nextIndex(queue: Queue): number | null {
  if (queue.items.length === 0) return null;
  if (queue.index + 1 < queue.items.length) return queue.index + 1;
  return queue.repeat === 'off' ? null : 0;
}

/** Index of the item that follows when the current one has ended; null: it was the last. */
export function followingIndex(queue: Queue): number | null {
  return queue.repeat === 'one' && queue.index >= 0 ? queue.index : nextIndex(queue);
}

/** The item that follows when the current one has ended; undefined where that is the same one again, or none. */
export function followingItem(queue: Queue): QueueItem | undefined {
  const index = followingIndex(queue);
  return index === null || index === queue.index ? undefined : queue.items[index];
}

/** Index of the item before; null: there is none. */
export function previousIndex(queue: Queue): number | null {
  if (queue.index > 0) return queue.index - 1;
  return queue.repeat === 'all' && queue.items.length > 0 ? queue.items.length - 1 : null;
}

/**
 * Shuffled once, the order stays: "previous" leads back to what was heard. Turned off, the order before returns around the
 * current item.
 */
export function setShuffle(queue: Queue, on: boolean, chance: Pick<Chance, 'random'>): Queue {
  if (on === (queue.unshuffled !== null)) return queue;
  const current = currentItem(queue);
  if (queue.unshuffled) {
    const byKey = new Map(queue.items.map((item) => [item.key, item]));
    const items = queue.unshuffled.flatMap((key) => byKey.get(key) ?? []);
    return { ...queue, items, index: current ? items.indexOf(current) : -1, unshuffled: null };
  }
  const others = shuffled(
    queue.items.filter((item) => item !== current),
    chance.random,
  );
  return {
    ...queue,
    items: current ? [current, ...others] : others,
    index: current ? 0 : -1,
    unshuffled: queue.items.map((item) => item.key),
  };
}

/** Fisher and Yates. */
function shuffled<T>(list: readonly T[], random: () => number): T[] {
  const out = [...list];
  for (let i = out.length - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1));
    const a = out[i] as T;
    out[i] = out[j] as T;
    out[j] = a;
  }
  return out;
}
