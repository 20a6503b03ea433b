/** The queue as sessionStorage keeps it: short, since browsers keep 5 MB and write it at once, and a queue may hold 10,000 tracks. */
import * as z from 'zod/mini';
import { type Track, track } from '@/lib/contracts/catalog';
import { MAX_QUEUE_ITEMS, type Queue } from './queue';

/** More than a track has properties. */
const MAX_COLUMNS = 64;

/** Places in a list, or -1. One check for all: a schema for each of 100,000 numbers takes longer than to read them. */
const places = z.custom<number[]>(
  (all) =>
    Array.isArray(all) &&
    all.length <= MAX_QUEUE_ITEMS &&
    all.every((place) => Number.isInteger(place) && place >= -1 && place < MAX_QUEUE_ITEMS),
);
/** One property of all tracks: each value once, and which of them each track has (-1: none); `at` null: each its own, in order. */
const column = z.object({
  values: z.array(z.unknown()).check(z.maxLength(MAX_QUEUE_ITEMS)),
  at: z.nullable(places),
});

export const savedQueue = z.object({
  v: z.literal(2),
  count: z.int().check(z.gte(0), z.lte(MAX_QUEUE_ITEMS)),
  columns: z.record(z.string(), column).check(z.refine((all) => Object.keys(all).length <= MAX_COLUMNS)),
  /** Where the items stand, in the order before shuffling. */
  unshuffled: z.nullable(places),
});
export type SavedQueue = z.infer<typeof savedQueue>;
type Column = z.infer<typeof column>;

/** Tracks of one album share most values, so each value is kept once. Keys are not kept: they mean nothing after a reload. */
export function packQueue({ items, unshuffled }: Pick<Queue, 'items' | 'unshuffled'>): SavedQueue {
  const columns = Object.fromEntries(
    Object.keys(track.shape)
      .map((name) => [name, packColumn(items, name as keyof Track)] as const)
      // What no track has needs no column.
      .filter(([, { values }]) => values.length > 0),
  );
  const placeOf = new Map(items.map((item, n) => [item.key, n]));
  return {
    v: 2,
    count: items.length,
    columns,
    unshuffled: unshuffled?.map((key) => placeOf.get(key) ?? -1) ?? null,
  };
}

/**
 * @param newKey makes the key of an item
 * @returns null where the tracks cannot be read, such as those of another release
 */
export function unpackQueue(saved: SavedQueue, newKey: () => string): Pick<Queue, 'items' | 'unshuffled'> | null {
  const rows = Array.from({ length: saved.count }, (): Record<string, unknown> => ({}));
  for (const [name, schema] of Object.entries(track.shape)) {
    if (!unpackColumn(saved.columns[name], name, schema, rows)) return null;
  }
  // Each of its properties was checked.
  const tracks = rows as unknown as Track[];
  const items = tracks.map((track) => ({ key: newKey(), track }));
  const order = saved.unshuffled?.flatMap((at) => items[at]?.key ?? []) ?? null;
  return { items, unshuffled: order };
}

function packColumn(items: Queue['items'], name: keyof Track): Column {
  const places = new Map<unknown, number>();
  const values: unknown[] = [];
  const at = items.map(({ track }) => {
    const value = track[name];
    if (value === undefined) return -1;
    // Lists of artists are equal without being the same.
    const key = typeof value === 'object' && value !== null ? JSON.stringify(value) : value;
    const known = places.get(key);
    if (known !== undefined) return known;
    places.set(key, values.length);
    return values.push(value) - 1;
  });
  return { values, at: values.length === items.length ? null : at };
}

/** Sets a property of each row. @returns false where a value is not one that a track may have */
function unpackColumn(
  saved: Column | undefined,
  name: string,
  schema: z.ZodMiniType,
  rows: Record<string, unknown>[],
): boolean {
  const { values, at } = saved ?? { values: [], at: rows.map(() => -1) };
  const read = z.array(schema).safeParse(values);
  if (!read.success) return false;
  const mayLack = schema.safeParse(undefined).success;
  return rows.every((row, n) => {
    const place = at === null ? n : (at[n] ?? -1);
    if (place < 0) return mayLack;
    if (place >= read.data.length) return false;
    row[name] = read.data[place];
    return true;
  });
}
