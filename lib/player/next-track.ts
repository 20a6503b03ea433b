import type { OpenAsset, SwarmPeer } from '@/lib/swarm/api';

/** Tells the swarm what follows the current track, and when, so that it is ready by then; the swarm decides what to prepare. */
export class NextTrack {
  private trackId: string | null = null;

  constructor(private readonly swarm: Pick<SwarmPeer, 'expectNext' | 'open'>) {}

  /** Sets what comes next; null: nothing. @param leftS seconds until the current track ends */
  expect(trackId: string | null, leftS: number): void {
    if (trackId === this.trackId) return;
    this.trackId = trackId;
    this.swarm.expectNext(trackId, Math.max(0, leftS));
  }

  /** @param leftS seconds until the current track ends */
  tell(leftS: number): void {
    if (this.trackId !== null) this.swarm.expectNext(this.trackId, Math.max(0, leftS));
  }

  /** The asset, if it is that track's, as far as it was prepared; whoever takes it owns it. @param atS where it begins, in seconds */
  take(trackId: string, atS: number): Promise<OpenAsset> | null {
    if (trackId !== this.trackId) return null;
    this.trackId = null;
    const opened = this.swarm.open(trackId, undefined, atS);
    // Whoever takes it sees the failure; maybe nobody waits for it by then.
    opened.catch(() => {});
    return opened;
  }

  close(): void {
    this.expect(null, 0);
  }
}
