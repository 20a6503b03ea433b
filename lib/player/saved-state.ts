/** What outlives a reload: the queue with the position in it (per tab), and the listener's preferences (per browser). */
import * as z from 'zod/mini';
import { id, newId } from '@/lib/contracts/ids';
import { LONGEST_CROSSFADE_S } from './crossfade/fade';
import type { LeftPlay } from './play-report';
import { emptyQueue, MAX_QUEUE_ITEMS, type Queue } from './queue';
import { packQueue, savedQueue, unpackQueue } from './saved-queue';
import { GAIN_MODES, type GainSettings, LARGEST_PREAMP_DB, NO_GAIN } from './sound/gain';
import { FASTEST, SLOWEST } from './sound/speed';
import { volumeOf } from './sound/volume-curve';

const QUEUE_KEY = 'enxame.player.queue';
const POSITION_KEY = 'enxame.player.place';
const PREFERENCES_KEY = 'enxame.player.taste';

/** While a track plays its position is written this often: a crash loses as much. */
const POSITION_EVERY_MS = 5000;

/** A change of the queue is written so much later, with those that follow it: not between a press and its sound. */
const QUEUE_AFTER_MS = 250;
/** A track that goes on so long after it was left is a play of its own. */
const PLAY_RESUMES_WITHIN_MS = 1_800_000;

const seconds = z.number().check(z.gte(0));
const byteCount = z.int().check(z.gte(0));
/** Apart from the queue, because it is written every few seconds and the queue may be long. */
const savedPosition = z.object({
  v: z.literal(2),
  /** Place of the current item in the queue. */
  index: z.int().check(z.gte(0), z.lt(MAX_QUEUE_ITEMS)),
  trackId: id,
  positionS: seconds,
  /** When it was written, epoch ms. */
  at: z.int(),
  play: z.nullable(
    z.object({
      trackId: id,
      playId: id,
      heardS: seconds,
      bytes: z.object({ cache: byteCount, peer: byteCount, origin: byteCount }),
    }),
  ),
});
const preferences = {
  volume: z.number().check(z.gte(0), z.lte(1)),
  muted: z.boolean(),
  repeat: z.enum(['off', 'all', 'one']),
  shuffle: z.boolean(),
};
const gain = z.object({
  mode: z.enum(GAIN_MODES),
  preampDb: z.number().check(z.gte(-LARGEST_PREAMP_DB), z.lte(LARGEST_PREAMP_DB)),
});
const speed = z.number().check(z.gte(SLOWEST), z.lte(FASTEST));
/** What was kept before there were crossfades has none. */
const crossfadeS = z._default(z.number().check(z.gte(0), z.lte(LONGEST_CROSSFADE_S)), 0);
const savedPreferences = z.discriminatedUnion('v', [
  /** There the volume was the amplitude. */
  z.object({ v: z.literal(1), ...preferences }),
  z.object({ v: z.literal(2), ...preferences, gain, speed, crossfadeS }),
]);

export interface Preferences {
  /** Place of the slider, 0 to 1. */
  volume: number;
  muted: boolean;
  gain: GainSettings;
  speed: number;
  /** Seconds; 0: off. */
  crossfadeS: number;
  repeat: Queue['repeat'];
  shuffle: boolean;
}

const DEFAULT_PREFERENCES: Preferences = {
  volume: 1,
  muted: false,
  gain: NO_GAIN,
  speed: 1,
  crossfadeS: 0,
  repeat: 'off',
  shuffle: false,
};

/** Null where the browser forbids it: reading the property throws then. */
export function storageOf(name: 'sessionStorage' | 'localStorage'): Storage | null {
  try {
    return globalThis[name];
  } catch {
    return null;
  }
}

export interface SavedPosition {
  /** Place of the current item in the queue. */
  index: number;
  trackId: string;
  positionS: number;
  /** The play that goes on when the track is resumed; null: there is none. */
  play: LeftPlay | null;
}

/** A full, forbidden or missing storage costs the listener the memory of the queue, never the playing. */
export class SavedState {
  private readonly tab: Storage | null;
  private readonly browser: Storage | null;
  private positionWrittenAt = 0;
  private unwritten: Queue | null = null;
  private timer: ReturnType<typeof setTimeout> | undefined;

  /** @param tab where the queue is kept @param browser where the preferences are kept */
  constructor(tab: Storage | null, browser: Storage | null) {
    this.tab = tab;
    this.browser = browser;
  }

  /** What was there before the reload; an empty queue when there was nothing, or nothing that can be read. */
  read(): { queue: Queue; positionS: number; play: LeftPlay | null; preferences: Preferences } {
    const preferences = this.readPreferences();
    const saved = readJson(this.tab, QUEUE_KEY, savedQueue);
    const position = readJson(this.tab, POSITION_KEY, savedPosition);
    const { items, unshuffled } = (saved && unpackQueue(saved, newId)) ?? emptyQueue;
    const index = position ? placeOf(position, items) : -1;
    const left = index >= 0 ? position : null;
    return {
      queue: {
        ...emptyQueue,
        items,
        index,
        repeat: preferences.repeat,
        unshuffled: preferences.shuffle ? sameKeys(unshuffled, items) : null,
      },
      positionS: left?.positionS ?? 0,
      play: left && Date.now() - left.at < PLAY_RESUMES_WITHIN_MS ? left.play : null,
      preferences,
    };
  }

  private readPreferences(): Preferences {
    const saved = readJson(this.browser, PREFERENCES_KEY, savedPreferences);
    if (saved === null) return DEFAULT_PREFERENCES;
    const { v, ...known } = saved;
    // As loud as it was.
    return v === 1
      ? { ...DEFAULT_PREFERENCES, ...known, volume: volumeOf(known.volume) }
      : { ...DEFAULT_PREFERENCES, ...known };
  }

  /** Written a moment later: see `flush`. */
  writeQueue(queue: Queue): void {
    this.unwritten = queue;
    this.timer ??= setTimeout(() => this.flush(), QUEUE_AFTER_MS);
  }

  /** Writes the queue now if it has changed: the page may be about to end. */
  flush(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    if (this.unwritten) writeJson(this.tab, QUEUE_KEY, packQueue(this.unwritten));
    this.unwritten = null;
  }

  writePosition(position: SavedPosition): void {
    this.positionWrittenAt = Date.now();
    writeJson(this.tab, POSITION_KEY, { v: 2, ...position, at: this.positionWrittenAt });
  }

  /** The position was last written some seconds ago: while a track plays it is time to write it again. */
  get positionIsDue(): boolean {
    return Date.now() - this.positionWrittenAt >= POSITION_EVERY_MS;
  }

  writePreferences(preferences: Preferences): void {
    writeJson(this.browser, PREFERENCES_KEY, { v: 2, ...preferences });
  }
}

/** The queue may have been written before its last change, and the position after it. */
function placeOf({ index, trackId }: SavedPosition, items: Queue['items']): number {
  return items[index]?.track.id === trackId ? index : items.findIndex((item) => item.track.id === trackId);
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
