import type { Track } from '@/lib/contracts/catalog';
import type { OpenAsset, SwarmPeer } from '@/lib/swarm/api';
import type { Deck } from './deck';
import { NextTrack } from './next-track';
import { mediaSourceClass } from './output/mse';
import { warmRemuxer } from './output/segments-of';

/** Makes ready what plays after the current track, and puts it behind that one, so that no gap is heard between them. */
export class UpNext {
  private readonly MediaSourceClass = mediaSourceClass();
  private readonly track: NextTrack | null;

  constructor(
    swarm: SwarmPeer | null,
    private readonly audio: HTMLAudioElement,
    private readonly deck: Deck,
  ) {
    this.track = swarm && this.MediaSourceClass ? new NextTrack(swarm) : null;
  }

  /** Sets what comes next; undefined: nothing. */
  expect(track: Track | undefined): void {
    if (track !== undefined && track.id === this.deck.followingTrackId) return;
    this.deck.unfollow();
    this.track?.expect(track?.id ?? null, this.leftS);
    if (track && this.track && this.MediaSourceClass) warmRemuxer(track.mime, this.MediaSourceClass);
  }

  /** The current track has played on. @param next what comes next */
  moved(next: () => Track | undefined): void {
    this.track?.tell(this.leftS);
    const track = this.deck.wantsFollowing ? next() : undefined;
    const opened = track && this.track?.take(track.id, 0);
    if (opened) this.deck.follow(track, opened);
  }

  /** The asset of this track, if it was made ready; whoever takes it owns it. @param atS where it begins, in seconds */
  take(trackId: string, atS: number): Promise<OpenAsset> | null {
    return this.track?.take(trackId, atS) ?? null;
  }

  /** Nothing comes next any more. */
  close(): void {
    this.track?.close();
  }

  /** Seconds that go by until the current track ends. */
  private get leftS(): number {
    return (this.deck.durationS - this.deck.positionS) / this.audio.playbackRate;
  }
}
