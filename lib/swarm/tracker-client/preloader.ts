/** Prepares what is likely played next: its grant, who holds it, and a link or two to them, so that a press of play finds them there. */
import type { Grant } from '@/lib/contracts/playback';
import type { PeerCoverage } from '@/lib/contracts/signaling';
import type { Clock } from '@/lib/util/clock';
import type { GrantCache } from '../asset/grant-cache';
import type { PeerPool } from '../connections/peer-pool';
import type { Sharing } from '../connections/sharing';
import type { Signaling } from './signaling';

/** Tracks whose grants are asked in one call; only the first of them is asked of the tracker. */
const MAX_GRANTS = 8;
/** Versions that the tracker is asked of and that were not played; the one asked longest ago is left first. */
const MAX_AHEAD = 3;
/** A track that was just opened has the processor and the line to itself for so long, ms: each link made costs tens of ms. */
const AFTER_OPENING_MS = 3000;

export interface PreloaderOptions {
  clock: Clock;
  signaling: Signaling;
  grants: GrantCache;
  /** The tracker is in reach. */
  isTrackerUp: () => boolean;
  sharing: Sharing;
  pool: PeerPool;
}

export class Preloader {
  /** By version id, the one asked longest ago first; null until the tracker has answered. */
  private readonly hints = new Map<string, PeerCoverage[] | null>();
  private openedAt = Number.NEGATIVE_INFINITY;
  private cancelLookup: () => void = () => {};

  constructor(private readonly options: PreloaderOptions) {}

  /** @param trackIds the likeliest first */
  prepare(trackIds: readonly string[]): void {
    const { grants, clock } = this.options;
    const [first] = trackIds.slice(0, MAX_GRANTS).map((trackId) => {
      const asked = grants.get(trackId);
      // Asked ahead of any press: a refusal is shown when the track is opened.
      asked.catch(() => {});
      return asked;
    });
    this.cancelLookup();
    const waitMs = Math.max(0, this.openedAt + AFTER_OPENING_MS - clock.now());
    this.cancelLookup = clock.after(waitMs, () => first?.then((granted) => this.lookUp(granted)).catch(() => {}));
  }

  /** The tracker says who holds a version that is not played yet. */
  onCoverage(versionId: string, peers: readonly PeerCoverage[]): void {
    const known = this.hints.get(versionId);
    if (known == null) return;
    const said = new Set(peers.map(({ peer }) => peer));
    this.hints.set(versionId, [...known.filter(({ peer }) => !said.has(peer)), ...peers]);
  }

  /** A track is opened. */
  opening(): void {
    this.openedAt = this.options.clock.now();
  }

  /** Who holds it, if that is known. Who opens it joins its swarm in place of the hint. */
  take(versionId: string): readonly PeerCoverage[] | null {
    const known = this.hints.get(versionId) ?? null;
    this.hints.delete(versionId);
    return known;
  }

  /** The tracker is out of reach and forgets what it was told. */
  clear(): void {
    this.hints.clear();
  }

  close(): void {
    this.cancelLookup();
    this.clear();
  }

  private async lookUp({ versionId, ticket }: Grant): Promise<void> {
    const { signaling, isTrackerUp, sharing, pool } = this.options;
    if (this.hints.has(versionId) || pool.isAttached(versionId) || !isTrackerUp() || sharing.isBusy) return;
    this.hints.set(versionId, null);
    const [oldest] = this.hints.keys();
    if (this.hints.size > MAX_AHEAD && oldest !== undefined) {
      this.hints.delete(oldest);
      signaling.leave(oldest);
    }
    try {
      const peers = await signaling.join(versionId, ticket, [], true);
      if (!this.hints.has(versionId)) return;
      this.hints.set(versionId, peers);
      pool.meet(peers.filter(({ have }) => have.length > 0).map(({ peer }) => peer));
    } catch {
      // Only a press that is a little slower.
      this.hints.delete(versionId);
    }
  }
}
