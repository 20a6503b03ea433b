/** What the listener hears, or opened to hear: of all open readers the one that plays. */

import { SOUND_TO_BEGIN_S } from '@/lib/assets/seek/points';
import type { Clock } from '@/lib/util/clock';
import type { PlaybackHint } from '../api';
import type { AssetReader } from './asset-reader';
import type { PeerStats } from './peer-stats';

/** A player that waits for sound has the processor to itself for this long, ms: more than a first chunk takes, less than a listener notices. */
const PRECEDENCE_MS = 400;

export class NowPlaying {
  reader: AssetReader | null = null;
  /** Since when sound is waited for (epoch ms); null while there is some, or none is wanted. */
  private awaitedSince: number | null = null;

  constructor(
    private readonly clock: Clock,
    private readonly stats: PeerStats,
  ) {}

  get isPlaying(): boolean {
    return this.reader?.lastHint?.playing === true;
  }

  /** Seconds of sound buffered ahead of the playhead. */
  get bufferedS(): number {
    return this.reader?.lastHint?.bufferedS ?? 0;
  }

  /** Sound was asked for a moment ago and has not begun. Sound that stays away for longer may need a peer that is not linked yet. */
  awaitsSound(): boolean {
    return this.awaitedSince !== null && this.clock.now() - this.awaitedSince < PRECEDENCE_MS;
  }

  opened(reader: AssetReader): void {
    this.reader ??= reader;
  }

  hinted(reader: AssetReader, hint: PlaybackHint): void {
    if (hint.playing || this.reader === null) this.reader = reader;
    if (this.reader !== reader) return;
    const now = this.clock.now();
    this.stats.hint(hint, now);
    const awaitsSound = hint.playing && hint.bufferedS < SOUND_TO_BEGIN_S;
    this.awaitedSince = awaitsSound ? (this.awaitedSince ?? now) : null;
  }

  /** The player closed it. */
  closed(reader: AssetReader): void {
    if (this.reader !== reader) return;
    this.reader = null;
    this.awaitedSince = null;
    this.stats.interrupted();
  }

  /** Its version may not be played any more. */
  revoked(reader: AssetReader): void {
    if (this.reader === reader) this.reader = null;
  }
}
