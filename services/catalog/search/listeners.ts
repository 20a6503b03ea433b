import type { Log } from '@/lib/config/log';
import { MARKED_KINDS } from '@/lib/contracts/choices';
import { EnxameError } from '@/lib/contracts/errors';
import type { Bus, Subscription } from '@/lib/messaging/bus';
import { orTimeout } from '@/lib/util/abort';
import { type Clock, steadyClock } from '@/lib/util/clock';
import { StaleCache } from '@/lib/util/stale-cache';
import { allMarks } from '../smart/listener-facts';

/** A search waits so long for what its listener plays (ms); then it is ranked without. */
const PATIENCE_MS = 150;
/** Facts that were missed, while the broker was away, count after so long (ms). */
const LIFE_MS = 60_000;
const STALE_MS = 15 * 60_000;
const PLAYED_KEPT = 200;
/** A listener may have a quarter of a million favourites. */
const LOVED_KEPT = 20;

const NOTHING: ReadonlyMap<string, number> = new Map();

/** What listeners play and love, asked of the services that know it and remembered until these say that it changed. */
export class Listeners {
  private readonly played: StaleCache<ReadonlyMap<string, number>>;
  private readonly loved: StaleCache<ReadonlySet<string>>;
  private subscription: Subscription | null = null;

  constructor(
    private readonly bus: Pick<Bus, 'request' | 'subscribe'>,
    private readonly log: Pick<Log, 'debug'>,
    private readonly clock: Clock = steadyClock,
  ) {
    this.played = new StaleCache({ max: PLAYED_KEPT, lifeMs: LIFE_MS, staleMs: STALE_MS, clock });
    this.loved = new StaleCache({ max: LOVED_KEPT, lifeMs: LIFE_MS, staleMs: STALE_MS, clock });
  }

  async start(): Promise<void> {
    const patterns = ['changed.history', 'changed.marks'];
    this.subscription = await this.bus.subscribe({ queue: null, patterns }, async (fact) => {
      if (fact.type === 'changed.history') this.played.forget(fact.data.accountId);
      if (fact.type === 'changed.marks') this.loved.forget(fact.data.accountId);
    });
  }

  /** How often a listener played the tracks they play most. Nothing where that cannot be had at once: a search does not wait for it. */
  async playedBy(accountId: string): Promise<ReadonlyMap<string, number>> {
    const asked = this.played.get(accountId, async () => {
      try {
        const { tracks } = await this.bus.request('history.played', { accountId });
        return new Map(tracks.map(({ trackId, plays }) => [trackId, plays]));
      } catch (error) {
        this.log.debug({ error }, 'a search is ranked without what its listener plays');
        return NOTHING;
      }
    });
    const late = () => new EnxameError('timeout', 'What this listener plays is not known yet.');
    return await orTimeout(asked, PATIENCE_MS, this.clock, late).catch(() => NOTHING);
  }

  /** Ids of a listener's favourites: tracks, albums and artists. @throws {EnxameError} what the service of favourites throws */
  lovedBy(accountId: string): Promise<ReadonlySet<string>> {
    return this.loved.get(accountId, async () => {
      const loved = new Set<string>();
      for (const kind of MARKED_KINDS) {
        const { ids, lovedAt } = await allMarks(this.bus, accountId, kind);
        for (const [n, id] of ids.entries()) if (lovedAt[n] != null) loved.add(id);
      }
      return loved;
    });
  }

  async close(): Promise<void> {
    await this.subscription?.close();
  }
}
