/** What the rest of a page sees of its peer: `player` reads assets through it, panels watch it. */
import type { Manifest } from '@/lib/contracts/manifest';
import type { Grant } from '@/lib/contracts/playback';
import type { SharingMode } from '@/lib/contracts/signaling';
import type { NotServing } from './schedule/serve';

/** Where a chunk came from; `none`: not here yet. */
export type ChunkSource = 'none' | 'cache' | 'peer' | 'origin';

/** Bytes by the source that they came from. */
export type BytesBySource = Record<Exclude<ChunkSource, 'none'>, number>;

export const addBytes = (a: BytesBySource, b: BytesBySource): BytesBySource => ({
  cache: a.cache + b.cache,
  peer: a.peer + b.peer,
  origin: a.origin + b.origin,
});

/** How playback stands, so that the schedule knows deadlines. */
export interface PlaybackHint {
  playing: boolean;
  /** The playhead, in seconds into the track. */
  timeS: number;
  /** For how many seconds to come there is sound ahead of the playhead, at this speed. */
  bufferedS: number;
  /** How fast the track is played; absent: 1, as it was recorded. At 2 it needs twice the bytes a second. */
  speed?: number | undefined;
}

/** One asset version, opened for playing by a grant. */
export interface OpenAsset {
  readonly grant: Grant;
  readonly manifest: Manifest;
  /**
   * Plain bytes [start, end). Missing chunks are fetched: cache, peers, origin. Only verified bytes come back.
   * @throws {EnxameError} `version_retired`, `track_withdrawn`, `file_missing`, `unavailable`; DOMException AbortError
   */
  read(start: number, end: number, signal?: AbortSignal): Promise<Uint8Array<ArrayBuffer>>;
  /** While the player plays and nothing is buffered, what sound needs to begin at the playhead is fetched before all else, read or not. */
  hint(hint: PlaybackHint): void;
  /**
   * The listener will likely jump there: what sound needs to begin there is fetched, behind what is needed now. Only for the last place
   * named. @param timeS seconds into the track; null: a jump is not likely any more
   */
  expectJump(timeS: number | null): void;
  /** By chunk number. */
  sources(): readonly ChunkSource[];
  /** Bytes of this opening by source. */
  bytes(): BytesBySource;
  /** No longer played here: fetching stops, its cached chunks go on being served. */
  close(): void;
}

export interface PeerSnapshot {
  peerId: string;
  mode: SharingMode;
  /** `connecting`: the signaling server is out of reach; running playback goes on from the cache, links and the origin. */
  signaling: 'connecting' | 'up' | 'replaced' | 'refused';
  /** Why nothing is served to others now; null while it serves. */
  notServing: NotServing | null;
  links: { peer: string; connectedAt: number; downBps: number; upBps: number; received: number; sent: number }[];
  /** Bytes a second over the last seconds. */
  rates: { cache: number; peer: number; origin: number; uploaded: number };
  /** Since the page began. */
  totals: { cache: number; peer: number; origin: number; uploaded: number };
  /** The asset that is playing, if any. */
  current: { trackId: string; versionId: string; sources: readonly ChunkSource[] } | null;
  /** `lasting`: it outlasts the page. */
  cache: { usedBytes: number; budgetBytes: number; assets: number; lasting: boolean };
}

export interface SwarmPeer {
  readonly peerId: string;
  /**
   * Grant, cache, swarm: ready to read.
   * @param atS seconds into the track where it will be heard at once: that chunk comes with the grant, where nothing of it is cached
   * @throws {EnxameError} the refusal's reason
   */
  open(trackId: string, signal?: AbortSignal, atS?: number): Promise<OpenAsset>;
  /**
   * This track follows the one that plays. It is prepared in time, so that `open` gives it at once and its first sound is here. Said
   * again as time passes.
   * @param trackId null: nothing follows
   * @param inS seconds until it begins
   * @param tab where several tabs share the peer: the one that says so
   */
  expectNext(trackId: string | null, inS: number, tab?: string): void;
  /** The listener will likely press play on this track within a moment: it is prepared. Only the last one named. */
  expectPress(trackId: string): void;
  setMode(mode: SharingMode): void;
  snapshot(): PeerSnapshot;
  /** Called at most four times a second, while anything changes. @returns unsubscribe */
  subscribe(listener: () => void): () => void;
  close(): Promise<void>;
}
