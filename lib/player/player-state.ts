import type { WireError } from '@/lib/contracts/errors';
import type { NoSharingReason, PlayerState } from './api';
import type { Deck } from './deck';
import { currentItem, type Queue } from './queue';
import type { Sound } from './sound/sound';

/** The parts of a player that its visible state is made from. */
export interface PlayerParts {
  queue: Queue;
  deck: Pick<
    Deck,
    'loaded' | 'playWhenReady' | 'phase' | 'route' | 'positionS' | 'durationS' | 'bufferedToS' | 'trouble' | 'stalls'
  >;
  sound: Sound['view'];
  /** Where an item that is chosen but not loaded will begin. */
  resumeS: number;
  error: WireError | null;
  /** The queue was played to its end. */
  ended: boolean;
  noSharing: NoSharingReason | null;
}

/** What the interface sees of a player now. */
export function visibleState(parts: PlayerParts): PlayerState {
  const { queue, deck, sound, resumeS, error, noSharing } = parts;
  const track = currentItem(queue)?.track;
  return {
    queue: queue.items,
    index: queue.index,
    status: statusOf(parts),
    positionS: deck.loaded ? deck.positionS : resumeS,
    durationS: deck.loaded ? deck.durationS : (track?.durationS ?? 0),
    bufferedToS: deck.loaded ? deck.bufferedToS : 0,
    ...sound,
    repeat: queue.repeat,
    shuffle: queue.unshuffled !== null,
    // While sound plays, what is being tried again does not concern the listener.
    error: error ?? (deck.phase === 'playing' ? null : deck.trouble),
    route: deck.route,
    noSharing: noSharing ?? (deck.route === 'plain' ? 'format' : null),
    stalls: deck.stalls,
  };
}

function statusOf({ queue, deck, error, ended }: PlayerParts): PlayerState['status'] {
  if (queue.index < 0) return 'idle';
  if (error) return 'error';
  if (ended) return 'ended';
  if (!deck.loaded || !deck.playWhenReady) return 'paused';
  return ({ empty: 'paused', loading: 'loading', playing: 'playing', stalled: 'stalled' } as const)[deck.phase];
}

/** A value that is replaced, never changed, and reports each replacement: what useSyncExternalStore needs. */
export interface Store<T> {
  get(): T;
  /** Replaces the value where any of these differ from it. */
  set(patch: Partial<T>): void;
  /** @returns unsubscribe */
  subscribe(listener: () => void): () => void;
}

export function createStore<T extends object>(initial: T): Store<T> {
  let value = initial;
  const listeners = new Set<() => void>();
  return {
    get: () => value,
    set(patch) {
      const keys = Object.keys(patch) as (keyof T)[];
      if (keys.every((key) => Object.is(value[key], patch[key]))) return;
      value = { ...value, ...patch };
      for (const listener of [...listeners]) listener();
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
