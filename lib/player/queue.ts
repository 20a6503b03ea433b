/** The play queue as a value: what comes after what. No I/O; random numbers and keys are given. */
import type { Track } from '@/lib/contracts/catalog';
import { MAX_QUEUE_ITEMS } from '@/lib/contracts/choices';
import type { PlayerState, QueueEdit, QueueItem, QueueUndo } from './api';

export { MAX_QUEUE_ITEMS } from '@/lib/contracts/choices';

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

let lastKey = 0;
/** Keys are counted: they name items within a page alone, and a random one for each track takes milliseconds of a press. */
export const pageChance: Chance = { newKey: () => `k${++lastKey}`, random: Math.random };

export function currentItem(queue: Queue): QueueItem | undefined {
  return queue.items[queue.index];
}

/** The same tracks, as they are called now. */
export function refresh(queue: Queue, tracks: readonly Track[]): Queue {
  const fresh = new Map(tracks.map((track) => [track.id, track]));
  return { ...queue, items: queue.items.map((item) => ({ ...item, track: fresh.get(item.track.id) ?? item.track })) };
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

/**
 * Removes these items; unknown keys are ignored. When the current item is removed, the next one that stays becomes current; where none
 * follows, nothing is chosen any more.
 */
function remove(queue: Queue, keys: readonly string[]): Queue {
  const gone = new Set(keys);
  const items = queue.items.filter((item) => !gone.has(item.key));
  if (items.length === queue.items.length) return queue;
  const before = queue.items.slice(0, Math.max(0, queue.index)).filter((item) => !gone.has(item.key)).length;
  return {
    ...queue,
    items,
    index: queue.index >= 0 && before < items.length ? before : -1,
    unshuffled: queue.unshuffled?.filter((key) => !gone.has(key)) ?? null,
  };
}

/**
 * Moves these items, in the order they stand in, to before another. The current item stays current.
 * @param before null: to the end; one that moves itself: to before the next that does not
 */
function move(queue: Queue, keys: readonly string[], before: string | null): Queue {
  const moving = new Set(keys);
  const moved = queue.items.filter((item) => moving.has(item.key));
  if (moved.length === 0) return queue;
  const others = queue.items.filter((item) => !moving.has(item.key));
  const target = before === null ? -1 : queue.items.findIndex((item) => item.key === before);
  const follower = target < 0 ? undefined : queue.items.slice(target).find((item) => !moving.has(item.key));
  const at = follower === undefined ? others.length : others.indexOf(follower);
  return withOrder(queue, others.toSpliced(at, 0, ...moved));
}

/** The changed queue, and the way back. */
export function edit(queue: Queue, change: QueueEdit): { queue: Queue; undo: QueueUndo } {
  const { items, unshuffled } = queue;
  if (change.kind === 'move') {
    const { keys, before } = change;
    return { queue: move(queue, keys, before), undo: { kind: 'moved', keys, items, unshuffled } };
  }
  const keys = change.kind === 'remove' ? change.keys : items.slice(queue.index + 1).map((item) => item.key);
  return { queue: remove(queue, keys), undo: { kind: 'removed', keys, items, unshuffled } };
}

/**
 * Takes a change back, whatever happened since: what it removed returns, and what it moved goes back, each to behind the item it stood
 * behind, or the nearest one before that which is still there. The current item stays current. A queue that was replaced since stays.
 */
export function undo(queue: Queue, change: QueueUndo): Queue {
  const old = new Map(change.items.map((item) => [item.key, item]));
  const present = new Set(queue.items.map((item) => item.key));
  if (queue.items.length > 0 && !queue.items.some((item) => old.has(item.key))) return queue;
  const isBack = (key: string) => old.has(key) && present.has(key) === (change.kind === 'moved');
  const room = change.kind === 'moved' ? change.keys.length : MAX_QUEUE_ITEMS - queue.items.length;
  const returning = new Set(change.keys.filter(isBack).slice(0, room));
  const playedBefore = change.items.map((item) => item.key);
  const plainBefore = change.unshuffled ?? playedBefore;
  const byKey = new Map([...old, ...queue.items.map((item) => [item.key, item] as const)]);
  const order = putBack(
    queue.items.map((item) => item.key),
    queue.unshuffled ? playedBefore : plainBefore,
    returning,
  );
  return {
    ...withOrder(
      queue,
      order.flatMap((key) => byKey.get(key) ?? []),
    ),
    unshuffled: queue.unshuffled && putBack(queue.unshuffled, plainBefore, returning),
  };
}

/** @param returning keys that go to where they stood in `before`, in relation to the others */
function putBack(now: readonly string[], before: readonly string[], returning: ReadonlySet<string>): string[] {
  const others = now.filter((key) => !returning.has(key));
  const staying = new Set(others);
  const behind = new Map<string | null, string[]>();
  let last: string | null = null;
  for (const key of before) {
    if (staying.has(key)) last = key;
    else if (returning.has(key)) {
      const group = behind.get(last);
      if (group) group.push(key);
      else behind.set(last, [key]);
    }
  }
  return [...(behind.get(null) ?? []), ...others.flatMap((key) => [key, ...(behind.get(key) ?? [])])];
}

/** The same item stays current. */
function withOrder(queue: Queue, items: readonly QueueItem[]): Queue {
  const current = currentItem(queue);
  return { ...queue, items, index: current ? items.findIndex((item) => item.key === current.key) : -1 };
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
