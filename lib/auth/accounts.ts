import { createHash, timingSafeEqual } from 'node:crypto';
import { isAPIError } from 'better-auth/api';
import { eq, sql } from 'drizzle-orm';
import type { Config } from '@/lib/config/config';
import type { Log } from '@/lib/config/log';
import type { Locale } from '@/lib/contracts/api/account';
import type { Person } from '@/lib/contracts/api/admin';
import { EnxameError } from '@/lib/contracts/errors';
import { normalEmail } from '@/lib/contracts/fields';
import { type AccountRole, newId } from '@/lib/contracts/ids';
import { type Message, newMessage } from '@/lib/contracts/messages';
import type { Database, Orm } from '@/lib/database/database';
import type { Bus } from '@/lib/messaging/bus';
import { addToOutbox, startOutboxRelay } from '@/lib/messaging/outbox/outbox';
import type { Secrets } from '@/lib/secrets/secrets';
import { addressKey } from '@/lib/util/node/network';
import { type Rate, RateLimiter } from '@/lib/util/rate-limit';
import { openAppPasswords } from './app-passwords';
import { makeBetterAuth } from './better-auth';
import { assertAdministrator, openDeletion } from './deletion';
import { openInvites } from './invites';
import { openOwnAccount } from './own-account';
import { HashQueue, hashPassword } from './passwords';
import { openPeople, toPerson } from './people';
import * as schema from './schema';
import { openSessions } from './sessions';
import { type Attempt, SignInGuard } from './sign-in-guard';
import { needsSetupToken, type Visit } from './trust';

/** Accounts made, or tried to be made, from one address. */
const SIGN_UP_PER_ADDRESS: Rate = { burst: 30, everyMs: 20_000 };
/** Names the advisory lock that changes of accounts take turns by; any constant of our own. */
const ACCOUNTS_LOCK = 0x656e61;

export interface NewAccount {
  name: string;
  email: string;
  password: string;
}

export type Accounts = Awaited<ReturnType<typeof openAccounts>>;

/** Accounts, sessions and invites, in the schema `auth`, which is brought up to date. `close` it before the bus. */
export async function openAccounts(deps: {
  database: Database;
  bus: Pick<Bus, 'publish' | 'health'>;
  config: Pick<Config, 'host' | 'publicUrl' | 'signup'>;
  secrets: Pick<Secrets, 'authSecret' | 'setupToken' | 'masterKey'>;
  log: Log;
  /** Wall clock, epoch ms: what invites end by. */
  now?: () => number;
  /** Measures waits; never set back. */
  steady?: () => number;
  hashing?: HashQueue;
}) {
  await deps.database.migrate('auth', 'lib/auth/migrations');
  const { config, secrets, log } = deps;
  const { orm } = deps.database;
  const now = deps.now ?? Date.now;
  const betterAuth = makeBetterAuth(deps);
  const { database, bus } = deps;
  const relay = startOutboxRelay({ database, outboxTable: schema.outbox, bus, log });
  const sessions = openSessions({ database, bus, betterAuth, relay, now, steady: deps.steady });
  const { masterKey } = secrets;
  const appPasswords = openAppPasswords({ orm, masterKey, now, steady: deps.steady });
  const invites = openInvites({ orm, now });
  const guard = new SignInGuard(config, secrets, deps.steady);
  const hashing = deps.hashing ?? new HashQueue();
  const signUpsFromAddress = new RateLimiter(SIGN_UP_PER_ADDRESS, deps.steady);
  /** The last administrator's account cannot be deleted, so that once there is one there always is. */
  let someoneExists = false;
  let tokenWasShown = false;

  async function isFirstRun(): Promise<boolean> {
    if (someoneExists) return false;
    someoneExists = await hasAccounts(orm);
    return !someoneExists;
  }

  /**
   * @param cookie the request's `cookie` header: it may name the device as one that signed in before
   * @returns the `Set-Cookie` values of the new session, and of the device
   * @throws {EnxameError} `not_signed_in` (wrong address or password), `account_disabled`, `too_many_requests`, `unavailable` (too many
   *   sign in at once)
   */
  async function signIn(who: { email: string; password: string }, visit: Visit, cookie: string | null = null) {
    const email = normalEmail(who.email);
    const attempt: Attempt = { email, visit, cookie };
    // Before the attempt is counted: who finds no place has not guessed.
    hashing.assertRoom(guard.hashFor(attempt));
    guard.take(attempt);
    const setCookies = await startSession(attempt, who.password);
    const [found] = await orm
      .select({ id: schema.user.id, disabled: schema.user.disabled })
      .from(schema.user)
      .where(eq(schema.user.email, email));
    if (found?.disabled) {
      await orm.delete(schema.session).where(eq(schema.session.userId, found.id));
      throw new EnxameError('account_disabled', 'This account was disabled by an administrator.');
    }
    return setCookies;
  }

  async function startSession(attempt: Attempt, password: string, whose = guard.hashFor(attempt)): Promise<string[]> {
    const { email } = attempt;
    try {
      const { headers, response } = await hashing.run(whose, () =>
        betterAuth.api.signInEmail({ body: { email, password }, returnHeaders: true }),
      );
      await sessions.began(response.token, attempt.visit);
      return [...headers.getSetCookie(), guard.succeeded(attempt)];
    } catch (cause) {
      if (!isAPIError(cause)) throw cause;
      if (cause.statusCode >= 500) await sessions.notAsked(cause);
      throw new EnxameError('not_signed_in', 'Wrong email or password.', { cause });
    }
  }

  /** The account was made just now: its owner does not wait behind strangers once more. */
  function startFirstSession({ email, password }: NewAccount, visit: Visit): Promise<string[]> {
    const attempt = { email: normalEmail(email), visit, cookie: null };
    return startSession(attempt, password, { ...guard.hashFor(attempt), isKnown: true });
  }

  /** @param visit null: an administrator adds somebody */
  function hashInTurn(password: string, visit: Visit | null): Promise<string> {
    const address = addressKey(visit?.address ?? '');
    return hashing.run({ address, isKnown: visit === null }, () => hashPassword(password));
  }

  /**
   * Makes the first account, an administrator's, and signs in. Of several at once exactly one wins.
   * @throws {EnxameError} `conflict` when there is an account already, `forbidden` without the token where it is needed
   */
  async function setup(first: NewAccount & { setupToken?: string | undefined }, visit: Visit): Promise<string[]> {
    signUpsFromAddress.take(addressKey(visit.address ?? ''));
    if (!(await isFirstRun())) throw alreadySetUp();
    if (needsSetupToken(config, visit) && !isSame(first.setupToken?.trim() ?? '', secrets.setupToken)) {
      showSetupToken();
      throw new EnxameError('forbidden', 'The setup token is missing or wrong. Find it in the server’s console.');
    }
    const password = await hashInTurn(first.password, visit);
    await inTurn(async (tx) => {
      if (await hasAccounts(tx)) throw alreadySetUp();
      await insertAccount(tx, { ...first, password, role: 'admin' });
    });
    someoneExists = true;
    return startFirstSession(first, visit);
  }

  /** Somebody needs the token and the start did not print it (a proxy before a server that listens on loopback). */
  function showSetupToken(): void {
    if (!tokenWasShown) log.warn(`Setup token for the first account: ${secrets.setupToken}`);
    tokenWasShown = true;
  }

  /**
   * Makes a listener's account where SIGNUP allows it, and signs in.
   * @throws {EnxameError} `signup_closed`, `forbidden` (invite unknown, used or too old), `conflict` (address taken)
   */
  async function signUp(who: NewAccount & { invite?: string | undefined }, visit: Visit): Promise<string[]> {
    signUpsFromAddress.take(addressKey(visit.address ?? ''));
    if (config.signup === 'closed' || (await isFirstRun())) {
      throw new EnxameError('signup_closed', 'Sign-up is closed on this server. Ask its administrator for an account.');
    }
    const password = await hashInTurn(who.password, visit);
    await inTurn(async (tx) => {
      if (config.signup === 'invite') await invites.spend(tx, who.invite ?? '');
      await insertAccount(tx, { ...who, password, role: 'listener' });
    });
    return startFirstSession(who, visit);
  }

  /** @throws {EnxameError} `conflict` when the address is taken */
  async function addPerson(who: NewAccount & { role: AccountRole }): Promise<Person> {
    const password = await hashInTurn(who.password, null);
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
      if (before === undefined) throw new EnxameError('not_found', 'This account does not exist.');
      const after = {
        disabled: change.disabled ?? before.disabled,
        role: change.role ?? before.role,
        updatedAt: new Date(now()),
      };
      await tx.update(schema.user).set(after).where(eq(schema.user.id, id));
      await assertAdministrator(tx);
      if (before.disabled !== after.disabled) {
        // While it is disabled the session's row only serves to tell its owner why (see `session`).
        if (!after.disabled) await tx.delete(schema.session).where(eq(schema.session.userId, id));
      }
      await announce(tx, id, after);
      return toPerson({ ...before, ...after });
    });
    hasChanged(id);
    return changed;
  }

  /** What is kept of this account in memory is forgotten, here and, by the fact in the outbox, everywhere. */
  function hasChanged(id: string): void {
    sessions.forgetAccount(id);
    appPasswords.forgetAccount(id);
    relay.wake();
  }

  /** The language of the pages, in every browser where this account is signed in. */
  async function setLocale(id: string, locale: Locale): Promise<void> {
    await inTurn(async (tx) => {
      const change = { locale, updatedAt: new Date(now()) };
      const [changed] = await tx.update(schema.user).set(change).where(eq(schema.user.id, id)).returning();
      if (changed !== undefined) await announce(tx, id, changed);
    });
    hasChanged(id);
  }

  async function announce(
    tx: Orm,
    accountId: string,
    { disabled, role, deleted }: { disabled: boolean; role: AccountRole; deleted?: boolean },
  ): Promise<void> {
    const is = { accountId, disabled, role, ...(deleted === undefined ? {} : { deleted }) };
    const fact = newMessage('changed.account', is, { actor: null, at: now() });
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
    if (added === undefined) throw new EnxameError('conflict', 'An account with this email already exists.');
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

  const own = openOwnAccount({
    orm,
    now,
    steady: deps.steady,
    guard,
    hashing,
    sessions,
    inTurn,
    announce,
    changed: hasChanged,
  });
  const deletion = openDeletion({
    orm,
    now,
    log,
    own,
    inTurn,
    announce,
    changed: hasChanged,
    wakeRelay: () => relay.wake(),
  });

  /** One change of accounts at a time, over all web processes: rules about all accounts hold. */
  function inTurn<T>(change: (tx: Orm) => Promise<T>): Promise<T> {
    return orm.transaction(async (tx) => {
      await tx.execute(sql`select pg_advisory_xact_lock(${ACCOUNTS_LOCK})`);
      return change(tx);
    });
  }

  return {
    session: sessions.session,
    /** A fact about an account or a session, of whichever process: what is kept of it is forgotten. */
    heed(fact: Message): void {
      if (fact.type === 'changed.account') {
        sessions.forgetAccount(fact.data.accountId);
        appPasswords.forgetAccount(fact.data.accountId);
      }
      if (fact.type === 'changed.session') sessions.forget(fact.data.sessionId);
    },
    isFirstRun,
    /** For the first-run page. */
    setupTokenNeeded: (visit: Visit) => needsSetupToken(config, visit),
    setup,
    signUp,
    signIn,
    signOut: sessions.signOut,
    sessions: { list: sessions.list, revoke: sessions.revoke, end: sessions.end },
    own,
    deletion,
    appPasswords,
    makeInvite: invites.make,
    ...openPeople(orm),
    addPerson,
    changePerson,
    setLocale,
    async close() {
      await deletion.close();
      await relay.close();
    },
  };
}

async function hasAccounts(orm: Orm): Promise<boolean> {
  return (await orm.select({ id: schema.user.id }).from(schema.user).limit(1)).length > 0;
}

const alreadySetUp = () => new EnxameError('conflict', 'This server is already set up. Sign in instead.');

function isSame(given: string, wanted: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(given), digest(wanted));
}
