import { createHash, randomBytes } from 'node:crypto';
import { and, eq, gt } from 'drizzle-orm';
import { EnxameError } from '@/lib/contracts/errors';
import { normalEmail } from '@/lib/contracts/fields';
import { type AccountRole, newId } from '@/lib/contracts/ids';
import type { Orm } from '@/lib/database/database';
import { addressKey } from '@/lib/util/node/network';
import { type Rate, RateLimiter } from '@/lib/util/rate-limit';
import { type HashQueue, hashPassword, verifyPassword } from './passwords';
import * as schema from './schema';
import type { Account, openSessions } from './sessions';
import type { SignInGuard } from './sign-in-guard';
import type { Visit } from './trust';

const RESET_LIFE_MS = 24 * 3600 * 1000;
/** Whether an address is taken is told to who wants it for themselves: nobody shall learn it of many. */
const EMAILS_PER_ACCOUNT: Rate = { burst: 10, everyMs: 600_000 };
/** Codes have 128 bits: this bounds what guessing costs us, not whether it works. */
const RESETS_PER_ADDRESS: Rate = { burst: 30, everyMs: 10_000 };

/** Somebody who is signed in and proves once more who they are. */
export interface Proof {
  account: Pick<Account, 'id' | 'email'>;
  password: string;
  visit: Visit;
  /** The request's `cookie` header. */
  cookie: string | null;
}

/**
 * What people change about their own accounts, and the way back in for who has forgotten the password.
 * @param deps.inTurn a transaction in which nobody else changes accounts
 * @param deps.changed tells every process, once it has committed, that this account is no longer as it was
 */
export function openOwnAccount(deps: {
  orm: Orm;
  now: () => number;
  steady: (() => number) | undefined;
  guard: SignInGuard;
  hashing: HashQueue;
  sessions: Pick<ReturnType<typeof openSessions>, 'end'>;
  inTurn: <T>(change: (tx: Orm) => Promise<T>) => Promise<T>;
  announce: (tx: Orm, accountId: string, is: { disabled: boolean; role: AccountRole }) => Promise<void>;
  changed: (accountId: string) => void;
}) {
  const { orm, now, guard, hashing, inTurn, announce, changed } = deps;
  const emailsOfAccount = new RateLimiter(EMAILS_PER_ACCOUNT, deps.steady);
  const resetsFromAddress = new RateLimiter(RESETS_PER_ADDRESS, deps.steady);

  /** @throws {EnxameError} `wrong_password`, `too_many_requests`, `unavailable` */
  async function prove({ account, password, visit, cookie }: Proof): Promise<void> {
    const attempt = { email: account.email, visit, cookie };
    // Who is signed in does not wait behind strangers; guesses are counted as those at the sign-in are.
    const whose = { ...guard.hashFor(attempt), isKnown: true };
    hashing.assertRoom(whose);
    guard.take(attempt);
    const [found] = await orm
      .select({ hash: schema.account.password })
      .from(schema.account)
      .where(byPassword(account.id));
    const isRight = await hashing.run(whose, async () => verifyPassword(found?.hash ?? '', password));
    if (!isRight) throw new EnxameError('wrong_password', 'This is not your current password.');
    guard.succeeded(attempt);
  }

  async function rename(accountId: string, name: string): Promise<void> {
    await inTurn(async (tx) => {
      const [after] = await tx
        .update(schema.user)
        .set({ name, updatedAt: new Date(now()) })
        .where(eq(schema.user.id, accountId))
        .returning();
      if (after !== undefined) await announce(tx, accountId, after);
    });
    changed(accountId);
  }

  /**
   * @returns the `Set-Cookie` value that names this device as one of the account under its new address
   * @throws {EnxameError} `wrong_password`, `conflict` (taken), `too_many_requests`
   */
  async function changeEmail(proof: Proof, address: string): Promise<string[]> {
    await prove(proof);
    const { id } = proof.account;
    emailsOfAccount.take(id);
    const email = normalEmail(address);
    await inTurn(async (tx) => {
      const [other] = await tx.select({ id: schema.user.id }).from(schema.user).where(eq(schema.user.email, email));
      if (other !== undefined && other.id !== id) {
        throw new EnxameError('conflict', 'An account with this email already exists.');
      }
      const [after] = await tx
        .update(schema.user)
        .set({ email, updatedAt: new Date(now()) })
        .where(eq(schema.user.id, id))
        .returning();
      if (after !== undefined) await announce(tx, id, after);
    });
    changed(id);
    return [guard.succeeded({ email, visit: proof.visit, cookie: proof.cookie })];
  }

  /**
   * @param keep the session that asks @param signOutOthers ends all others
   * @throws {EnxameError} `wrong_password`, `too_many_requests`, `unavailable`
   */
  async function changePassword(
    proof: Proof,
    to: { password: string; signOutOthers: boolean; keep: string },
  ): Promise<void> {
    await prove(proof);
    const { id } = proof.account;
    const hash = await hashed(to.password, proof.visit);
    await inTurn((tx) => store(tx, id, hash));
    if (to.signOutOthers) await deps.sessions.end(id, { allBut: to.keep });
  }

  /**
   * Leave for whoever has it to choose a new password for this account, once, within a day. An earlier one counts no longer.
   * @param by the administrator's account @throws {EnxameError} `not_found`, `forbidden` for one's own
   */
  async function makeReset(accountId: string, by: string): Promise<{ code: string; expiresAt: number }> {
    if (accountId === by) {
      throw new EnxameError('forbidden', 'Change your own password in the settings, with the current one.');
    }
    const code = randomBytes(16).toString('base64url');
    const expiresAt = now() + RESET_LIFE_MS;
    await inTurn(async (tx) => {
      const [found] = await tx.select({ id: schema.user.id }).from(schema.user).where(eq(schema.user.id, accountId));
      if (found === undefined) throw new EnxameError('not_found', 'This account does not exist.');
      const reset = { codeHash: hashCode(code), expiresAt: new Date(expiresAt) };
      await tx
        .insert(schema.passwordReset)
        .values({ userId: accountId, ...reset })
        .onConflictDoUpdate({ target: schema.passwordReset.userId, set: reset });
    });
    return { code, expiresAt };
  }

  /**
   * Sets the password by a reset code, and ends every session of the account. Nobody is signed in by it.
   * @throws {EnxameError} `forbidden` (unknown, used or too old), `too_many_requests`, `unavailable`
   */
  async function resetPassword({ code, password }: { code: string; password: string }, visit: Visit): Promise<void> {
    resetsFromAddress.take(addressKey(visit.address ?? ''));
    const { passwordReset } = schema;
    const which = and(eq(passwordReset.codeHash, hashCode(code)), gt(passwordReset.expiresAt, new Date(now())));
    // Hashing is for those who have a code.
    const [known] = await orm.select({ userId: passwordReset.userId }).from(passwordReset).where(which);
    if (known === undefined) throw invalidReset();
    const hash = await hashed(password, visit);
    await inTurn(async (tx) => {
      const used = await tx.delete(passwordReset).where(which).returning({ userId: passwordReset.userId });
      if (used.length === 0) throw invalidReset();
      await store(tx, known.userId, hash);
    });
    await deps.sessions.end(known.userId, { allBut: null });
  }

  function hashed(password: string, visit: Visit): Promise<string> {
    return hashing.run({ address: addressKey(visit.address ?? ''), isKnown: true }, () => hashPassword(password));
  }

  /** An older link to reset it counts no longer: who knows the password does not need it, and who does not may have stolen it. */
  async function store(tx: Orm, accountId: string, hash: string): Promise<void> {
    const at = new Date(now());
    const { account } = schema;
    const change = { password: hash, updatedAt: at };
    const row = { id: newId(), accountId, providerId: 'credential', userId: accountId, createdAt: at, ...change };
    await tx
      .insert(account)
      .values(row)
      .onConflictDoUpdate({ target: [account.userId, account.providerId], set: change });
    await tx.delete(schema.passwordReset).where(eq(schema.passwordReset.userId, accountId));
  }

  return { prove, rename, changeEmail, changePassword, makeReset, resetPassword };
}

const byPassword = (accountId: string) =>
  and(eq(schema.account.userId, accountId), eq(schema.account.providerId, 'credential'));

/** What the database keeps of a code that admits once. */
export const hashCode = (code: string) => createHash('sha256').update(code).digest('base64url');

const invalidReset = () => new EnxameError('forbidden', 'This link is invalid, used or expired. Ask for a new one.');
