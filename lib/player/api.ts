/** What the interface sees of the player. */
import type { Track } from '@/lib/contracts/catalog';
import type { WireError } from '@/lib/contracts/errors';
import type { MessageData } from '@/lib/contracts/messages';

/** Why this tab plays plain files and does not share; null while it can. */
export type NoSharingReason = 'insecure_context' | 'no_media_source' | 'format' | 'no_storage' | 'no_webrtc';

export interface QueueItem {
  /** Its own identity in the queue: a track may stand there twice. */
  key: string;
  track: Track;
}

export interface PlayerState {
  queue: readonly QueueItem[];
  /** Place in the queue; -1: nothing chosen. */
  index: number;
  status: 'idle' | 'loading' | 'playing' | 'paused' | 'stalled' | 'ended' | 'error';
  positionS: number;
  durationS: number;
  /** Sound is buffered up to here. */
  bufferedToS: number;
  /** 0 to 1. */
  volume: number;
  muted: boolean;
  repeat: 'off' | 'all' | 'one';
  shuffle: boolean;
  /** With status `error`: why nothing plays. With `loading` or `stalled`: what is being tried again, by itself. */
  error: WireError | null;
  /** How the current track comes: through the swarm, or plain. */
  route: 'swarm' | 'plain' | null;
  noSharing: NoSharingReason | null;
  /** Times playback ran dry since the page began. */
  stalls: number;
}

export interface Player {
  /** The same object until something changes (for useSyncExternalStore). */
  state(): PlayerState;
  /** @returns unsubscribe */
  subscribe(listener: () => void): () => void;
  /** Replaces the queue and plays from `index`. */
  playNow(tracks: readonly Track[], index: number): void;
  /** At the end of the queue, or right behind the current track. */
  enqueue(tracks: readonly Track[], where: 'next' | 'end'): void;
  remove(key: string): void;
  jumpTo(key: string): void;
  clear(): void;
  toggle(): void;
  play(): void;
  pause(): void;
  seek(seconds: number): void;
  /** The pointer went down on that place of the track: what a jump there needs first may be fetched. */
  aim(seconds: number): void;
  next(): void;
  /** Back to the start after three seconds of a track, else the one before. */
  previous(): void;
  setVolume(volume: number): void;
  setMuted(muted: boolean): void;
  setRepeat(repeat: PlayerState['repeat']): void;
  setShuffle(on: boolean): void;
  /** A pointer rests on a track: what a press needs may be got ready. */
  likely(trackIds: readonly string[]): void;
  close(): void;
}

/** What the player tells of each play, for the history. */
export type PlayEvent = {
  [T in 'started' | 'finished' | 'skipped']: { type: T } & MessageData<`playback.${T}`>;
}['started' | 'finished' | 'skipped'];
