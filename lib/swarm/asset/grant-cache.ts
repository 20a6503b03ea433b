import type { GrantHead } from '@/lib/contracts/grant-head';
import type { Grant } from '@/lib/contracts/playback';
import { orAborted } from '@/lib/util/abort';
import { BoundedMap } from '@/lib/util/bounded-map';
import type { Clock } from '@/lib/util/clock';

export type AskGrant = (trackId: string, signal?: AbortSignal) => Promise<Grant>;

/** A grant is used until this long before its end, ms: a request under way must still arrive in time. */
export const GRANT_MARGIN_MS = 60_000;
/** Tracks whose grants are kept; the one used longest ago goes first. */
const MAX_GRANTS = 64;

const NO_HEAD: Omit<GrantHead, 'grant'> = { head: Promise.resolve(null), sound: null };

/** Grants by track, kept while they are valid. One request at a time for each track. */
export class GrantCache {
  private readonly grants = new BoundedMap<string, Grant>(MAX_GRANTS);
  private readonly asking = new Map<string, Promise<Grant>>();

  constructor(
    private readonly ask: AskGrant,
    private readonly clock: Clock,
    /** Server's clock less this tab's, ms. */
    private readonly clockOffset: () => number,
  ) {}

  /** @throws {EnxameError} the refusal's reason; the signal's reason */
  get(trackId: string, signal?: AbortSignal): Promise<Grant> {
    const known = this.grants.get(trackId);
    if (known !== undefined && this.isFresh(known)) return Promise.resolve(known);
    return this.renew(trackId, signal);
  }

  /** The same; where one must be asked for, `ask` brings what is needed first along. */
  async getWithHead(trackId: string, ask: () => Promise<GrantHead>, signal?: AbortSignal): Promise<GrantHead> {
    const known = this.grants.get(trackId);
    if (this.asking.has(trackId) || (known !== undefined && this.isFresh(known))) {
      return { grant: await this.get(trackId, signal), ...NO_HEAD };
    }
    let came = NO_HEAD;
    const asked = async () => {
      const { grant, ...head } = await ask();
      came = head;
      return grant;
    };
    return { grant: await this.renew(trackId, signal, asked), ...came };
  }

  /** A new one, whatever is kept. */
  renew(trackId: string, signal?: AbortSignal, ask: AskGrant = this.ask): Promise<Grant> {
    const asked =
      this.asking.get(trackId) ??
      ask(trackId)
        .then((grant) => {
          this.grants.set(trackId, grant);
          return grant;
        })
        .finally(() => this.asking.delete(trackId));
    this.asking.set(trackId, asked);
    return orAborted(asked, signal);
  }

  evict(trackId: string): void {
    this.grants.delete(trackId);
  }

  isFresh(grant: Grant): boolean {
    return grant.expiresAt - GRANT_MARGIN_MS > this.clock.now() + this.clockOffset();
  }
}
