/**
 * For how long (ms) who is signed in is taken from memory. What ends a session here ends it at once, and an account that another process
 * disables or changes is forgotten with that fact; this bounds what a fact that was missed, or a sign-out in another process, leaves open.
 */
export const SESSION_KEPT_MS = 60_000;
/** Sessions kept; the one asked for longest ago goes first. About 500 bytes each. */
const MAX_SESSIONS = 10_000;

/** What the cache must know of a session. */
interface Kept {
  account: { id: string } | null;
  setCookies: readonly string[];
}

/** Who each cookie belongs to, as lately looked up: two queries less for every request of the gateway. Only people who are in are kept. */
export class SessionCache<S extends Kept> {
  readonly #sessions = new Map<string, { session: S; until: number }>();
  /** Grows with every change: an answer that was looked up before one is not kept after it. */
  #changes = 0;

  constructor(private readonly now: () => number) {}

  /** @param cookie the header's value @throws what `look` throws */
  async get(cookie: string, look: () => Promise<S>): Promise<S> {
    const kept = this.#sessions.get(cookie);
    if (kept !== undefined && kept.until > this.now()) return kept.session;
    this.#sessions.delete(cookie);
    const changes = this.#changes;
    const session = await look();
    // A reply that must carry a new cookie is for this request alone.
    if (session.account === null || session.setCookies.length > 0 || changes !== this.#changes) return session;
    this.#sessions.set(cookie, { session, until: this.now() + SESSION_KEPT_MS });
    const [oldest] = this.#sessions.keys();
    if (this.#sessions.size > MAX_SESSIONS && oldest !== undefined) this.#sessions.delete(oldest);
    return session;
  }

  /** This session is over. */
  forget(cookie: string): void {
    this.#changes++;
    this.#sessions.delete(cookie);
  }

  /** Something about this account has changed. */
  forgetAccount(accountId: string): void {
    this.#changes++;
    for (const [cookie, { session }] of this.#sessions) {
      if (session.account?.id === accountId) this.#sessions.delete(cookie);
    }
  }
}
