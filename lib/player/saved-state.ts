/** What outlives a reload: the queue with the place in it (per tab), and the listener's taste (per browser). */
import * as z from 'zod/mini';
import { track } from '@/lib/contracts/catalog';
import { emptyQueue, MAX_QUEUE_ITEMS, type Queue } from './queue';

const QUEUE_KEY = 'enxame.player.queue';
const PLACE_KEY = 'enxame.player.place';
const TASTE_KEY = 'enxame.player.taste';

const key = z.string().check(z.minLength(1), z.maxLength(64));
const savedQueue = z.object({
  v: z.literal(1),
  items: z.array(z.object({ key, track })).check(z.maxLength(MAX_QUEUE_ITEMS)),
  unshuffled: z.nullable(z.array(key).check(z.maxLength(MAX_QUEUE_ITEMS))),
});
/** Apart from the queue, because it is written every few seconds and the queue may be long. */
const savedPlace = z.object({ v: z.literal(1), key, positionS: z.number().check(z.gte(0)) });
const savedTaste = z.object({
  v: z.literal(1),
  volume: z.number().check(z.gte(0), z.lte(1)),
  muted: z.boolean(),
  repeat: z.enum(['off', 'all', 'one']),
  shuffle: z.boolean(),
});

export interface Taste {
  volume: number;
  muted: boolean;
  repeat: Queue['repeat'];
  shuffle: boolean;
}

export interface Saved {
  /** What was there before the reload; an empty queue when there was nothing, or nothing that can be read. */
  read(): { queue: Queue; positionS: number; taste: Taste };
  writeQueue(queue: Queue): void;
  writePlace(key: string, positionS: number): void;
  writeTaste(taste: Taste): void;
}

const defaultTaste: Taste = { volume: 1, muted: false, repeat: 'off', shuffle: false };

/** Null where the browser forbids it: reading the property throws then. */
export function storageOf(name: 'sessionStorage' | 'localStorage'): Storage | null {
  try {
    return globalThis[name];
  } catch {
    return null;
  }
}

/**
 * A full, forbidden or missing storage costs the listener the memory of the queue, never the playing.
 * @param tab where the queue is kept @param browser where the taste is kept
 */
export function savedIn(tab: Storage | null, browser: Storage | null): Saved {
  return {
    read() {
      const taste = readJson(browser, TASTE_KEY, savedTaste) ?? defaultTaste;
      const saved = readJson(tab, QUEUE_KEY, savedQueue);
      const place = readJson(tab, PLACE_KEY, savedPlace);
      const items = saved?.items ?? [];
      const index = place ? items.findIndex((item) => item.key === place.key) : -1;
      return {
        queue: {
          ...emptyQueue,
          items,
          index,
          repeat: taste.repeat,
          unshuffled: taste.shuffle ? sameKeys(saved?.unshuffled, items) : null,
        },
        positionS: index >= 0 && place ? place.positionS : 0,
        taste,
      };
    },
    writeQueue: (queue) => writeJson(tab, QUEUE_KEY, { v: 1, items: queue.items, unshuffled: queue.unshuffled }),
    writePlace: (key, positionS) => writeJson(tab, PLACE_KEY, { v: 1, key, positionS }),
    writeTaste: (taste) => writeJson(browser, TASTE_KEY, { v: 1, ...taste }),
  };
}

/** The order before shuffling, if it names exactly the items of the queue; else the order they are in now. */
function sameKeys(order: readonly string[] | null | undefined, items: Queue['items']): readonly string[] {
  const keys = items.map((item) => item.key);
  const known = new Set(keys);
  return order && order.length === keys.length && order.every((key) => known.has(key)) ? order : keys;
}

function readJson<T>(storage: Storage | null, name: string, schema: z.ZodMiniType<T>): T | null {
  try {
    const parsed = schema.safeParse(JSON.parse(storage?.getItem(name) ?? 'null'));
    return parsed.success ? parsed.data : null;
  } catch {
    return null;
  }
}

function writeJson(storage: Storage | null, name: string, value: unknown): void {
  try {
    storage?.setItem(name, JSON.stringify(value));
  } catch {
    // Over the quota, or forbidden: the reload will begin with what was written last.
  }
}
