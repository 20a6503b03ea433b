/** A queue as it goes from one device to another. */
import type { Handover } from './api';
import { MAX_QUEUE_ITEMS, type Queue } from './queue';

export function handoverOf({ items, index, repeat, unshuffled }: Queue, positionS: number): Handover {
  const placeOf = new Map(items.map(({ key }, place) => [key, place]));
  return {
    tracks: items.map(({ track }) => track),
    currentIndex: index,
    positionS,
    repeat,
    unshuffled: unshuffled?.flatMap((key) => placeOf.get(key) ?? []) ?? null,
  };
}

/** The queue on the device that takes it over. An order before shuffling that does not name every track once is not used: the order they are in is. */
export function takenOver(given: Handover, newKey: () => string): Queue {
  const items = given.tracks.slice(0, MAX_QUEUE_ITEMS).map((track) => ({ key: newKey(), track }));
  const keys = items.map(({ key }) => key);
  const named = new Set(given.unshuffled?.filter((place) => place in items));
  const isWhole = given.unshuffled?.length === items.length && named.size === items.length;
  const before = isWhole ? [...named].flatMap((place) => keys[place] ?? []) : keys;
  return {
    items,
    index: Math.min(given.currentIndex, items.length - 1),
    repeat: given.repeat,
    unshuffled: given.unshuffled === null ? null : before,
  };
}
