/** What the rest of a page sees of its peer: `player` reads assets through it, panels watch it. */
import type { Manifest } from '@/lib/contracts/manifest';
import type { Grant } from '@/lib/contracts/playback';
import type { SharingMode } from '@/lib/contracts/signaling';
import type { NotServing } from './schedule/serve';

/** Where a chunk came from; `none`: not here yet. */
export type ChunkSource = 'none' | 'cache' | 'peer' | 'origin';

/** How playback stands, so that policy knows deadlines. Times in seconds, positions in bytes of the plain file. */
export interface PlaybackHint {
  playing: boolean;
  /** Byte that sounds now, roughly. */
  byte: number;
  /** Mean bytes of this asset a second of sound. */
  bytesPerSecond: number;
  /** Sound buffered ahead of the playhead. */
  bufferedS: number;
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
  hint(hint: PlaybackHint): void;
  /** By chunk number. */
  sources(): readonly ChunkSource[];
  /** Bytes of this opening by source. */
  bytes(): { cache: number; peer: number; origin: number };
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
  /** Asks grants ahead for what is likely next, the likeliest first, and for that who holds it, so that `open` needs no round trip. */
  prepare(trackIds: readonly string[]): void;
  setMode(mode: SharingMode): void;
  snapshot(): PeerSnapshot;
  /** Called at most four times a second, while anything changes. @returns unsubscribe */
  subscribe(listener: () => void): () => void;
  close(): Promise<void>;
}
