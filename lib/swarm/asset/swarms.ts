/** Taking part in the swarms of versions: joining through the tracker, and telling tracker and pool what is held. */
import type { ChunkSet } from '@/lib/assets/ranges';
import { isFinal } from '@/lib/client/http-errors';
import { type EnxameError, isEnxameError } from '@/lib/contracts/errors';
import type { Grant } from '@/lib/contracts/playback';
import type { PeerCoverage } from '@/lib/contracts/signaling';
import type { Clock } from '@/lib/util/clock';
import type { PeerPool } from '../connections/peer-pool';
import type { Signaling } from '../tracker-client/signaling';
import type { Version } from './version';

export interface SwarmsOptions {
  clock: Clock;
  signaling: Signaling;
  pool: PeerPool;
  announced: (version: Version) => ChunkSet;
  isUp: () => boolean;
  isFresh: (grant: Grant) => boolean;
  /** @throws {EnxameError} */
  renew: (version: Version) => Promise<void>;
  /** This tab takes part in the version, maybe anew. */
  isKept: (id: string) => boolean;
  drop: (version: Version) => void;
  revoke: (version: Version, error: EnxameError) => void;
}

/** PeerPool hear of new chunks at most this often, ms; the tracker as its contract says. */
const GOSSIP_EVERY_MS = 200;
const NOTICE_EVERY_MS = 1000;
/** A join that failed is tried again after this, ms. */
const JOIN_RETRY_MS = 2000;
/** Whoever was in the swarm first leaves the dialling to the newcomer for this long, ms: two dials for one link are one too many. */
const DIAL_COURTESY_MS = 2000;

export class Swarms {
  constructor(private readonly options: SwarmsOptions) {}

  /** Joins unless that is done or under way; while the tracker is out of reach nothing happens. */
  join(version: Version): void {
    if (version.joined === 'no' && !version.ended && this.options.isUp()) void this.attempt(version);
  }

  /** More of the version is held, or less: those who may know are told before long. */
  announceSoon(version: Version): void {
    const { clock, signaling } = this.options;
    this.gossipIn(version, GOSSIP_EVERY_MS);
    const noticeInMs = Math.max(GOSSIP_EVERY_MS, version.noticedAt + NOTICE_EVERY_MS - clock.now());
    version.noticeDue ??= clock.after(noticeInMs, () => {
      version.noticeDue = null;
      version.noticedAt = clock.now();
      if (version.joined === 'yes') signaling.have(version.id, this.options.announced(version).toRanges());
    });
  }

  /** Who need not know yet is told when its time comes. */
  private gossipIn(version: Version, ms: number): void {
    if (version.gossipDue !== null && version.gossipAt <= this.options.clock.now() + ms) return;
    version.gossipDue?.();
    version.gossipAt = this.options.clock.now() + ms;
    version.gossipDue = this.options.clock.after(ms, () => {
      version.gossipDue = null;
      this.tell(version);
    });
  }

  private tell(version: Version): void {
    const nextMs = this.options.pool.tellHave(version);
    if (nextMs !== null && !version.ended) this.gossipIn(version, Math.max(nextMs, GOSSIP_EVERY_MS));
  }

  /** At once: the listener decided something. */
  announce(version: Version): void {
    this.tell(version);
    if (version.joined === 'yes') {
      this.options.signaling.have(version.id, this.options.announced(version).toRanges());
    }
  }

  /** News of the tracker: these peers hold that now. */
  onCoverage(version: Version | undefined, peers: readonly PeerCoverage[]): void {
    if (version === undefined) return;
    version.cover(peers, this.options.clock.now() + DIAL_COURTESY_MS);
    this.greet(version);
  }

  private async attempt(version: Version): Promise<void> {
    const { signaling, clock } = this.options;
    version.joined = 'asking';
    try {
      if (!this.options.isFresh(version.grant)) {
        // Played long ago: not worth a grant of its own.
        if (version.openings.size === 0) {
          version.joined = 'no';
          this.options.drop(version);
          return;
        }
        await this.options.renew(version);
      }
      const have = this.options.announced(version).toRanges();
      const peers = await signaling.join(version.id, version.grant.ticket, have);
      if (version.ended) {
        if (!this.options.isKept(version.id)) signaling.leave(version.id);
        return;
      }
      version.joined = 'yes';
      version.tracked = true;
      version.cover(peers, clock.now());
      this.greet(version);
      // What arrived while the answer was under way.
      this.announceSoon(version);
    } catch (error) {
      version.joined = 'no';
      if (version.ended) return;
      if (isEnxameError(error) && isFinal(error.code)) {
        this.options.revoke(version, error);
        return;
      }
      if (isEnxameError(error) && error.code === 'bad_token' && version.openings.size > 0) {
        await this.options.renew(version).catch(() => {});
      }
      if (version.ended) return;
      version.cancelJoin();
      version.cancelJoin = clock.after(JOIN_RETRY_MS, () => this.join(version));
    }
  }

  private greet(version: Version): void {
    this.options.pool.showTicket(version);
    version.download?.schedule();
  }
}
