/** Leave to play ends after minutes; for what is open it is renewed in time, and what needs it at the origin gets it. */

import { isFinal } from '@/lib/client/http-errors';
import { EnxameError, isEnxameError } from '@/lib/contracts/errors';
import type { Grant } from '@/lib/contracts/playback';
import { orAborted } from '@/lib/util/abort';
import type { Clock } from '@/lib/util/clock';
import type { DownloadOptions } from '../download/download';
import { fetchSpan } from '../download/origin-source';
import { GRANT_MARGIN_MS, type GrantCache } from './grant-cache';
import type { Version } from './version';

export interface LeasesOptions {
  clock: Clock;
  fetch: typeof globalThis.fetch;
  grants: GrantCache;
  /** Server's clock less this tab's, ms. */
  clockOffset: () => number;
  onRenewed: (version: Version) => void;
  /** The version may not be played any more. */
  onRevoked: (version: Version, error: EnxameError) => void;
  /** The peer's end. */
  closing: AbortSignal;
}

/** A grant that could not be renewed is asked for again after this, ms. */
const RENEW_RETRY_MS = 10_000;

export class Leases {
  constructor(private readonly options: LeasesOptions) {}

  /** A new grant for a version. @throws {EnxameError} `version_retired` when the track has another version by now; the refusal */
  async renew(version: Version): Promise<void> {
    const grant = await this.options.grants.renew(version.cached.trackId, this.options.closing);
    if (grant.versionId !== version.id) throw new EnxameError('version_retired', 'The file of this track has changed.');
    version.grant = grant;
    this.options.onRenewed(version);
    this.renewInTime(version);
  }

  /** Renews it shortly before its end, for as long as the version is open. While the gateway is out of reach it tries on. */
  renewInTime(version: Version): void {
    const { clock } = this.options;
    version.cancelRenewal();
    const leftMs = version.grant.expiresAt - this.options.clockOffset() - clock.now() - GRANT_MARGIN_MS;
    const attempt = () => {
      if (version.openings.size === 0) return;
      this.renew(version).catch((error) => {
        if (this.options.closing.aborted) return;
        if (isEnxameError(error) && isFinal(error.code)) this.options.onRevoked(version, error);
        else version.cancelRenewal = clock.after(RENEW_RETRY_MS, attempt);
      });
    };
    version.cancelRenewal = clock.after(Math.max(RENEW_RETRY_MS, leftMs), attempt);
  }

  /** From the origin; a ticket that it no longer takes is renewed once. @throws as {@link fetchSpan} */
  async fetchSpan(
    version: Version,
    ...[span, signal, onChunk]: Parameters<DownloadOptions['fetchSpan']>
  ): Promise<void> {
    const { fetch, clock } = this.options;
    const geometry = version.cached.manifest;
    const attempt = ({ originUrl, ticket }: Grant) =>
      fetchSpan({ ...span, url: originUrl, ticket, geometry, signal, onChunk }, fetch, clock);
    try {
      await attempt(version.grant);
    } catch (error) {
      if (!isEnxameError(error) || error.code !== 'bad_token') throw error;
      await orAborted(this.renew(version), signal);
      await attempt(version.grant);
    }
  }
}
