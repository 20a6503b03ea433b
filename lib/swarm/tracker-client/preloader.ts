/** Prepares what is likely played next: its grant, who holds it, and a link or two to them, so that a press of play finds them there. */
import type { Grant } from '@/lib/contracts/playback';
import type { PeerCoverage } from '@/lib/contracts/signaling';
import type { Clock } from '@/lib/util/clock';
import type { GrantCache } from '../asset/grant-cache';
import type { PeerPool } from '../connections/peer-pool';
import type { Sharing } from '../connections/sharing';
import type { Signaling } from './signaling';

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
  pool: Pick<PeerPool, 'meet'>;
  /** This tab takes part in the version's swarm. */
  isMember: (versionId: string) => boolean;
  /** Who holds a version that is likely next. */
  found: (versionId: string, peers: readonly PeerCoverage[]) => void;
}

export class Preloader {
  /** By version id, the one asked longest ago first; null until the tracker has answered. */
  private readonly hints = new Map<string, PeerCoverage[] | null>();
  private openedAt = Number.NEGATIVE_INFINITY;
  /** By track id, those of whom the tracker will be asked; the one wanted longest ago first. */
  private readonly lookups = new Map<string, () => void>();

  constructor(private readonly options: PreloaderOptions) {}

  prepare(trackId: string): void {
    const { grants, clock } = this.options;
    const granted = grants.get(trackId);
    // Asked ahead of any press: a refusal is shown when the track is opened.
    granted.catch(() => {});
    this.cancelLookup(trackId);
    const waitMs = Math.max(0, this.openedAt + AFTER_OPENING_MS - clock.now());
    const cancel = clock.after(waitMs, () => {
      this.lookups.delete(trackId);
      granted.then((grant) => this.lookUp(grant)).catch(() => {});
    });
    this.lookups.set(trackId, cancel);
    const [oldest] = this.lookups.keys();
    if (this.lookups.size > MAX_AHEAD && oldest !== undefined) this.cancelLookup(oldest);
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

  /** Who holds it, if that is known. */
  coverageOf(versionId: string): readonly PeerCoverage[] | null {
    return this.hints.get(versionId) ?? null;
  }

  /** Its swarm is joined in place of the hint. */
  joining(versionId: string): void {
    this.hints.delete(versionId);
  }

  /** The tracker is out of reach and forgets what it was told. */
  clear(): void {
    this.hints.clear();
  }

  close(): void {
    for (const trackId of [...this.lookups.keys()]) this.cancelLookup(trackId);
    this.clear();
  }

  private cancelLookup(trackId: string): void {
    this.lookups.get(trackId)?.();
    this.lookups.delete(trackId);
  }

  private async lookUp({ versionId, ticket }: Grant): Promise<void> {
    const { signaling, isTrackerUp, sharing, pool, isMember, found } = this.options;
    if (this.hints.has(versionId) || isMember(versionId) || !isTrackerUp() || sharing.isBusy) return;
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
      found(versionId, peers);
      pool.meet(peers.filter(({ have }) => have.length > 0).map(({ peer }) => peer));
    } catch {
      // Only a press that is a little slower.
      this.hints.delete(versionId);
    }
  }
}
