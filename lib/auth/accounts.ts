import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { isAPIError } from 'better-auth/api';
import { and, count, eq, gt, inArray, or, sql } from 'drizzle-orm';
import { EnxameError } from '@/lib/contracts/errors';
import type { Person } from '@/lib/contracts/http';
import { type AccountRole, newId } from '@/lib/contracts/ids';
import { newMessage } from '@/lib/contracts/messages';
import { databaseAway } from '@/lib/database/away';
import type { Database, Orm } from '@/lib/database/database';
import type { Config } from '@/lib/host/config';
import type { Log } from '@/lib/host/log';
import type { Secrets } from '@/lib/host/secrets';
import type { Bus } from '@/lib/messaging/bus';
import { addToOutbox, startOutboxRelay } from '@/lib/messaging/outbox';
import { makeBetterAuth } from './better-auth';
import { hashPassword } from './passwords';
import { type Limit, RateLimiter } from './rate-limit';
import * as schema from './schema';
import { SessionCache } from './session-cache';
import { needsSetupToken, type Visit } from './trust';

/** Per account first: ten wrong passwords at once, then one every 30 s. */
const SIGN_IN_PER_ACCOUNT: Limit = { burst: 10, everyS: 30 };
/** Far above, because a university or a carrier shares one address; it bounds what hashing may cost. */
const SIGN_IN_PER_ADDRESS: Limit = { burst: 300, everyS: 1 };
/** Accounts made, or tried to be made, from one address. */
const SIGN_UP_PER_ADDRESS: Limit = { burst: 30, everyS: 20 };
const INVITE_LIFE_MS = 7 * 24 * 3600 * 1000;
/** Names the advisory lock that changes of accounts take turns by; any constant of our own. */
const ACCOUNTS_LOCK = 0x656e61;

/** Who is signed in. */
export interface Account {
  id: string;
  name: string;
  email: string;
  role: AccountRole;
}

/** What a request's cookie says. `disabled`: an account that was signed in when an administrator disabled it. */
export interface Session {
  account: Account | null;
  disabled: boolean;
  /** `Set-Cookie` values that the reply must carry: the session was prolonged, or is over. */
  setCookies: string[];
}

export interface NewAccount {
  name: string;
  email: string;
  password: string;
}

export type Accounts = Awaited<ReturnType<typeof openAccounts>>;

/** Accounts, sessions and invites, in the schema `auth`, which is brought up to date. `close` it before the bus. */
export async function openAccounts(deps: {
  database: Database;
  bus: Pick<Bus, 'publish'>;
  config: Pick<Config, 'host' | 'publicUrl' | 'signup'>;
  secrets: Pick<Secrets, 'authSecret' | 'setupToken'>;
  log: Log;
  now?: () => number;
}) {
  await deps.database.migrate('auth', 'lib/auth/migrations');
  const { config, secrets, log } = deps;
  const { orm } = deps.database;
  const now = deps.now ?? Date.now;
  const betterAuth = makeBetterAuth(deps);
  const { database, bus } = deps;
  const relay = startOutboxRelay({ database, outboxTable: schema.outbox, bus, log });
  const sessions = new SessionCache<Session>(now);
  const signInsOfAccount = new RateLimiter(SIGN_IN_PER_ACCOUNT, now);
  const signInsFromAddress = new RateLimiter(SIGN_IN_PER_ADDRESS, now);
  const signUpsFromAddress = new RateLimiter(SIGN_UP_PER_ADDRESS, now);
  /** Accounts are never deleted, so that once there is one there always is. */
  let someoneExists = false;
  let tokenWasShown = false;

  async function isFirstRun(): Promise<boolean> {
    if (someoneExists) return false;
    someoneExists = await hasAccounts(orm);
    return !someoneExists;
  }

  /** Who is signed in, looked up at most once a minute. @param headers must hold the `cookie` header, as a request or a socket's handshake brought it */
  async function session(headers: Headers): Promise<Session> {
    const cookie = headers.get('cookie');
    if (!cookie) return { account: null, disabled: false, setCookies: [] };
    return sessions.get(cookie, () => lookUp(headers));
  }

  async function lookUp(headers: Headers): Promise<Session> {
    const { headers: reply, response } = await betterAuth.api
      .getSession({ headers, returnHeaders: true })
      .catch(notAsked);
    const setCookies = reply.getSetCookie();
    if (response === null) return { account: null, disabled: false, setCookies };
    const { id, name, email, role, disabled } = response.user;
    if (disabled) return { account: null, disabled: true, setCookies };
    return { account: { id, name, email, role: role === 'admin' ? 'admin' : 'listener' }, disabled: false, setCookies };
  }

  /** better-auth tells every failure alike; whether the database is there decides what it was. */
  async function notAsked(error: unknown): Promise<never> {
    await database.ping().catch((cause) => {
      throw databaseAway(cause);
    });
    throw error;
  }

  /**
   * @returns the `Set-Cookie` values of the new session
   * @throws {EnxameError} `not_signed_in` (wrong address or password), `account_disabled`, `too_many_requests`
   */
  async function signIn(who: { email: string; password: string }, visit: Visit): Promise<string[]> {
    const email = normalEmail(who.email);
    signInsFromAddress.take(visit.address ?? '');
    signInsOfAccount.take(email);
    const setCookies = await startSession(email, who.password);
    const [found] = await orm
      .select({ id: schema.user.id, disabled: schema.user.disabled })
      .from(schema.user)
      .where(eq(schema.user.email, email));
    signInsOfAccount.forget(email);
    if (found?.disabled) {
      await orm.delete(schema.session).where(eq(schema.session.userId, found.id));
      throw new EnxameError('account_disabled', 'This account was disabled by an administrator.');
    }
    return setCookies;
  }

  async function startSession(email: string, password: string): Promise<string[]> {
    try {
      const { headers } = await betterAuth.api.signInEmail({ body: { email, password }, returnHeaders: true });
      return headers.getSetCookie();
    } catch (cause) {
      if (!isAPIError(cause)) throw cause;
      if (cause.statusCode >= 500) await notAsked(cause);
      throw new EnxameError('not_signed_in', 'The e-mail address or the password is wrong.', { cause });
    }
  }

  /** Ends the session of this cookie. @returns the `Set-Cookie` values that remove it */
  async function signOut(headers: Headers): Promise<string[]> {
    const { headers: reply } = await betterAuth.api.signOut({ headers, returnHeaders: true }).catch(notAsked);
    sessions.forget(headers.get('cookie') ?? '');
    return reply.getSetCookie();
  }

  /**
   * Makes the first account, an administrator's, and signs in. Of several at once exactly one wins.
   * @throws {EnxameError} `conflict` when there is an account already, `forbidden` without the token where it is needed
   */
  async function setup(first: NewAccount & { setupToken?: string | undefined }, visit: Visit): Promise<string[]> {
    signUpsFromAddress.take(visit.address ?? '');
    if (!(await isFirstRun())) throw alreadySetUp();
    if (needsSetupToken(config, visit) && !isSame(first.setupToken?.trim() ?? '', secrets.setupToken)) {
      showSetupToken();
      throw new EnxameError('forbidden', 'The set-up token is missing or wrong. It is on the console of the server.');
    }
    const password = await hashPassword(first.password);
    await inTurn(async (tx) => {
      if (await hasAccounts(tx)) throw alreadySetUp();
      await insertAccount(tx, { ...first, password, role: 'admin' });
    });
    someoneExists = true;
    return startSession(normalEmail(first.email), first.password);
  }

  /** Somebody needs the token and the start did not print it (a proxy before a server that listens on loopback). */
  function showSetupToken(): void {
    if (!tokenWasShown) log.warn(`Set-up token for the first account: ${secrets.setupToken}`);
    tokenWasShown = true;
  }

  /**
   * Makes a listener's account where SIGNUP allows it, and signs in.
   * @throws {EnxameError} `signup_closed`, `forbidden` (invite unknown, used or too old), `conflict` (address taken)
   */
  async function signUp(who: NewAccount & { invite?: string | undefined }, visit: Visit): Promise<string[]> {
    signUpsFromAddress.take(visit.address ?? '');
    if (config.signup === 'closed' || (await isFirstRun())) {
      throw new EnxameError(
        'signup_closed',
        'This server does not take sign-ups. Ask its administrator for an account.',
      );
    }
    const password = await hashPassword(who.password);
    await inTurn(async (tx) => {
      if (config.signup === 'invite') await spendInvite(tx, who.invite ?? '');
      await insertAccount(tx, { ...who, password, role: 'listener' });
    });
    return startSession(normalEmail(who.email), who.password);
  }

  async function spendInvite(tx: Orm, code: string): Promise<void> {
    const used = await tx
      .delete(schema.invite)
      .where(and(eq(schema.invite.codeHash, hashCode(code)), gt(schema.invite.expiresAt, new Date(now()))))
      .returning({ codeHash: schema.invite.codeHash });
    if (used.length === 0) throw new EnxameError('forbidden', 'This invite is not valid, was used or is too old.');
  }

  /** An invite for one account, to be used within seven days. @param by the administrator's account */
  async function makeInvite(by: string): Promise<{ code: string; expiresAt: number }> {
    const code = randomBytes(16).toString('base64url');
    const expiresAt = now() + INVITE_LIFE_MS;
    await orm.insert(schema.invite).values({ codeHash: hashCode(code), expiresAt: new Date(expiresAt), createdBy: by });
    return { code, expiresAt };
  }

  /** Everybody, oldest account first. */
  async function people(): Promise<Person[]> {
    const rows = await orm.select().from(schema.user).orderBy(schema.user.createdAt, schema.user.id);
    return rows.map(toPerson);
  }

  /** Those whose e-mail address or identifier is among `names`, in no order. */
  async function peopleNamed(names: readonly string[]): Promise<Person[]> {
    if (names.length === 0) return [];
    const { id, email } = schema.user;
    const rows = await orm
      .select()
      .from(schema.user)
      .where(or(inArray(id, [...names]), inArray(email, names.map(normalEmail))));
    return rows.map(toPerson);
  }

  /** @throws {EnxameError} `conflict` when the address is taken */
  async function addPerson(who: NewAccount & { role: AccountRole }): Promise<Person> {
    const password = await hashPassword(who.password);
    return inTurn((tx) => insertAccount(tx, { ...who, password }));
  }

  /**
   * Disabling ends every session of the account; enabling again revives none.
   * @throws {EnxameError} `not_found`, `conflict` when no enabled administrator would be left
   */
  async function changePerson(
    id: string,
    change: { disabled?: boolean | undefined; role?: AccountRole | undefined },
  ): Promise<Person> {
    const changed = await inTurn(async (tx) => {
      const [before] = await tx.select().from(schema.user).where(eq(schema.user.id, id));
      if (before === undefined) throw new EnxameError('not_found', 'There is no such account.');
      const after = {
        disabled: change.disabled ?? before.disabled,
        role: change.role ?? before.role,
        updatedAt: new Date(now()),
      };
      await tx.update(schema.user).set(after).where(eq(schema.user.id, id));
      const [admins] = await tx
        .select({ n: count() })
        .from(schema.user)
        .where(and(eq(schema.user.role, 'admin'), eq(schema.user.disabled, false)));
      if (admins?.n === 0) throw new EnxameError('conflict', 'One administrator must remain.');
      if (before.disabled !== after.disabled) {
        // While it is disabled the session's row only serves to tell its owner why (see `session`).
        if (!after.disabled) await tx.delete(schema.session).where(eq(schema.session.userId, id));
      }
      await announce(tx, id, after.disabled);
      return toPerson({ ...before, ...after });
    });
    sessions.forgetAccount(id);
    relay.wake();
    return changed;
  }

  async function announce(tx: Orm, accountId: string, disabled: boolean): Promise<void> {
    const fact = newMessage('changed.account', { accountId, disabled }, { actor: null, at: now() });
    await addToOutbox(tx, schema.outbox, fact);
  }

  async function insertAccount(
    tx: Orm,
    who: { name: string; email: string; password: string; role: AccountRole },
  ): Promise<Person> {
    const at = new Date(now());
    const [added] = await tx
      .insert(schema.user)
      .values({
        id: newId(),
        name: who.name,
        email: normalEmail(who.email),
        role: who.role,
        createdAt: at,
        updatedAt: at,
      })
      .onConflictDoNothing({ target: schema.user.email })
      .returning();
    if (added === undefined) throw new EnxameError('conflict', 'There is an account with this e-mail address already.');
    await tx.insert(schema.account).values({
      id: newId(),
      accountId: added.id,
      providerId: 'credential',
      userId: added.id,
      password: who.password,
      createdAt: at,
      updatedAt: at,
    });
    return toPerson(added);
  }

  /** One change of accounts at a time, over all web processes: rules about all accounts hold. */
  function inTurn<T>(change: (tx: Orm) => Promise<T>): Promise<T> {
    return orm.transaction(async (tx) => {
      await tx.execute(sql`select pg_advisory_xact_lock(${ACCOUNTS_LOCK})`);
      return change(tx);
    });
  }

  return {
    session,
    /** Another process changed this account, as a fact says. */
    forget: (accountId: string) => sessions.forgetAccount(accountId),
    isFirstRun,
    /** For the first-run page. */
    setupTokenNeeded: (visit: Visit) => needsSetupToken(config, visit),
    setup,
    signUp,
    signIn,
    signOut,
    makeInvite,
    people,
    peopleNamed,
    addPerson,
    changePerson,
    close: () => relay.close(),
  };
}

async function hasAccounts(orm: Orm): Promise<boolean> {
  return (await orm.select({ id: schema.user.id }).from(schema.user).limit(1)).length > 0;
}

function toPerson(row: typeof schema.user.$inferSelect): Person {
  return {
    id: row.id,
    name: row.name,
    email: row.email,
    role: row.role,
    disabled: row.disabled,
    createdAt: row.createdAt.getTime(),
  };
}

const normalEmail = (email: string) => email.trim().toLowerCase();
const hashCode = (code: string) => createHash('sha256').update(code).digest('base64url');
const alreadySetUp = () => new EnxameError('conflict', 'This server is set up already. Sign in instead.');

function isSame(given: string, wanted: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(given), digest(wanted));
}
