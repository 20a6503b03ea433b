/** Dead letters in the embedded journal's database. */
import { and, asc, count, eq, inArray } from 'drizzle-orm';
import type { DeadLetter } from '@/lib/contracts/api/admin';
import type { DurableQueue } from '@/lib/contracts/messages';
import { inTransaction, type Orm } from '@/lib/database/database';
import { decodeMessage } from '../codec';
import { journal, parked } from './schema';

const SHOWN_CHARS = 2_000;

/** The oldest first; they stay. At most `limit` of them, and how many there are. */
export async function listDeadLetters(
  orm: Orm,
  queue: string,
  limit: number,
): Promise<{ messages: DeadLetter[]; total: number }> {
  const ofQueue = eq(parked.queue, queue);
  const rows = await orm.select().from(parked).where(ofQueue).orderBy(asc(parked.seq)).limit(limit);
  return { messages: rows.map(shown), total: await orm.$count(parked, ofQueue) };
}

/** Moves dead letters back to the journal. @returns the journal's rows, to be given again */
export function replayDeadLetters(
  orm: Orm,
  queue: string,
  ids: readonly string[] | null,
): Promise<(typeof journal.$inferSelect)[]> {
  // In one transaction: it is either a dead letter or to be given, never both and never neither.
  return inTransaction(orm, async (tx) => {
    const gone = await tx.delete(parked).where(chosen(queue, ids)).returning();
    if (gone.length === 0) return [];
    const inOrder = gone.sort((a, b) => a.seq - b.seq);
    return tx
      .insert(journal)
      .values(inOrder.map(({ body }) => ({ queue, body })))
      .returning();
  });
}

/** @returns how many were deleted */
export async function discardDeadLetters(orm: Orm, queue: string, ids: readonly string[] | null): Promise<number> {
  return (await orm.delete(parked).where(chosen(queue, ids)).returning({ seq: parked.seq })).length;
}

/** How many each queue has. */
export async function countDeadLetters(orm: Orm): Promise<ReadonlyMap<string, number>> {
  const counts = await orm.select({ queue: parked.queue, n: count() }).from(parked).groupBy(parked.queue);
  return new Map(counts.map(({ queue, n }) => [queue, n]));
}

function shown(row: typeof parked.$inferSelect): DeadLetter {
  const read = decodeMessage(row.body);
  return {
    id: String(row.seq),
    queue: row.queue as DurableQueue,
    type: 'message' in read ? read.message.type : 'unknown',
    reason: row.reason,
    failures: row.failures,
    parkedAt: row.parkedAt.getTime(),
    body: row.body.slice(0, SHOWN_CHARS),
  };
}

/** Those of a queue that are named; null: all. What is no number names none. */
function chosen(queue: string, ids: readonly string[] | null) {
  if (ids === null) return eq(parked.queue, queue);
  const numbers = ids.map(Number).filter(Number.isSafeInteger);
  return and(eq(parked.queue, queue), inArray(parked.seq, numbers));
}
