import type { PeerCoverage } from '@/lib/contracts/signaling';
import { partnersOf } from './pairs';
import { offered, type Peer, type TrackerUpdate } from './state';

/** Whose coverage changed and is still to be told: however often it changes between two flushes, it is told once. */
export class CoverageUpdates {
  private readonly changed = new Map<string, Set<Peer>>();

  get size(): number {
    return this.changed.size;
  }

  mark(version: string, peer: Peer): void {
    const peers = this.changed.get(version) ?? new Set();
    this.changed.set(version, peers.add(peer));
  }

  forget(version: string, peer: Peer): void {
    const peers = this.changed.get(version);
    if (peers?.delete(peer) && peers.size === 0) this.changed.delete(version);
  }

  /** One message a listener and version, whole coverage. */
  flush(): TrackerUpdate[] {
    const updates: TrackerUpdate[] = [];
    for (const [version, changed] of this.changed) {
      const byListener = new Map<string, PeerCoverage[]>();
      for (const peer of changed) {
        for (const other of partnersOf(peer, version)) {
          const peers = byListener.get(other.id) ?? [];
          peers.push({ peer: peer.id, have: offered(peer, version) });
          byListener.set(other.id, peers);
        }
      }
      for (const [to, peers] of byListener) updates.push({ to, event: 'coverage', data: { version, peers } });
    }
    this.changed.clear();
    return updates;
  }
}
