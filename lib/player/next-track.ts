import { meanBytesPerSecond } from '@/lib/assets/seek/points';
import type { OpenAsset, SwarmPeer } from '@/lib/swarm/api';

/** The next track is opened when this much of the current one is left (Spotify 2010: chunks from peers at 30 s). */
const OPEN_AT_S = 30;
/** Its first bytes are fetched when this much is left, from any source (Spotify 2010: from the server at 10 s). */
const HEAD_AT_S = 10;
const HEAD_BYTES = 65_536;

/** Prepares the next track while the current one plays, so that "next" needs no round trip. */
export class NextTrack {
  private readonly swarm: SwarmPeer;
  private trackId: string | null = null;
  private opening: { abort: AbortController; opened: Promise<OpenAsset> } | null = null;
  private asset: OpenAsset | null = null;
  private headAsked = false;

  constructor(swarm: SwarmPeer) {
    this.swarm = swarm;
  }

  /** Sets what comes next; null: nothing. Its grant is requested at once; what was prepared for another track is closed. */
  expect(trackId: string | null): void {
    if (trackId === this.trackId) return;
    this.close();
    this.trackId = trackId;
    if (trackId !== null) this.swarm.prepare([trackId]);
  }

  /** Prepares what is due by now. @param leftS seconds until the current track ends */
  tell(leftS: number): void {
    if (this.trackId === null || leftS > OPEN_AT_S) return;
    if (!this.opening) this.open(this.trackId);
    const asset = this.asset;
    if (!asset) return;
    const { seek } = asset.manifest;
    // The first chunk of this track is due when the sound left of the current one has played.
    asset.hint({
      playing: false,
      byte: seek.firstAudio,
      bytesPerSecond: meanBytesPerSecond(asset.manifest),
      bufferedS: Math.max(0, leftS),
    });
    if (leftS > HEAD_AT_S || this.headAsked) return;
    this.headAsked = true;
    const end = Math.min(seek.firstAudio + HEAD_BYTES, asset.manifest.size);
    // A failure shows when the track is played.
    asset.read(seek.firstAudio, end, this.opening?.abort.signal).catch(() => {});
  }

  /** The asset, open or being opened, if it is that track's; whoever takes it owns it. */
  take(trackId: string): Promise<OpenAsset> | null {
    if (trackId !== this.trackId || !this.opening) return null;
    const { opened } = this.opening;
    this.forget();
    return opened;
  }

  close(): void {
    this.opening?.abort.abort();
    this.opening?.opened.then((asset) => asset.close()).catch(() => {});
    this.forget();
  }

  private open(trackId: string): void {
    const abort = new AbortController();
    const opened = this.swarm.open(trackId, abort.signal);
    const opening = { abort, opened };
    this.opening = opening;
    opened.then(
      (asset) => {
        if (this.opening === opening) this.asset = asset;
      },
      () => {
        // Asking again at each tick would be a flood: it is opened anew when it is played.
        if (this.opening === opening) this.forget();
      },
    );
  }

  private forget(): void {
    this.trackId = null;
    this.opening = null;
    this.asset = null;
    this.headAsked = false;
  }
}
