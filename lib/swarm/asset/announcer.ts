/** Tells others what is held here of one version: soon after it changes, and no more often than is worth it. */
import type { Clock } from '@/lib/util/clock';

/** Whom to tell. */
export interface Audience {
  /** Tells those linked peers whose time it is. @returns ms until the next may be told; null: all know */
  tellPeers(): number | null;
  tellTracker(): void;
}

/** Peers are told of new chunks at most this often, ms; the tracker as its contract says. */
const PEERS_EVERY_MS = 200;
const TRACKER_EVERY_MS = 1000;

export class Announcer {
  /** When peers are told next (epoch ms); null while nothing is due. */
  private peersDue: { at: number; cancel: () => void } | null = null;
  private cancelTracker: (() => void) | null = null;
  /** Epoch ms. */
  private toldTrackerAt = 0;
  private closed = false;

  constructor(
    private readonly clock: Clock,
    private readonly audience: Audience,
  ) {}

  /** More of the version is held, or less. */
  announceSoon(): void {
    if (this.closed) return;
    this.tellPeersIn(PEERS_EVERY_MS);
    const inMs = Math.max(PEERS_EVERY_MS, this.toldTrackerAt + TRACKER_EVERY_MS - this.clock.now());
    this.cancelTracker ??= this.clock.after(inMs, () => {
      this.cancelTracker = null;
      this.toldTrackerAt = this.clock.now();
      this.audience.tellTracker();
    });
  }

  /** The listener decided what may be told: everybody hears at once. */
  announceNow(): void {
    this.tellPeers();
    this.audience.tellTracker();
  }

  /** Nothing is told any more. */
  close(): void {
    this.closed = true;
    this.peersDue?.cancel();
    this.cancelTracker?.();
  }

  private tellPeersIn(ms: number): void {
    const at = this.clock.now() + ms;
    if (this.closed || (this.peersDue !== null && this.peersDue.at <= at)) return;
    this.peersDue?.cancel();
    const cancel = this.clock.after(ms, () => {
      this.peersDue = null;
      this.tellPeers();
    });
    this.peersDue = { at, cancel };
  }

  /** Who need not know yet is told when its time comes. */
  private tellPeers(): void {
    const nextMs = this.audience.tellPeers();
    if (nextMs !== null) this.tellPeersIn(Math.max(nextMs, PEERS_EVERY_MS));
  }
}
