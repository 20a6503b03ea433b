/** What the interface sees of the player. */
import type { Track } from '@/lib/contracts/catalog';
import type { WireError } from '@/lib/contracts/errors';
import type { Message, MessageData } from '@/lib/contracts/messages';
import type { SwarmPeer } from '@/lib/swarm/api';
import type { GainSettings } from './sound/gain';
import type { Sleep, SleepRequest } from './sound/sleep-timer';

/** Why this tab plays plain files and does not share; null while it can. */
export type NoSharingReason = 'insecure_context' | 'no_media_source' | 'format' | 'no_storage' | 'no_webrtc';

export interface QueueItem {
  /** Identifies the item in the queue: a track may be there twice. */
  key: string;
  track: Track;
}

export type QueueEdit =
  | { kind: 'remove'; keys: readonly string[] }
  /** To before another item; null: to the end. */
  | { kind: 'move'; keys: readonly string[]; before: string | null }
  /** Removes what comes after the current track, which goes on playing. */
  | { kind: 'clearUpcoming' };

/** The way back from a change of the queue: given to `undo`. */
export interface QueueUndo {
  readonly kind: 'removed' | 'moved';
  /** What the change removed or moved. */
  readonly keys: readonly string[];
  /** The queue before it. */
  readonly items: readonly QueueItem[];
  /** Keys in the order before shuffling; null: it was not shuffled. */
  readonly unshuffled: readonly string[] | null;
}

export interface PlayerState {
  queue: readonly QueueItem[];
  /** Position in the queue; -1: nothing chosen. */
  index: number;
  status: 'idle' | 'loading' | 'playing' | 'paused' | 'stalled' | 'ended' | 'error';
  positionS: number;
  durationS: number;
  /** Sound is buffered up to here. */
  bufferedToS: number;
  /** Place of the slider, 0 to 1; the amplitude follows the ear's curve (sound/volume-curve.ts). */
  volume: number;
  muted: boolean;
  /** Pages cannot set the volume here: the device's keys do. No gain applies either. */
  volumeFixed: boolean;
  gain: GainSettings;
  /** 1: as it was recorded. */
  speed: number;
  /** For how long the end of a track and the beginning of the next are heard together, seconds; 0: off. */
  crossfadeS: number;
  /** When the music stops by itself; null: it does not. */
  sleep: Sleep | null;
  repeat: 'off' | 'all' | 'one';
  shuffle: boolean;
  /** With status `error`: why nothing plays. With `loading` or `stalled`: what failed and is being tried again. */
  error: WireError | null;
  /** How the current track is delivered: through the swarm, or as the plain file. */
  route: 'swarm' | 'plain' | null;
  noSharing: NoSharingReason | null;
  /** How often playback stalled since the page was loaded. */
  stalls: number;
}

/** What there is to see before the player is loaded. */
export const NO_PLAYER: PlayerState = {
  queue: [],
  index: -1,
  status: 'idle',
  positionS: 0,
  durationS: 0,
  bufferedToS: 0,
  volume: 1,
  muted: false,
  volumeFixed: false,
  gain: { mode: 'off', preampDb: 0 },
  speed: 1,
  crossfadeS: 0,
  sleep: null,
  repeat: 'off',
  shuffle: false,
  error: null,
  route: null,
  noSharing: null,
  stalls: 0,
};

const SOUNDING: ReadonlySet<PlayerState['status']> = new Set(['playing', 'loading', 'stalled']);
/** It plays, or will as soon as its bytes are there. */
export const sounds = ({ status }: Pick<PlayerState, 'status'>) => SOUNDING.has(status);

/** How the player sounds, beside its volume. */
export interface SoundControls {
  setGain(settings: GainSettings): void;
  /** @param speed 0.5 to 2; pitch is kept */
  setSpeed(speed: number): void;
  /** @param seconds 0 to 12; 0: off. Tracks of an album that follow each other there play without a gap all the same */
  setCrossfade(seconds: number): void;
  /** @param request null: cancel */
  setSleep(request: SleepRequest | null): void;
}

/** A queue with its place, as it goes from one device to another. */
export interface Handover {
  readonly tracks: readonly Track[];
  /** Place of the current track; -1: nothing is chosen. */
  readonly currentIndex: number;
  readonly positionS: number;
  readonly repeat: PlayerState['repeat'];
  /** Places of the tracks in the order before shuffling; null: not shuffled. */
  readonly unshuffled: readonly number[] | null;
}

export interface Player {
  readonly sound: SoundControls;
  /** The same object until something changes (for useSyncExternalStore). */
  state(): PlayerState;
  /** @returns unsubscribe */
  subscribe(listener: () => void): () => void;
  /** Replaces the queue and plays from `index`. */
  playNow(tracks: readonly Track[], index: number): void;
  /** Adds at the end of the queue, or right behind the current track. @returns how many: a full queue takes no more */
  enqueue(tracks: readonly Track[], where: 'next' | 'end'): number;
  /** Changes the queue. @returns the way back */
  edit(change: QueueEdit): QueueUndo;
  /** Takes a change of the queue back; other changes since then stay. */
  undo(change: QueueUndo): void;
  /** Tracks of the queue are called otherwise now; what plays goes on. */
  refresh(tracks: readonly Track[]): void;
  jumpTo(key: string): void;
  /** Stops, and empties the queue. */
  clear(): void;
  toggle(): void;
  play(): void;
  pause(): void;
  seek(seconds: number): void;
  /** The pointer rests over that position of the track: a jump there may follow. Null: it left. */
  aim(seconds: number | null): void;
  next(): void;
  /** To the start of the track once three seconds of it have played, else to the track before. */
  previous(): void;
  /** @param volume place of the slider, 0 to 1 */
  setVolume(volume: number): void;
  setMuted(muted: boolean): void;
  setRepeat(repeat: PlayerState['repeat']): void;
  setShuffle(on: boolean): void;
  /** The queue with its place, for another device to go on with. */
  handover(): Handover;
  /** Replaces the queue by that of another device, and goes on at its place. @param play false: it is only chosen */
  takeOver(given: Handover, play: boolean): void;
  /** A pointer rests on these tracks, the likeliest to be pressed first: what playing that one needs first may be prepared. */
  likely(trackIds: readonly string[]): void;
  close(): void;
}

/** What the player reports of each play, for the history. */
export type PlayEvent = {
  [T in 'started' | 'finished' | 'skipped']: { type: T } & MessageData<`playback.${T}`>;
}['started' | 'finished' | 'skipped'];

/** What a player is made with. */
export interface PlaybackOptions {
  /** Null: this tab takes no part in the swarm; plain files are played. */
  swarm: SwarmPeer | null;
  noSharing: NoSharingReason | null;
  peerId: string;
  /** Subscribes to live events (`changed.*`). @returns unsubscribe */
  onEvent?(listener: (event: Message) => void): () => void;
  /** Subscribes to returns of the server after it was out of reach: what failed meanwhile is tried again at once. @returns unsubscribe */
  onServerReturn?(listener: () => void): () => void;
  /** Called with each play, for the history. */
  onPlay(event: PlayEvent): void;
  /** Where queue and preferences outlive a reload; else the tab's sessionStorage and the browser's localStorage. */
  storage?: Storage;
  audio?: HTMLAudioElement;
  /** Makes the second element, when tracks are crossfaded for the first time. */
  makeAudio?(): HTMLAudioElement;
}
