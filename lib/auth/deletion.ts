import { and, count, eq, lte } from 'drizzle-orm';
import type { Log } from '@/lib/config/log';
import { EnxameError } from '@/lib/contracts/errors';
import type { AccountRole } from '@/lib/contracts/ids';
import { newMessage } from '@/lib/contracts/messages';
import type { Orm } from '@/lib/database/database';
import { inBackground } from '@/lib/database/priority';
import { addToOutbox } from '@/lib/messaging/outbox/outbox';
import { BackgroundLoop } from '@/lib/util/background-loop';
import type { openOwnAccount, Proof } from './own-account';
import * as schema from './schema';
import { SESSION_KEPT_MS } from './session-cache';

/** Longer than any process takes a session from memory, and what it lets in by then takes to arrive. */
const ERASE_AGAIN_MS = 5 * SESSION_KEPT_MS;
const LOOK_EVERY_MS = SESSION_KEPT_MS;

/**
 * Deletes accounts. Sessions, app passwords and links go with the account's row; the services are told to erase what they have, by an event
 * that leaves with the same transaction, and once more after a while.
 * @param deps.inTurn a transaction in which nobody else changes accounts
 * @param deps.changed tells every process, once it has committed, that this account is no longer as it was
 */
export function openDeletion(deps: {
  orm: Orm;
  now: () => number;
  log: Log;
  own: Pick<ReturnType<typeof openOwnAccount>, 'prove'>;
  inTurn: <T>(change: (tx: Orm) => Promise<T>) => Promise<T>;
  announce: (
    tx: Orm,
    accountId: string,
    is: { disabled: boolean; role: AccountRole; deleted?: boolean },
  ) => Promise<void>;
  changed: (accountId: string) => void;
  wakeRelay: () => void;
}) {
  const { orm, now, inTurn } = deps;

  /** @throws {EnxameError} `wrong_password`; `conflict` for the only administrator */
  async function deleteOwn(proof: Proof): Promise<void> {
    await deps.own.prove(proof);
    await remove(proof.account.id);
  }

  /** @param by the administrator's account @throws {EnxameError} `not_found`; `forbidden` for one's own */
  async function deletePerson(accountId: string, by: string): Promise<void> {
    if (accountId === by) throw new EnxameError('forbidden', 'Delete your own account in the settings.');
    await remove(accountId);
  }

  async function remove(accountId: string): Promise<void> {
    await inTurn(async (tx) => {
      const { user } = schema;
      const [gone] = await tx.delete(user).where(eq(user.id, accountId)).returning({ role: user.role });
      if (gone === undefined) throw new EnxameError('not_found', 'This account does not exist.');
      await assertAdministrator(tx);
      await deps.announce(tx, accountId, { disabled: true, role: gone.role, deleted: true });
      await tellServices(tx, accountId);
      const dueAt = new Date(now() + ERASE_AGAIN_MS);
      await tx.insert(schema.erasure).values({ accountId, dueAt }).onConflictDoNothing();
    });
    deps.changed(accountId);
  }

  /** As the account itself, so that what it did before is done before. */
  async function tellServices(tx: Orm, accountId: string): Promise<void> {
    const event = newMessage('account.deleted', { accountId }, { actor: accountId, at: now() });
    await addToOutbox(tx, schema.outbox, event);
  }

  async function eraseAgain(): Promise<void> {
    const told = await inBackground(() =>
      orm.transaction(async (tx) => {
        const { erasure } = schema;
        const due = await tx
          .delete(erasure)
          .where(lte(erasure.dueAt, new Date(now())))
          .returning();
        for (const { accountId } of due) await tellServices(tx, accountId);
        return due.length;
      }),
    );
    if (told > 0) deps.wakeRelay();
  }

  const loop = new BackgroundLoop({
    pass: eraseAgain,
    everyMs: LOOK_EVERY_MS,
    retryMs: LOOK_EVERY_MS,
    onFailure: (error) => deps.log.warn({ error }, 'data of deleted accounts is not looked for again; trying later'),
  });
  loop.wake();

  return { deleteOwn, deletePerson, eraseAgain, close: () => loop.close() };
}

/** Within a transaction in which accounts are changed. @throws {EnxameError} `conflict` when nobody could administer this server */
export async function assertAdministrator(tx: Orm): Promise<void> {
  const { user } = schema;
  const [admins] = await tx
    .select({ n: count() })
    .from(user)
    .where(and(eq(user.role, 'admin'), eq(user.disabled, false)));
  if (admins?.n === 0) throw new EnxameError('conflict', 'This server needs at least one active administrator.');
}
