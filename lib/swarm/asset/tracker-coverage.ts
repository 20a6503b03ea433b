/** Who holds chunks of one version, as the tracker says. */
import { ChunkSet } from '@/lib/assets/ranges';
import type { PeerCoverage } from '@/lib/contracts/signaling';

interface CoveredPeer {
  have: ChunkSet;
  /** Whoever comes to a swarm dials; the others wait until then (epoch ms) and dial when it has not. */
  dialAt: number;
}

/** The tracker assigns at most 10 peers; what it tells beyond this is not kept. */
const MAX_COVERED = 64;

export class TrackerCoverage {
  /** The tracker was asked and has answered. */
  isKnown = false;
  private readonly peers = new Map<string, CoveredPeer>();

  /** All that these peers hold, replacing what was known of them. @param dialAt epoch ms */
  update(peers: readonly PeerCoverage[], dialAt: number): void {
    for (const { peer, have } of peers) {
      const known = this.peers.get(peer);
      if (known === undefined && this.peers.size >= MAX_COVERED) continue;
      this.peers.set(peer, {
        have: ChunkSet.fromRanges(have),
        dialAt: Math.min(dialAt, known?.dialAt ?? Number.POSITIVE_INFINITY),
      });
    }
  }

  has(peer: string): boolean {
    return this.peers.has(peer);
  }

  /** What a peer holds; undefined where the tracker has not named it. */
  haveOf(peer: string): ChunkSet | undefined {
    return this.peers.get(peer)?.have;
  }

  /** The peer is gone, or no longer assigned. */
  delete(peer: string): void {
    this.peers.delete(peer);
  }

  [Symbol.iterator](): IterableIterator<[string, CoveredPeer]> {
    return this.peers.entries();
  }
}
