/** The tables of forwarding: what waits, who sends it now, and how it went. */
import { and, asc, count, eq, exists, gt, inArray, lt, lte, or, sql } from 'drizzle-orm';
import type { Database, Orm } from '@/lib/database/database';
import { forwarders, forwards, type plays } from '../schema';
import { LONGEST_WAIT_MS } from './listenbrainz';

/** Plays in one request. ListenBrainz takes 1,000 (MAX_LISTENS_PER_REQUEST in its api_tools.py), others fewer. */
export const BATCH = 100;
/** A worker that claimed plays and was killed has them taken over after this: longer than any request may last. */
export const CLAIM_MS = 60_000;
/** What could not be forwarded for so long is let go. */
export const KEEP_MS = 30 * 86_400_000;

type Play = Pick<typeof plays.$inferSelect, 'accountId' | 'playId' | 'trackId' | 'startedAt'>;
export type Waiting = typeof forwards.$inferSelect;
export type Forwarder = typeof forwarders.$inferSelect;
/** Somebody whose plays this worker sends now. */
export type Claimed = Forwarder & { claim: string };

/** In the transaction in which the play comes to count. Nothing for those who forward nothing. */
export async function queueForward(tx: Orm, { accountId, playId, trackId, startedAt }: Play): Promise<void> {
  const [wanted] = await tx.select({ it: sql`1` }).from(forwarders).where(eq(forwarders.accountId, accountId));
  if (wanted === undefined) return;
  await tx
    .insert(forwards)
    .values({ accountId, playId, trackId, startedAt, queuedAt: Date.now() })
    .onConflictDoNothing();
}

/** It turns out not to count after all: its start came after its end. */
export async function unqueueForward(tx: Orm, play: Play): Promise<void> {
  await tx.delete(forwards).where(and(eq(forwards.accountId, play.accountId), eq(forwards.playId, play.playId)));
}

/**
 * Takes the listener whose turn it is, so that no other worker sends the same plays. The claim is a row and not a lock that is
 * held while a server far away answers: PGlite has one connection for everything.
 * @returns null when there is nothing to send now
 */
export async function claimNext(
  database: Database,
  server: string,
): Promise<{ forwarder: Claimed; waiting: Waiting[] } | null> {
  return database.orm.transaction(async (tx) => {
    const now = Date.now();
    const [due] = await tx
      .select()
      .from(forwarders)
      .where(
        and(
          eq(forwarders.server, server),
          eq(forwarders.stopped, false),
          // What is further away than any wait was set before the clock was set back.
          or(lte(forwarders.nextTryAt, now), gt(forwarders.nextTryAt, now + LONGEST_WAIT_MS)),
          exists(tx.select({ it: sql`1` }).from(forwards).where(eq(forwards.accountId, forwarders.accountId))),
        ),
      )
      .orderBy(asc(forwarders.nextTryAt))
      .limit(1)
      .for('update', { skipLocked: true });
    if (due === undefined) return null;
    const claim = crypto.randomUUID();
    await tx
      .update(forwarders)
      .set({ claim, nextTryAt: now + CLAIM_MS })
      .where(eq(forwarders.accountId, due.accountId));
    const waiting = await tx
      .select()
      .from(forwards)
      .where(eq(forwards.accountId, due.accountId))
      .orderBy(asc(forwards.startedAt), asc(forwards.playId))
      .limit(due.batchSize);
    return { forwarder: { ...due, claim }, waiting };
  });
}

/**
 * Ends a claim: takes what is done off the queue and notes how it went. What was sent is taken off in any case; how it went
 * is not noted when the token was changed meanwhile, or the claim ran out.
 */
export async function settle(
  database: Database,
  forwarder: Claimed,
  done: Waiting[],
  change: Partial<Omit<Forwarder, 'accountId' | 'claim'>>,
): Promise<void> {
  const { accountId, claim } = forwarder;
  await database.orm.transaction(async (tx) => {
    // The listener before the plays, everywhere, so that two transactions never wait for each other.
    await tx
      .update(forwarders)
      .set({ ...change, claim: null })
      .where(and(eq(forwarders.accountId, accountId), eq(forwarders.claim, claim)));
    if (done.length === 0) return;
    const playIds = done.map(({ playId }) => playId);
    await tx.delete(forwards).where(and(eq(forwards.accountId, accountId), inArray(forwards.playId, playIds)));
  });
}

/** @returns how many were let go */
export async function forgetOld(orm: Orm): Promise<number> {
  const gone = await orm
    .delete(forwards)
    .where(lt(forwards.queuedAt, Date.now() - KEEP_MS))
    .returning({ playId: forwards.playId });
  return gone.length;
}

export async function readForwarder(orm: Orm, accountId: string, server: string): Promise<Forwarder | null> {
  const ofServer = and(eq(forwarders.accountId, accountId), eq(forwarders.server, server));
  const [found] = await orm.select().from(forwarders).where(ofServer);
  return found ?? null;
}

export async function countWaiting(orm: Orm, accountId: string): Promise<number> {
  const [found] = await orm.select({ waiting: count() }).from(forwards).where(eq(forwards.accountId, accountId));
  return found?.waiting ?? 0;
}

/** A new token, which is tried at once. What waits stays, unless it was meant for somebody else. */
export async function keepForwarder(
  database: Database,
  given: Pick<Forwarder, 'accountId' | 'server' | 'userName' | 'wrappedToken'>,
): Promise<void> {
  const { accountId, server, userName } = given;
  const fresh = { ...given, nextTryAt: 0, claim: null, failures: 0, stopped: false, batchSize: BATCH, problem: null };
  await database.orm.transaction(async (tx) => {
    const [before] = await tx.select().from(forwarders).where(eq(forwarders.accountId, accountId)).for('update');
    if (before?.server !== server || before.userName !== userName) {
      await tx.delete(forwards).where(eq(forwards.accountId, accountId));
    }
    await tx.insert(forwarders).values(fresh).onConflictDoUpdate({ target: forwarders.accountId, set: fresh });
  });
}

/** Forgets the token and what waits. */
export async function forgetForwarder(database: Database, accountId: string): Promise<void> {
  await database.orm.transaction(async (tx) => {
    await tx.delete(forwarders).where(eq(forwarders.accountId, accountId));
    await tx.delete(forwards).where(eq(forwards.accountId, accountId));
  });
}
