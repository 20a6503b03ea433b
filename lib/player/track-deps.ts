/** What a play of a track is made with, and what it reports. */
import type { WireError } from '@/lib/contracts/errors';
import type { OpenAsset, SwarmPeer } from '@/lib/swarm/api';
import type { OnServerReturn } from './retry';

export interface TrackEvents {
  /** The element has a new source: if the listener wants to hear it, `play` must be called on the element again. */
  sourceSet(route: 'swarm' | 'plain'): void;
  /** Exact, once the manifest is here. */
  duration(seconds: number): void;
  /** More is buffered. */
  progress(): void;
  /** Something failed that may pass, and is tried again; null: it has passed. */
  trouble(error: WireError | null): void;
  /** This track cannot be played, or not any longer. */
  failed(error: WireError): void;
}

export interface TrackDeps {
  audio: HTMLAudioElement;
  swarm: SwarmPeer | null;
  peerId: string;
  /** What failed is tried again at once. */
  onServerReturn?: OnServerReturn | undefined;
  /** Tracks whose bytes MSE refused in this page: their plain files are played from then on. */
  refused: Set<string>;
  events: TrackEvents;
}

/** Closes an asset that was opened ahead and is not played. */
export function closeUnread(opened: Promise<OpenAsset> | null): void {
  opened?.then((asset) => asset.close()).catch(() => {});
}

/** What MSE needs. */
export interface Means {
  swarm: SwarmPeer;
  MediaSourceClass: typeof MediaSource;
}
