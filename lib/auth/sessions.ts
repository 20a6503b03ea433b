import { eq } from 'drizzle-orm';
import { type Locale, locale } from '@/lib/contracts/api/account';
import type { AccountRole } from '@/lib/contracts/ids';
import { newMessage } from '@/lib/contracts/messages';
import { databaseAway, databaseIsAway } from '@/lib/database/away';
import type { Database } from '@/lib/database/database';
import type { Bus } from '@/lib/messaging/bus';
import { addToOutbox } from '@/lib/messaging/outbox/outbox';
import type { makeBetterAuth } from './better-auth';
import * as schema from './schema';
import { SessionCache } from './session-cache';
import { readCookie } from './trust';

/** Who is signed in. */
export interface Account {
  id: string;
  name: string;
  email: string;
  role: AccountRole;
  /** The language that was chosen for the pages; null: none was. */
  locale: Locale | null;
}

/** What a request's cookie says. `disabled`: an account that was signed in when an administrator disabled it. */
export interface Session {
  /** Names the session, and admits nobody. Empty where there is none. */
  id: string;
  account: Account | null;
  disabled: boolean;
  /** `Set-Cookie` values that the reply must carry: the session was prolonged, or is over. */
  setCookies: string[];
}

/** There is no session. */
export const NOBODY: Session = { id: '', account: null, disabled: false, setCookies: [] };

/**
 * Sessions as requests show them: looked up, kept for a while, ended.
 * @param deps.now wall clock, epoch ms @param deps.steady measures how long a session is kept @param deps.relay takes facts to the bus
 */
export function openSessions(deps: {
  database: Database;
  bus: Pick<Bus, 'health'>;
  betterAuth: ReturnType<typeof makeBetterAuth>;
  relay: { wake(): void };
  now: () => number;
  steady: (() => number) | undefined;
}) {
  const { database, bus, betterAuth, relay, now } = deps;
  const kept = new SessionCache<Session>(deps.steady);

  /** Only the session's own cookie, so that how the rest of the header is written makes no difference. */
  async function sessionCookie(headers: Headers): Promise<{ value: string; headers: Headers } | null> {
    const { name } = (await betterAuth.$context).authCookies.sessionToken;
    const value = readCookie(headers.get('cookie'), name);
    return value === null ? null : { value, headers: new Headers({ cookie: `${name}=${value}` }) };
  }

  /** Who is signed in, looked up at most once a minute. @param headers must hold the `cookie` header, as a request brought it */
  async function session(headers: Headers): Promise<Session> {
    const cookie = await sessionCookie(headers);
    if (cookie === null) return NOBODY;
    // What other processes end or change is not heard while the broker is away: then nothing is taken from memory.
    if (bus.health().status === 'down') kept.forgetAll();
    return kept.get(cookie.value, () => lookUp(cookie.headers));
  }

  async function lookUp(headers: Headers): Promise<Session> {
    const { headers: reply, response } = await betterAuth.api
      .getSession({ headers, returnHeaders: true })
      .catch(notAsked);
    const setCookies = reply.getSetCookie();
    if (response === null) return { ...NOBODY, setCookies };
    const { id, name, email, role, disabled } = response.user;
    const chosen = locale.safeParse(response.user.locale);
    const account: Account = {
      id,
      name,
      email,
      role: role === 'admin' ? 'admin' : 'listener',
      locale: chosen.success ? chosen.data : null,
    };
    return { id: response.session.id, account: disabled ? null : account, disabled, setCookies };
  }

  /** Ends the session of this cookie, here and in every process, with its sockets. @returns the `Set-Cookie` values that remove it */
  async function signOut(headers: Headers): Promise<string[]> {
    const cookie = await sessionCookie(headers);
    const sent = cookie?.headers ?? new Headers();
    const found = cookie === null ? null : await betterAuth.api.getSession({ headers: sent }).catch(notAsked);
    if (found !== null) await end(found.session.id, found.user.id);
    const { headers: reply } = await betterAuth.api.signOut({ headers: sent, returnHeaders: true }).catch(notAsked);
    return reply.getSetCookie();
  }

  async function end(sessionId: string, accountId: string): Promise<void> {
    const fact = newMessage('changed.session', { accountId, sessionId }, { actor: null, at: now() });
    await database.orm.transaction(async (tx) => {
      await tx.delete(schema.session).where(eq(schema.session.id, sessionId));
      await addToOutbox(tx, schema.outbox, fact);
    });
    kept.forget(sessionId);
    relay.wake();
  }

  /** better-auth tells every failure alike; whether the database is there decides what it was. */
  async function notAsked(error: unknown): Promise<never> {
    await database.ping().catch((cause) => {
      throw databaseAway(cause);
    });
    throw error;
  }

  return {
    session,
    signOut,
    notAsked,
    forget: (sessionId: string) => kept.forget(sessionId),
    forgetAccount: (accountId: string) => kept.forgetAccount(accountId),
  };
}

/** Whether an administrator disabled this account; false for one that is not there. @throws {EnxameError} `unavailable` while the database is away */
export async function isDisabled({ orm }: Pick<Database, 'orm'>, accountId: string): Promise<boolean> {
  const [found] = await orm
    .select({ disabled: schema.user.disabled })
    .from(schema.user)
    .where(eq(schema.user.id, accountId))
    .catch((error: unknown) => {
      throw databaseIsAway(error) ? databaseAway(error) : error;
    });
  return found?.disabled ?? false;
}
