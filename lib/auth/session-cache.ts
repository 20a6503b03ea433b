import { BoundedMap } from '@/lib/util/bounded-map';
import { steadyNow } from '@/lib/util/clock';

/**
 * For how long (ms) who is signed in is taken from memory. What ends a session or changes an account is told to every process as a fact, and
 * forgotten there at once; this bounds what a fact that was missed leaves open.
 */
export const SESSION_KEPT_MS = 60_000;
/** Sessions kept; the one asked for longest ago goes first. About 500 bytes each. */
const MAX_SESSIONS = 10_000;

/** What the cache must know of a session. */
interface Kept {
  /** Names the session, however its cookie was written. */
  id: string;
  account: { id: string } | null;
  setCookies: readonly string[];
}

/**
 * Who each session cookie belongs to, as lately looked up: two queries less for every request of the gateway. Only people who are in are
 * kept. One session may be kept under several spellings of its cookie; all of them end together.
 */
export class SessionCache<S extends Kept> {
  private readonly sessions = new BoundedMap<string, { session: S; until: number }>(MAX_SESSIONS);
  /** Grows with every change: an answer that was looked up before one is not kept after it. */
  private changes = 0;

  /** @param now ms of a clock that is not set back */
  constructor(private readonly now: () => number = steadyNow) {}

  /** @param cookie the session cookie's value @throws what `look` throws */
  async get(cookie: string, look: () => Promise<S>): Promise<S> {
    const kept = this.sessions.get(cookie);
    if (kept !== undefined && kept.until > this.now()) return kept.session;
    this.sessions.delete(cookie);
    const changes = this.changes;
    const session = await look();
    // A reply that must carry a new cookie is for this request alone.
    if (session.account === null || session.setCookies.length > 0 || changes !== this.changes) return session;
    this.sessions.set(cookie, { session, until: this.now() + SESSION_KEPT_MS });
    return session;
  }

  /** This session is over. */
  forget(sessionId: string): void {
    this.forgetWhere((session) => session.id === sessionId);
  }

  /** Something about this account has changed. */
  forgetAccount(accountId: string): void {
    this.forgetWhere((session) => session.account?.id === accountId);
  }

  /** Anything may have changed. */
  forgetAll(): void {
    this.forgetWhere(() => true);
  }

  private forgetWhere(isMeant: (session: S) => boolean): void {
    this.changes++;
    for (const [cookie, { session }] of this.sessions.all()) if (isMeant(session)) this.sessions.delete(cookie);
  }
}
