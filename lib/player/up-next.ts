import type { Track } from '@/lib/contracts/catalog';
import type { OpenAsset, SwarmPeer } from '@/lib/swarm/api';
import type { Decks } from './decks';
import { NextTrack } from './next-track';
import { mediaSourceClass } from './output/mse';
import { warmRemuxer } from './output/segments-of';

/** Makes ready what plays after the current track, and hands it to the decks in time, so that no gap is heard between them. */
export class UpNext {
  private readonly MediaSourceClass = mediaSourceClass();
  private readonly track: NextTrack | null;

  constructor(
    swarm: SwarmPeer | null,
    private readonly decks: Decks,
  ) {
    this.track = swarm && this.MediaSourceClass ? new NextTrack(swarm) : null;
  }

  /** Sets what comes next; undefined: nothing. */
  expect(track: Track | undefined): void {
    if (track !== undefined && this.decks.isReady(track)) return;
    this.decks.unfollow();
    this.track?.expect(track?.id ?? null, this.decks.leftS);
    if (track && this.track && this.MediaSourceClass) warmRemuxer(track.mime, this.MediaSourceClass);
  }

  /** The current track has played on. @param next what comes next */
  moved(next: () => Track | undefined): void {
    this.track?.tell(this.decks.leftS);
    const track = this.decks.wantsFollowing ? next() : undefined;
    if (track === undefined || !this.decks.canFollow(track)) return;
    const opened = this.track?.take(track.id, 0) ?? null;
    // Without the swarm there is the plain file to be mixed.
    if (opened !== null || this.track === null) this.decks.follow(track, opened);
  }

  /** The asset of this track, if it was made ready; whoever takes it owns it. @param atS where it begins, in seconds */
  take(trackId: string, atS: number): Promise<OpenAsset> | null {
    return this.track?.take(trackId, atS) ?? null;
  }

  /** Nothing comes next any more. */
  close(): void {
    this.track?.close();
  }
}
