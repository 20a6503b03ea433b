import { createHash, randomInt, timingSafeEqual } from 'node:crypto';
import { and, asc, count, eq, isNull, lt, or } from 'drizzle-orm';
import { type AppPassword, type Locale, locale } from '@/lib/contracts/api/account';
import { EnxameError } from '@/lib/contracts/errors';
import { normalEmail } from '@/lib/contracts/fields';
import { newId } from '@/lib/contracts/ids';
import type { Orm } from '@/lib/database/database';
import { inBackground } from '@/lib/database/priority';
import { openText, sealText } from '@/lib/secrets/sealed-text';
import { BoundedMap } from '@/lib/util/bounded-map';
import { steadyNow } from '@/lib/util/clock';
import { addressKey } from '@/lib/util/node/network';
import { type Rate, RateLimiter } from '@/lib/util/rate-limit';
import * as schema from './schema';
import type { Account } from './sessions';
import type { Visit } from './trust';

/** Devices of one account, far above what people own. */
const MAX_PER_ACCOUNT = 50;
/** Base 32 without letters that look like others: 20 of them are 100 bits, which nobody guesses, and are typed on a phone. */
const LETTERS = 'abcdefghijkmnpqrstuvwxyz23456789';
const GROUPS = 5;
const GROUP_LETTERS = 4;
/** An app sends many requests at once, each signed in anew. What another process revokes counts here after so long (ms). */
const KEPT_MS = 5_000;
const MAX_KEPT = 5_000;
/** When a password was used last is written at most so often (ms). */
const NOTED_EVERY_MS = 60_000;
const MAX_CLIENT_CHARS = 60;
/**
 * Failures alone are counted: an app sends a hundred requests at once. And they never keep the right password out: what cannot be guessed
 * needs no lockout, and one device whose password was revoked must not lock out the others behind its address.
 */
const FAILURES_OF_ACCOUNT_AND_ADDRESS: Rate = { burst: 10, everyMs: 30_000 };
/** Names that are not known cost a look into the database: so many from one address. */
const FAILURES_OF_ADDRESS: Rate = { burst: 300, everyMs: 1_000 };

/** How an app says who it is. `token`: hexadecimal MD5 of the password with `salt` behind it. */
export type AppCredentials =
  | { kind: 'token'; userName: string; token: string; salt: string }
  | { kind: 'password'; userName: string; password: string }
  | { kind: 'key'; key: string };

/** An app that is signed in. */
export interface AppSession {
  account: Account;
  /** Names the app password. */
  appPasswordId: string;
}

type User = typeof schema.user.$inferSelect;
interface Known {
  user: User;
  passwords: { id: string; password: string }[];
}

/**
 * Passwords of apps, one a device, in place of the account's own. They are sealed and not hashed, because the OpenSubsonic API's tokens are
 * made from the password itself (decision 28).
 * @param deps.now wall clock, epoch ms @param deps.steady ms of a clock that is not set back
 */
export function openAppPasswords(deps: {
  orm: Orm;
  masterKey: Buffer;
  now: () => number;
  steady?: (() => number) | undefined;
}) {
  const { orm, now, steady = steadyNow } = deps;
  const ofAccountAndAddress = new RateLimiter(FAILURES_OF_ACCOUNT_AND_ADDRESS, steady);
  const ofAddress = new RateLimiter(FAILURES_OF_ADDRESS, steady);
  /** `of`: the account; null: nobody's; undefined: not known yet. */
  const kept = new BoundedMap<string, { until: number; known: Promise<Known | null>; of?: string | null }>(MAX_KEPT);
  const noted = new BoundedMap<string, number>(MAX_KEPT);
  const sealing = (userId: string, id: string) => ({
    masterKey: deps.masterKey,
    purpose: 'app passwords',
    boundTo: [userId, id],
  });

  /** The oldest first. */
  async function list(accountId: string): Promise<AppPassword[]> {
    const { userId, createdAt, id } = schema.appPassword;
    const rows = await orm
      .select()
      .from(schema.appPassword)
      .where(eq(userId, accountId))
      .orderBy(asc(createdAt), asc(id));
    return rows.map(toAppPassword);
  }

  /** @throws {EnxameError} `conflict` when there are too many */
  async function make(accountId: string, name: string): Promise<{ appPassword: AppPassword; password: string }> {
    const { appPassword } = schema;
    const [made] = await orm.select({ n: count() }).from(appPassword).where(eq(appPassword.userId, accountId));
    if ((made?.n ?? 0) >= MAX_PER_ACCOUNT) {
      throw new EnxameError('conflict', `An account may have ${MAX_PER_ACCOUNT} app passwords. Revoke one first.`);
    }
    const password = newPassword();
    const id = newId();
    const sealed = Buffer.from(sealText(sealing(accountId, id), password)).toString('base64url');
    const row = { id, userId: accountId, name, sealed, hash: hashOf(password), createdAt: new Date(now()) };
    const [added] = await orm.insert(appPassword).values(row).returning();
    if (added === undefined) throw new Error('an app password was not stored');
    forgetAccount(accountId);
    return { appPassword: toAppPassword(added), password };
  }

  /** @throws {EnxameError} `not_found` */
  async function revoke(accountId: string, id: string): Promise<void> {
    const { appPassword } = schema;
    const which = and(eq(appPassword.id, id), eq(appPassword.userId, accountId));
    const gone = await orm.delete(appPassword).where(which).returning({ id: appPassword.id });
    if (gone.length === 0) throw new EnxameError('not_found', 'This app password does not exist.');
    forgetAccount(accountId);
  }

  async function revokeAll(accountId: string): Promise<void> {
    await orm.delete(schema.appPassword).where(eq(schema.appPassword.userId, accountId));
    forgetAccount(accountId);
  }

  /**
   * @param client what the app calls itself
   * @throws {EnxameError} `not_signed_in`, `account_disabled`, `too_many_requests`
   */
  async function signIn(given: AppCredentials, visit: Visit, client: string): Promise<AppSession> {
    const found = await known(given, visit);
    const used = found?.passwords.find(({ password }) => proves(given, password));
    if (found == null || used === undefined) throw failure(given, visit, found != null);
    const { id, name, email, role, disabled, locale: chosen } = found.user;
    if (disabled) throw new EnxameError('account_disabled', 'This account was disabled by an administrator.');
    noteUse(used.id, visit, client);
    return { account: { id, name, email, role, locale: readLocale(chosen) }, appPasswordId: used.id };
  }

  async function known(given: AppCredentials, visit: Visit): Promise<Known | null> {
    const key = given.kind === 'key' ? `key ${hashOf(given.key)}` : `user ${normalEmail(given.userName)}`;
    const before = kept.get(key);
    if (before !== undefined && before.until > steady()) return before.known;
    // Who was found before is not kept out by the failures of others.
    if (before?.of == null) ofAddress.assertRoom(addressKey(visit.address ?? ''));
    const entry: NonNullable<ReturnType<typeof kept.get>> = { until: steady() + KEPT_MS, known: lookUp(given) };
    kept.set(key, entry);
    try {
      const found = await entry.known;
      entry.of = found?.user.id ?? null;
      return found;
    } catch (error) {
      kept.delete(key);
      throw error;
    }
  }

  async function lookUp(given: AppCredentials): Promise<Known | null> {
    const { user, appPassword } = schema;
    const whose =
      given.kind === 'key' ? eq(appPassword.hash, hashOf(given.key)) : eq(user.email, normalEmail(given.userName));
    const rows = await orm
      .select({ user, id: appPassword.id, sealed: appPassword.sealed })
      .from(appPassword)
      .innerJoin(user, eq(user.id, appPassword.userId))
      .where(whose);
    const [first] = rows;
    if (first === undefined) return null;
    // One that was sealed under an older secret opens no longer: it is as good as revoked.
    const passwords = rows.flatMap(({ id, sealed }) => {
      try {
        return { id, password: openText(sealing(first.user.id, id), Buffer.from(sealed, 'base64url')) };
      } catch {
        return [];
      }
    });
    return { user: first.user, passwords };
  }

  function failure(given: AppCredentials, visit: Visit, isKnown: boolean): EnxameError {
    const address = addressKey(visit.address ?? '');
    const name = given.kind === 'key' ? '' : normalEmail(given.userName);
    try {
      if (!isKnown) ofAddress.take(address);
      ofAccountAndAddress.take(`${address} ${name}`);
    } catch (error) {
      return error as EnxameError;
    }
    if (given.kind === 'key') return new EnxameError('not_signed_in', 'This API key is not valid.');
    return new EnxameError(
      'not_signed_in',
      'Wrong user name or app password. Apps sign in with an app password, which you make in the settings under “Connect an app”.',
    );
  }

  /** Nobody waits for it. */
  function noteUse(id: string, { address }: Visit, client: string): void {
    const at = now();
    if (at - (noted.get(id) ?? Number.NEGATIVE_INFINITY) < NOTED_EVERY_MS) return;
    noted.set(id, at);
    const { appPassword } = schema;
    const isOlder = or(isNull(appPassword.lastUsedAt), lt(appPassword.lastUsedAt, new Date(at - NOTED_EVERY_MS / 2)));
    const use = {
      lastUsedAt: new Date(at),
      lastAddress: address,
      lastClient: client.slice(0, MAX_CLIENT_CHARS) || null,
    };
    inBackground(async () => {
      await orm
        .update(appPassword)
        .set(use)
        .where(and(eq(appPassword.id, id), isOlder));
    }).catch(() => noted.delete(id));
  }

  /** Its app passwords, or the account itself, have changed. What is being looked up right now may be from before that. */
  function forgetAccount(accountId: string): void {
    for (const [key, entry] of kept.all()) {
      if (entry.of == null || entry.of === accountId) kept.delete(key);
    }
  }

  return { list, make, revoke, revokeAll, signIn, forgetAccount };
}

/** Whether who sent this knows the password. */
function proves(given: AppCredentials, password: string): boolean {
  if (given.kind === 'token') {
    const wanted = createHash('md5')
      .update(password + given.salt, 'utf8')
      .digest('hex');
    return isSame(given.token.toLowerCase(), wanted);
  }
  return isSame(given.kind === 'key' ? given.key : given.password, password);
}

function isSame(given: string, wanted: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(given), digest(wanted));
}

/** `kx7m-2fqp-9wtd-h4ns-c3vb` */
function newPassword(): string {
  const group = () => Array.from({ length: GROUP_LETTERS }, () => LETTERS[randomInt(LETTERS.length)]).join('');
  return Array.from({ length: GROUPS }, group).join('-');
}

const hashOf = (password: string) => createHash('sha256').update(password).digest('base64url');

function readLocale(chosen: string | null): Locale | null {
  const parsed = locale.safeParse(chosen);
  return parsed.success ? parsed.data : null;
}

function toAppPassword(row: typeof schema.appPassword.$inferSelect): AppPassword {
  return {
    id: row.id,
    name: row.name,
    createdAt: row.createdAt.getTime(),
    lastUsedAt: row.lastUsedAt?.getTime() ?? null,
    lastAddress: row.lastAddress,
    lastClient: row.lastClient,
  };
}
