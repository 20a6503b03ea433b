import type { WireError } from '@/lib/contracts/errors';
import type { NoSharingReason, PlayerState } from './api';
import type { Deck } from './deck';
import { currentItem, type Queue } from './queue';

/** What a player is made of, as far as it shows. */
export interface PlayerParts {
  queue: Queue;
  deck: Pick<
    Deck,
    'loaded' | 'wanted' | 'phase' | 'route' | 'positionS' | 'durationS' | 'bufferedToS' | 'trouble' | 'stalls'
  >;
  audio: Pick<HTMLAudioElement, 'volume' | 'muted'>;
  /** Where an item that is chosen but not loaded will begin. */
  restS: number;
  error: WireError | null;
  /** The queue was played to its end. */
  ended: boolean;
  noSharing: NoSharingReason | null;
}

/** What the interface sees of a player in this moment. */
export function visibleState(parts: PlayerParts): PlayerState {
  const { queue, deck, audio, restS, error, noSharing } = parts;
  const track = currentItem(queue)?.track;
  return {
    queue: queue.items,
    index: queue.index,
    status: statusOf(parts),
    positionS: deck.loaded ? deck.positionS : restS,
    durationS: deck.loaded ? deck.durationS : (track?.durationS ?? 0),
    bufferedToS: deck.loaded ? deck.bufferedToS : 0,
    volume: audio.volume,
    muted: audio.muted,
    repeat: queue.repeat,
    shuffle: queue.unshuffled !== null,
    // While sound moves, what is being tried again is no concern of the listener's.
    error: error ?? (deck.phase === 'moving' ? null : deck.trouble),
    route: deck.route,
    noSharing: noSharing ?? (deck.route === 'plain' ? 'format' : null),
    stalls: deck.stalls,
  };
}

function statusOf({ queue, deck, error, ended }: PlayerParts): PlayerState['status'] {
  if (queue.index < 0) return 'idle';
  if (error) return 'error';
  if (ended) return 'ended';
  if (!deck.loaded || !deck.wanted) return 'paused';
  return ({ empty: 'paused', loading: 'loading', moving: 'playing', dry: 'stalled' } as const)[deck.phase];
}

/** A value that is replaced, never changed, and tells when: what useSyncExternalStore wants. */
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
