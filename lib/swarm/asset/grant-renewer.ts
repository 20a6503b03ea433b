/** The grant of one version. A grant ends after minutes; while the version plays it is renewed in time. */
import { isFinal } from '@/lib/client/http-errors';
import { EnxameError, isEnxameError } from '@/lib/contracts/errors';
import type { Grant } from '@/lib/contracts/playback';
import type { Clock } from '@/lib/util/clock';
import type { Admissions } from '../tracker-client/admissions';
import { GRANT_MARGIN_MS, type GrantCache } from './grant-cache';

/** Whose grant it is. */
export interface GrantUser {
  readonly trackId: string;
  readonly versionId: string;
  readonly isPlaying: boolean;
  /** There is a new ticket to show. */
  grantRenewed(): void;
  /** The version may not be played any more. */
  revoked(error: EnxameError): void;
}

export interface GrantRenewerOptions {
  clock: Clock;
  grants: GrantCache;
  admissions: Admissions;
  /** Aborts when the peer closes. */
  closing: AbortSignal;
}

/** A grant that could not be renewed is asked for again after this, ms. */
const RETRY_MS = 10_000;

export class GrantRenewer {
  private cancelTimer: () => void = () => {};

  constructor(
    public grant: Grant,
    private readonly user: GrantUser,
    private readonly options: GrantRenewerOptions,
  ) {}

  get isFresh(): boolean {
    return this.options.grants.isFresh(this.grant);
  }

  /** A new grant at once. @throws {EnxameError} `version_retired` when the track has another version by now; the refusal */
  async renew(): Promise<void> {
    const grant = await this.options.grants.renew(this.user.trackId, this.options.closing);
    if (grant.versionId !== this.user.versionId)
      throw new EnxameError('version_retired', 'The file of this track has changed.');
    this.grant = grant;
    this.user.grantRenewed();
    this.renewInTime();
  }

  /** Renews it shortly before its end, for as long as the version plays. While the gateway is out of reach it tries on. */
  renewInTime(): void {
    const { clock, admissions } = this.options;
    const leftMs = this.grant.expiresAt - admissions.clockOffset() - clock.now() - GRANT_MARGIN_MS;
    this.attemptIn(Math.max(RETRY_MS, leftMs));
  }

  /** No longer renewed by itself. */
  stop(): void {
    this.cancelTimer();
  }

  private attemptIn(ms: number): void {
    this.cancelTimer();
    this.cancelTimer = this.options.clock.after(ms, () => {
      if (!this.user.isPlaying) return;
      this.renew().catch((error) => {
        if (this.options.closing.aborted) return;
        if (isEnxameError(error) && isFinal(error.code)) this.user.revoked(error);
        else this.attemptIn(RETRY_MS);
      });
    });
  }
}
