import type { Log } from '@/lib/config/log';
import type { Track } from '@/lib/contracts/catalog';
import type { Database } from '@/lib/database/database';
import type { Bus } from '@/lib/messaging/bus';
import { BackgroundLoop } from '@/lib/util/background-loop';
import { steadyNow } from '@/lib/util/clock';
import { type Listen, type ListenType, listenOf, type Outcome, submitListens } from './listenbrainz';
import {
  BATCH,
  type Claimed,
  claimNext,
  type Forwarder,
  forgetOld,
  readForwarder,
  settle,
  type Waiting,
} from './queue';
import { unwrapToken } from './token';

/** How often it looks without being woken: for what became due, and for what another worker left behind. */
const POLL_MS = 5_000;
/** Waits of one listener while the other server is away: doubled each time, so that it is not rushed when it is back. */
const FIRST_RETRY_MS = 5_000;
const LAST_RETRY_MS = 15 * 60_000;
/** A worker that met a server away asks for nobody else before this. */
const AWAY_PAUSE_MS = 5_000;
const PRUNE_EVERY_MS = 60 * 60_000;
/** What is under way when the process stops may still be answered for so long. */
const FINISH_WITHIN_MS = 3_000;
/** Listeners whose "playing now" waits; beyond them it is left out. */
const MAX_NOW_PLAYING = 100;

export interface ForwarderOptions {
  database: Database;
  bus: Pick<Bus, 'request'>;
  log: Log;
  /** Base address, without a slash at its end. */
  server: string;
  masterKey: Buffer;
  /** Waits, for tests in a hurry. */
  pollMs?: number;
  firstRetryMs?: number;
}

/**
 * Sends what waits in `forwards` to the other server, a listener at a time: at least once (a play that is sent again is known
 * there by its listener, time and track). What is playing now is told once and never again.
 */
export class Forwarding {
  private readonly nowPlaying = new Map<string, string>();
  private readonly ending = new AbortController();
  private readonly loop: BackgroundLoop;
  private pausedUntil = 0;
  private prunedAt = 0;

  constructor(private readonly options: ForwarderOptions) {
    const everyMs = options.pollMs ?? POLL_MS;
    this.loop = new BackgroundLoop({
      pass: () => this.forwardAll(),
      everyMs,
      retryMs: everyMs,
      onFailure: (error) => options.log.warn({ error }, 'plays cannot be forwarded now; trying again'),
    });
    this.wake();
  }

  /** There may be something to send. */
  wake(): void {
    this.loop.wake();
  }

  /** Told if it can be at once, else not at all. */
  playingNow(accountId: string, trackId: string): void {
    if (this.nowPlaying.size >= MAX_NOW_PLAYING) return;
    this.nowPlaying.set(accountId, trackId);
    this.wake();
  }

  /** Lets the request under way end, for a while; what it leaves behind waits in its table. */
  async close(): Promise<void> {
    const late = setTimeout(() => this.ending.abort(), FINISH_WITHIN_MS);
    await this.loop.close();
    clearTimeout(late);
  }

  private async forwardAll(): Promise<void> {
    await this.tellNowPlaying();
    while (this.mayAsk() && (await this.forwardNext()));
    await this.prune();
  }

  private mayAsk(): boolean {
    return !this.loop.isClosed && steadyNow() >= this.pausedUntil;
  }

  /** @returns false when nothing is due */
  private async forwardNext(): Promise<boolean> {
    const { database, log } = this.options;
    const claimed = await claimNext(database, this.options.server);
    if (claimed === null) return false;
    const { forwarder, waiting } = claimed;
    const { accountId } = forwarder;
    try {
      const tracks = await this.tracks(waiting.map(({ trackId }) => trackId));
      const named = (play: Waiting) => toListen(tracks.get(play.trackId), play.startedAt);
      const listens = waiting.flatMap(named);
      const gone = waiting.filter((play) => named(play).length === 0);
      if (gone.length > 0) log.warn({ accountId, plays: gone.length }, 'plays without a named track are not forwarded');
      if (listens.length === 0) {
        await settle(database, forwarder, gone, { nextTryAt: Date.now() });
        return true;
      }
      const outcome = await this.submit(forwarder, listens.length === 1 ? 'single' : 'import', listens);
      await this.conclude(forwarder, outcome, { taken: waiting, gone, count: listens.length });
    } catch (error) {
      const problem = 'Could not send your plays: this server’s own catalogue does not respond. Retrying.';
      this.pause(AWAY_PAUSE_MS);
      log.warn({ error, accountId }, 'plays cannot be forwarded now; trying again');
      await settle(database, forwarder, [], { ...this.backOff(forwarder), problem });
    }
    return true;
  }

  /** @param plays `taken` from the queue; `gone`: those of them without a named track; `count`: how many were sent */
  private async conclude(
    forwarder: Claimed,
    outcome: Outcome,
    plays: { taken: Waiting[]; gone: Waiting[]; count: number },
  ): Promise<void> {
    const { database, log } = this.options;
    const { taken, gone, count } = plays;
    const { accountId } = forwarder;
    const now = Date.now();
    switch (outcome.kind) {
      case 'accepted':
        this.pause(outcome.waitMs);
        return settle(database, forwarder, taken, {
          nextTryAt: now + outcome.waitMs,
          failures: 0,
          problem: null,
          lastForwardedAt: now,
          batchSize: Math.min(BATCH, forwarder.batchSize * 2),
        });
      case 'rejected':
        // Which of several it is about is not said: fewer at once, until it is alone.
        if (count > 1) {
          return settle(database, forwarder, gone, { nextTryAt: now, batchSize: Math.ceil(count / 2) });
        }
        log.warn({ accountId, reason: outcome.reason }, 'a play was refused and is not forwarded');
        return settle(database, forwarder, taken, {
          nextTryAt: now,
          failures: 0,
          problem: `One play was rejected and will not be sent: ${outcome.reason}.`,
          batchSize: Math.min(BATCH, forwarder.batchSize * 2),
        });
      case 'unauthorized':
        log.warn({ accountId, reason: outcome.reason }, 'a listener’s token is refused; nothing is forwarded for them');
        return settle(database, forwarder, gone, {
          stopped: true,
          problem: `The token is no longer accepted (${outcome.reason}). Enter a new one; plays wait here until then.`,
        });
      case 'later':
        this.pause(outcome.waitMs ?? this.options.firstRetryMs ?? AWAY_PAUSE_MS);
        log.warn({ accountId, reason: outcome.reason, plays: count }, 'plays wait to be forwarded');
        return settle(database, forwarder, gone, {
          ...this.backOff(forwarder, outcome.waitMs),
          problem: `Could not send your plays: ${outcome.reason}. Retrying.`,
        });
    }
  }

  private async tellNowPlaying(): Promise<void> {
    const { database, server, log } = this.options;
    const started = [...this.nowPlaying];
    this.nowPlaying.clear();
    for (const [accountId, trackId] of started) {
      if (!this.mayAsk()) return;
      const forwarder = await readForwarder(database.orm, accountId, server);
      if (forwarder === null || forwarder.stopped) continue;
      const [listen] = toListen((await this.tracks([trackId])).get(trackId), null);
      if (listen === undefined) continue;
      const outcome = await this.submit(forwarder, 'playing_now', [listen]);
      log.debug({ accountId, outcome: outcome.kind }, 'told what is playing now');
      if (outcome.kind === 'accepted') this.pause(outcome.waitMs);
      if (outcome.kind === 'later') this.pause(outcome.waitMs ?? AWAY_PAUSE_MS);
    }
  }

  private async submit(forwarder: Forwarder, type: ListenType, listens: Listen[]): Promise<Outcome> {
    const { server, masterKey } = this.options;
    let token: string;
    try {
      token = unwrapToken(masterKey, forwarder, forwarder.wrappedToken);
    } catch {
      return { kind: 'unauthorized', reason: 'this server’s secret has changed' };
    }
    return submitListens(server, token, type, listens, this.ending.signal);
  }

  private async tracks(ids: string[]): Promise<Map<string, Track>> {
    const { signal } = this.ending;
    const { tracks } = await this.options.bus.request('catalog.tracks', { ids: [...new Set(ids)] }, { signal });
    return new Map(tracks.map((track) => [track.id, track]));
  }

  private pause(ms: number): void {
    this.pausedUntil = Math.max(this.pausedUntil, steadyNow() + ms);
  }

  private backOff(forwarder: Forwarder, waitMs: number | null = null) {
    const doubled = (this.options.firstRetryMs ?? FIRST_RETRY_MS) * 2 ** Math.min(forwarder.failures, 20);
    return {
      failures: forwarder.failures + 1,
      nextTryAt: Date.now() + (waitMs ?? Math.min(doubled, LAST_RETRY_MS)),
    };
  }

  private async prune(): Promise<void> {
    if (steadyNow() - this.prunedAt < PRUNE_EVERY_MS) return;
    this.prunedAt = steadyNow();
    const gone = await forgetOld(this.options.database.orm);
    if (gone > 0) this.options.log.warn({ plays: gone }, 'plays that waited too long are not forwarded any more');
  }
}

/** None for a track that is gone, or that nobody could name. */
function toListen(track: Track | undefined, startedAt: number | null): Listen[] {
  if (track === undefined || track.title.trim() === '' || track.artist.trim() === '') return [];
  return [listenOf(track, startedAt)];
}
