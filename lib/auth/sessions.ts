import { and, desc, eq, gt, isNull, lt, ne, or, type SQL, sql } from 'drizzle-orm';
import { type Locale, locale, type OpenSession } from '@/lib/contracts/api/account';
import { EnxameError } from '@/lib/contracts/errors';
import type { AccountRole } from '@/lib/contracts/ids';
import { newMessage } from '@/lib/contracts/messages';
import { databaseAway, databaseIsAway } from '@/lib/database/away';
import type { Database, Orm } from '@/lib/database/database';
import { inBackground } from '@/lib/database/priority';
import type { Bus } from '@/lib/messaging/bus';
import { addToOutbox } from '@/lib/messaging/outbox/outbox';
import { BoundedMap } from '@/lib/util/bounded-map';
import { deviceOf } from '@/lib/util/device';
import type { makeBetterAuth } from './better-auth';
import * as schema from './schema';
import { SessionCache } from './session-cache';
import { readCookie, readVisit, type Visit } from './trust';

/** Sessions of one account, far above the browsers that people use. Of more, those end that were not used for longest. */
const MAX_SESSIONS = 100;
/** When a session was used last is written at most so often (ms). */
const NOTED_EVERY_MS = 60_000;
const MAX_NOTED = 10_000;

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
  const noted = new BoundedMap<string, number>(MAX_NOTED);
  const ofAccount = (accountId: string) => eq(schema.session.userId, accountId);

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
    return kept.get(cookie.value, () => lookUp(cookie.headers, readVisit(headers)));
  }

  async function lookUp(headers: Headers, visit: Visit): Promise<Session> {
    const { headers: reply, response } = await betterAuth.api
      .getSession({ headers, returnHeaders: true })
      .catch(notAsked);
    const setCookies = reply.getSetCookie();
    if (response === null) return { ...NOBODY, setCookies };
    const { id, name, email, role, disabled } = response.user;
    noteUse(response.session.id, visit);
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
    if (found !== null) await end(found.user.id, { id: found.session.id });
    const { headers: reply } = await betterAuth.api.signOut({ headers: sent, returnHeaders: true }).catch(notAsked);
    return reply.getSetCookie();
  }

  /**
   * Ends one session of an account, or all but one, here and in every process, with their sockets.
   * @param which `id`: this one alone; `allBut`: all, except this one; null: all of them
   * @returns how many have ended
   */
  async function end(accountId: string, which: { id: string } | { allBut: string | null }): Promise<number> {
    const { id } = schema.session;
    const meant = 'id' in which ? eq(id, which.id) : which.allBut === null ? undefined : ne(id, which.allBut);
    const ended = await database.orm.transaction((tx) => endWhere(tx, accountId, and(ofAccount(accountId), meant)));
    for (const sessionId of ended) kept.forget(sessionId);
    relay.wake();
    return ended.length;
  }

  async function endWhere(tx: Orm, accountId: string, where: SQL | undefined): Promise<string[]> {
    const gone = await tx.delete(schema.session).where(where).returning({ id: schema.session.id });
    const ended = gone.map(({ id }) => id);
    const facts = ended.map((sessionId) =>
      newMessage('changed.session', { accountId, sessionId }, { actor: null, at: now() }),
    );
    await addToOutbox(tx, schema.outbox, ...facts);
    return ended;
  }

  /** Somebody has signed in: notes where, and ends the oldest of very many sessions. @param token the new session's */
  async function began(token: string, { address, userAgent = null }: Visit): Promise<void> {
    const { session: table } = schema;
    const [begun] = await database.orm
      .update(table)
      .set({ ipAddress: address, userAgent, lastUsedAt: new Date(now()) })
      .where(eq(table.token, token))
      .returning({ accountId: table.userId });
    if (begun === undefined) return;
    const { accountId } = begun;
    const tooMany = await database.orm
      .select({ id: table.id })
      .from(table)
      .where(ofAccount(accountId))
      .orderBy(sql`coalesce(${table.lastUsedAt}, ${table.createdAt}) desc`, desc(table.id))
      .offset(MAX_SESSIONS);
    for (const { id } of tooMany) await end(accountId, { id });
  }

  /** The last used first. @param current the session that asks */
  async function list(accountId: string, current: string): Promise<OpenSession[]> {
    const { session: table } = schema;
    const lastUsed = sql`coalesce(${table.lastUsedAt}, ${table.createdAt})`;
    const rows = await database.orm
      .select()
      .from(table)
      .where(and(ofAccount(accountId), gt(table.expiresAt, new Date(now()))))
      .orderBy(sql`${lastUsed} desc`, desc(table.id))
      .limit(MAX_SESSIONS);
    return rows.map((row) => ({
      id: row.id,
      isCurrent: row.id === current,
      device: deviceOf(row.userAgent ?? undefined),
      address: row.ipAddress === '' ? null : row.ipAddress,
      createdAt: row.createdAt.getTime(),
      lastUsedAt: (row.lastUsedAt ?? row.createdAt).getTime(),
    }));
  }

  /** @throws {EnxameError} `not_found` */
  async function revoke(accountId: string, id: string): Promise<void> {
    if ((await end(accountId, { id })) === 0) throw new EnxameError('not_found', 'This session has already ended.');
  }

  /** Nobody waits for it. Pages that the server draws for itself do not say where they are: that is left as it was. */
  function noteUse(id: string, { address, userAgent = null }: Visit): void {
    const at = now();
    if (at - (noted.get(id) ?? Number.NEGATIVE_INFINITY) < NOTED_EVERY_MS) return;
    noted.set(id, at);
    const { session: table } = schema;
    const isOlder = or(isNull(table.lastUsedAt), lt(table.lastUsedAt, new Date(at - NOTED_EVERY_MS / 2)));
    const use = {
      lastUsedAt: new Date(at),
      ...(address === null ? {} : { ipAddress: address }),
      ...(userAgent === null ? {} : { userAgent }),
    };
    inBackground(async () => {
      await database.orm
        .update(table)
        .set(use)
        .where(and(eq(table.id, id), isOlder));
    }).catch(() => noted.delete(id));
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
    began,
    list,
    revoke,
    end,
    notAsked,
    forget: (sessionId: string) => kept.forget(sessionId),
    forgetAccount: (accountId: string) => kept.forgetAccount(accountId),
  };
}

/** Whether this account may do nothing any more: an administrator disabled it, or it was deleted. @throws {EnxameError} `unavailable` while the database is away */
export async function isDisabled({ orm }: Pick<Database, 'orm'>, accountId: string): Promise<boolean> {
  const [found] = await orm
    .select({ disabled: schema.user.disabled })
    .from(schema.user)
    .where(eq(schema.user.id, accountId))
    .catch((error: unknown) => {
      throw databaseIsAway(error) ? databaseAway(error) : error;
    });
  return found?.disabled ?? true;
}
