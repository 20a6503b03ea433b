/** Dead letters in the embedded journal's database. */
import { and, asc, count, eq, inArray } from 'drizzle-orm';
import type { DeadLetter } from '@/lib/contracts/api/admin';
import type { DurableQueue } from '@/lib/contracts/messages';
import { inTransaction, type Orm } from '@/lib/database/database';
import { decodeMessage } from '../codec';
import { deadLettersTable, journal } from './schema';

const SHOWN_CHARS = 2_000;

/** The oldest first; they stay. At most `limit` of them, and how many there are. */
export async function listDeadLetters(
  orm: Orm,
  queue: string,
  limit: number,
): Promise<{ messages: DeadLetter[]; total: number }> {
  const ofQueue = eq(deadLettersTable.queue, queue);
  const rows = await orm.select().from(deadLettersTable).where(ofQueue).orderBy(asc(deadLettersTable.seq)).limit(limit);
  return { messages: rows.map(shown), total: await orm.$count(deadLettersTable, ofQueue) };
}

/** Moves dead letters back to the journal. @returns the journal's rows, to be given again */
export function replayDeadLetters(
  orm: Orm,
  queue: string,
  ids: readonly string[] | null,
): Promise<(typeof journal.$inferSelect)[]> {
  // In one transaction: it is either a dead letter or to be given, never both and never neither.
  return inTransaction(orm, async (tx) => {
    const gone = await tx.delete(deadLettersTable).where(chosen(queue, ids)).returning();
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
  return (await orm.delete(deadLettersTable).where(chosen(queue, ids)).returning({ seq: deadLettersTable.seq })).length;
}

/** How many each queue has. */
export async function countDeadLetters(orm: Orm): Promise<ReadonlyMap<string, number>> {
  const counts = await orm
    .select({ queue: deadLettersTable.queue, n: count() })
    .from(deadLettersTable)
    .groupBy(deadLettersTable.queue);
  return new Map(counts.map(({ queue, n }) => [queue, n]));
}

function shown(row: typeof deadLettersTable.$inferSelect): DeadLetter {
  const read = decodeMessage(row.body);
  return {
    id: String(row.seq),
    queue: row.queue as DurableQueue,
    type: 'message' in read ? read.message.type : 'unknown',
    reason: row.reason,
    failures: row.failures,
    failedAt: row.failedAt.getTime(),
    body: row.body.slice(0, SHOWN_CHARS),
  };
}

/** Those of a queue that are named; null: all. What is no number names none. */
function chosen(queue: string, ids: readonly string[] | null) {
  if (ids === null) return eq(deadLettersTable.queue, queue);
  const numbers = ids.map(Number).filter(Number.isSafeInteger);
  return and(eq(deadLettersTable.queue, queue), inArray(deadLettersTable.seq, numbers));
}
