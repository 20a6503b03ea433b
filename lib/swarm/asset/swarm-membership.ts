/** A version's membership in its swarm: joining through the tracker, who else holds it, and telling others what is held here. */
import { isFinal } from '@/lib/client/http-errors';
import { type EnxameError, isEnxameError } from '@/lib/contracts/errors';
import type { PeerCoverage } from '@/lib/contracts/signaling';
import type { Clock } from '@/lib/util/clock';
import type { PeerPool, PooledAsset } from '../connections/peer-pool';
import type { Signaling } from '../tracker-client/signaling';
import { Announcer, type Audience } from './announcer';
import type { GrantRenewer } from './grant-renewer';
import { TrackerCoverage } from './tracker-coverage';

/** Whose membership it is. */
export interface Member extends PooledAsset {
  readonly isPlaying: boolean;
  /** Takes no part in the version any more. */
  close(): void;
  /** The version may not be played any more. */
  revoked(error: EnxameError): void;
}

export interface SwarmMembershipOptions {
  clock: Clock;
  signaling: Pick<Signaling, 'join' | 'have' | 'leave'>;
  /** The tracker is in reach. */
  isTrackerUp: () => boolean;
  pool: Pick<PeerPool, 'isAttached' | 'showTicket' | 'tellHave'>;
}

/** Whether the tracker counts this peer among those that hold the version. `ended`: for good. */
type State = Idle | { is: 'joining' } | { is: 'joined' } | { is: 'ended' };
interface Idle {
  is: 'idle';
  cancelRetry: () => void;
}

/** A join that failed is tried again after this, ms. */
const RETRY_MS = 2000;
/** Whoever was in the swarm first leaves the dialling to the newcomer for this long, ms: two dials for one link are one too many. */
const DIAL_COURTESY_MS = 2000;

export class SwarmMembership implements Audience {
  readonly coverage = new TrackerCoverage();
  /** This tab takes part, as far as the tracker can be reached. */
  isWanted = false;
  private state: State = { is: 'idle', cancelRetry: () => {} };
  private readonly announcer: Announcer;

  constructor(
    private readonly member: Member,
    private readonly renewer: Pick<GrantRenewer, 'grant' | 'isFresh' | 'renew'>,
    private readonly options: SwarmMembershipOptions,
  ) {
    this.announcer = new Announcer(options.clock, this);
  }

  get hasEnded(): boolean {
    return this.state.is === 'ended';
  }

  /** Joins unless that is done or under way; while the tracker is out of reach nothing happens. */
  join(): void {
    this.isWanted = true;
    if (this.state.is !== 'idle' || !this.options.isTrackerUp()) return;
    this.state.cancelRetry();
    const joining: State = { is: 'joining' };
    this.state = joining;
    void this.attempt(joining);
  }

  /** The connection to the tracker came or broke: it has forgotten who is in which swarm. */
  trackerChanged(): void {
    if (this.hasEnded) return;
    this.becomeIdle();
    if (this.isWanted) this.join();
  }

  /** The tracker's answer to who holds the version; also one that was asked for before it was opened. */
  coverageKnown(peers: readonly PeerCoverage[]): void {
    this.coverage.update(peers, this.options.clock.now());
    this.coverage.isKnown = true;
  }

  /** The tracker's answer, for a version that is open. */
  coverageFound(peers: readonly PeerCoverage[]): void {
    this.coverageKnown(peers);
    this.greet();
  }

  /** The tracker says that these peers hold that now. */
  coverageChanged(peers: readonly PeerCoverage[]): void {
    this.coverage.update(peers, this.options.clock.now() + DIAL_COURTESY_MS);
    this.greet();
  }

  /** More of the version is held, or less: those who may know are told before long. */
  announceSoon(): void {
    this.announcer.announceSoon();
  }

  /** What others may be told has changed with the listener's choice: they hear at once. */
  announceNow(): void {
    this.announcer.announceNow();
  }

  /** @param leave false where the whole peer closes: its connection tells the tracker */
  close(leave: boolean): void {
    const isMember = this.state.is === 'joining' || this.state.is === 'joined';
    if (this.state.is === 'idle') this.state.cancelRetry();
    this.state = { is: 'ended' };
    this.announcer.close();
    if (isMember && leave) this.options.signaling.leave(this.member.versionId);
  }

  tellPeers(): number | null {
    return this.options.pool.tellHave(this.member);
  }

  tellTracker(): void {
    if (this.state.is !== 'joined') return;
    this.options.signaling.have(this.member.versionId, this.member.announced().toRanges());
  }

  /** @param joining this attempt; what comes of it counts for nothing once another state has begun */
  private async attempt(joining: State): Promise<void> {
    const { member, renewer } = this;
    const { signaling, pool } = this.options;
    try {
      if (!renewer.isFresh) {
        // Played long ago: not worth a grant of its own.
        if (!member.isPlaying) {
          this.becomeIdle();
          member.close();
          return;
        }
        await renewer.renew();
      }
      const peers = await signaling.join(member.versionId, renewer.grant.ticket, member.announced().toRanges());
      // The version may have been closed, and opened anew, while the answer was under way.
      if (this.hasEnded && !pool.isAttached(member.versionId)) signaling.leave(member.versionId);
      if (this.state !== joining) return;
      this.state = { is: 'joined' };
      this.coverageFound(peers);
      // What arrived while the answer was under way.
      this.announceSoon();
    } catch (error) {
      await this.failed(joining, error);
    }
  }

  private async failed(joining: State, error: unknown): Promise<void> {
    if (this.hasEnded) return;
    const idle = this.state === joining ? this.becomeIdle() : null;
    if (isEnxameError(error) && isFinal(error.code)) {
      this.member.revoked(error);
      return;
    }
    if (idle === null) return;
    if (isEnxameError(error) && error.code === 'bad_token' && this.member.isPlaying) {
      await this.renewer.renew().catch(() => {});
    }
    if (this.state === idle) idle.cancelRetry = this.options.clock.after(RETRY_MS, () => this.join());
  }

  private becomeIdle(): Idle {
    if (this.state.is === 'idle') this.state.cancelRetry();
    const idle: Idle = { is: 'idle', cancelRetry: () => {} };
    this.state = idle;
    return idle;
  }

  private greet(): void {
    this.options.pool.showTicket(this.member);
    this.member.peerLinked();
  }
}
