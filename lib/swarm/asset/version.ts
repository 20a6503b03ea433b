/** One asset version that this tab takes part in: fetched while it is open, served to others for as long as it is kept. */
import { ChunkSet } from '@/lib/assets/ranges';
import type { Grant } from '@/lib/contracts/playback';
import type { PeerCoverage } from '@/lib/contracts/signaling';
import type { Download } from '../download/download';
import type { CachedAsset } from './cached-asset';
import type { AssetReader } from './asset-reader';

/** What the tracker said of one peer. */
interface Covered {
  have: ChunkSet;
  /** Whoever comes to a swarm dials; the others wait until then (epoch ms) and dial when it has not. */
  dialAt: number;
}

/** The tracker assigns at most 10 peers; what it tells beyond this is not kept. */
const MAX_COVERED = 64;

export class Version {
  readonly coverage = new Map<string, Covered>();
  readonly openings = new Set<AssetReader>();
  download: Download | null = null;
  joined: 'no' | 'asking' | 'yes' = 'no';
  /** The tracker has answered once. */
  tracked = false;
  ended = false;
  cancelRenewal: () => void = () => {};
  cancelJoin: () => void = () => {};
  /** Takes back the next telling of neighbours; null while none is due. */
  gossipDue: (() => void) | null = null;
  /** When that is (epoch ms). */
  gossipAt = 0;
  noticeDue: (() => void) | null = null;
  /** The tracker was last told what is held (epoch ms). */
  noticedAt = 0;

  constructor(
    readonly cached: CachedAsset,
    public grant: Grant,
  ) {}

  get id(): string {
    return this.cached.versionId;
  }

  /** Whole coverage of these peers, replacing what was known of them. */
  cover(peers: readonly PeerCoverage[], dialAt: number): void {
    for (const { peer, have } of peers) {
      const known = this.coverage.get(peer);
      if (known === undefined && this.coverage.size >= MAX_COVERED) continue;
      this.coverage.set(peer, {
        have: ChunkSet.fromRanges(have),
        dialAt: Math.min(dialAt, known?.dialAt ?? Number.POSITIVE_INFINITY),
      });
    }
  }

  /** This tab takes no part in it any more; no timer goes on. */
  end(): void {
    this.ended = true;
    this.cancelRenewal();
    this.cancelJoin();
    this.gossipDue?.();
    this.noticeDue?.();
  }
}
