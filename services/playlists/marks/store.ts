import { and, count, eq, gt, inArray, isNotNull, or, type SQLWrapper, sql } from 'drizzle-orm';
import { MARKED_KINDS, type MarkedKind } from '@/lib/contracts/choices';
import { EnxameError } from '@/lib/contracts/errors';
import type { Mark } from '@/lib/contracts/marks';
import type { RpcResult } from '@/lib/contracts/rpc';
import type { Orm } from '@/lib/database/database';
import { markSets, marks } from '../schema';
import { isMarked, isSameMark, itemsOf, type MarkCommand, marksAfter } from './change';

/** Marks of one account: all of a large library, and its albums and artists. */
export const MAX_MARKS = 250_000;

const columns = { kind: marks.kind, id: marks.itemId, lovedAt: marks.lovedAt, rating: marks.rating };

/** All marks of an account when something was changed or read, and those in question. */
export interface MarkState {
  revision: number;
  marks: Mark[];
}

/**
 * Does what a command asks, inside its transaction. What is so already changes nothing and is no error.
 * @returns every item that the command names
 * @throws {EnxameError} `too_large`
 */
export async function applyMarks(tx: Orm, accountId: string, command: MarkCommand): Promise<MarkState> {
  const set = await holdSet(tx, accountId);
  const { kind } = command.data;
  const before = await marksNamed(tx, accountId, kind, itemsOf(command));
  const after = marksAfter(command, before);
  const changed = after.filter((mark) => {
    const was = before.get(mark.id);
    return was === undefined ? isMarked(mark) : !isSameMark(was, mark);
  });
  if (changed.length === 0) return { revision: set.revision, marks: after };
  const kept = changed.filter(isMarked);
  const gone = changed.filter((mark) => !isMarked(mark)).map((mark) => mark.id);
  const size = set.size + kept.filter((mark) => !before.has(mark.id)).length - gone.length;
  if (size > MAX_MARKS && size > set.size) {
    throw new EnxameError('too_large', `An account may have at most ${MAX_MARKS} favourites and ratings.`);
  }
  if (gone.length > 0) {
    await tx
      .delete(marks)
      .where(and(eq(marks.accountId, accountId), eq(marks.kind, kind), inArray(marks.itemId, gone)));
  }
  if (kept.length > 0) {
    await tx
      .insert(marks)
      .values(kept.map(({ id, lovedAt, rating }) => ({ accountId, kind, itemId: id, lovedAt, rating })))
      .onConflictDoUpdate({
        target: [marks.accountId, marks.kind, marks.itemId],
        set: { lovedAt: sql`excluded.loved_at`, rating: sql`excluded.rating` },
      });
  }
  const revision = set.revision + 1;
  await tx.update(markSets).set({ revision, size }).where(eq(markSets.accountId, accountId));
  return { revision, marks: after };
}

/** The marks that a command names, as they are. */
export async function stateOfNamed(tx: Orm, accountId: string, command: MarkCommand): Promise<MarkState> {
  const { revision } = await holdSet(tx, accountId);
  const { kind } = command.data;
  const ids = itemsOf(command);
  const known = await marksNamed(tx, accountId, kind, ids);
  return { revision, marks: ids.map((id) => known.get(id) ?? { kind, id, lovedAt: null, rating: null }) };
}

/** Of those named, the ones that are marked. */
export async function readMarks(
  orm: Orm,
  accountId: string,
  items: readonly { kind: MarkedKind; id: string }[],
): Promise<MarkState> {
  // First: marks that are newer than the revision are right, older ones would not be.
  const [set] = await orm
    .select({ revision: markSets.revision })
    .from(markSets)
    .where(eq(markSets.accountId, accountId));
  if (set === undefined || items.length === 0) return { revision: set?.revision ?? 0, marks: [] };
  const named = MARKED_KINDS.flatMap((kind) => {
    const ids = items.flatMap((item) => (item.kind === kind ? [item.id] : []));
    return ids.length === 0 ? [] : [and(eq(marks.kind, kind), inArray(marks.itemId, ids))];
  });
  const found = await orm
    .select(columns)
    .from(marks)
    .where(and(eq(marks.accountId, accountId), or(...named)));
  return { revision: set.revision, marks: found };
}

/** Favourites of one kind, the newest first. */
export async function listFavourites(
  orm: Orm,
  accountId: string,
  { kind, offset, limit }: { kind: MarkedKind; offset: number; limit: number },
): Promise<{ favourites: Mark[]; total: number }> {
  const where = and(eq(marks.accountId, accountId), eq(marks.kind, kind), isNotNull(marks.lovedAt));
  const order = [sql`${marks.lovedAt} desc nulls last`, marks.itemId];
  const favourites = await orm
    .select(columns)
    .from(marks)
    .where(where)
    .orderBy(...order)
    .offset(offset)
    .limit(limit);
  const [all] = await orm.select({ total: count() }).from(marks).where(where);
  return { favourites, total: all?.total ?? 0 };
}

/** Marks in one piece of an export. */
const EXPORT_PIECE = 500;

/**
 * A piece of all marks, by kind and id.
 * @param cursor the last mark of the piece before; null: from the beginning @returns `cursor` null: there are no more
 */
export async function exportMarks(
  orm: Orm,
  accountId: string,
  cursor: { kind: MarkedKind; id: string } | null,
): Promise<{ marks: Mark[]; cursor: { kind: MarkedKind; id: string } | null }> {
  const after = cursor === null ? undefined : sql`(${marks.kind}, ${marks.itemId}) > (${cursor.kind}, ${cursor.id})`;
  const found = await orm
    .select(columns)
    .from(marks)
    .where(and(eq(marks.accountId, accountId), after))
    .orderBy(marks.kind, marks.itemId)
    .limit(EXPORT_PIECE);
  const last = found.at(-1);
  return {
    marks: found,
    cursor: found.length < EXPORT_PIECE || last === undefined ? null : { kind: last.kind, id: last.id },
  };
}

/** A part of all marks of one kind, by the ids of what is marked. */
export async function markColumns(
  orm: Orm,
  accountId: string,
  { kind, after, limit }: { kind: MarkedKind; after: string | null; limit: number },
): Promise<RpcResult<'playlists.markColumns'>> {
  const part = orm
    .select(columns)
    .from(marks)
    .where(
      and(eq(marks.accountId, accountId), eq(marks.kind, kind), after === null ? undefined : gt(marks.itemId, after)),
    )
    .orderBy(marks.itemId)
    .limit(limit)
    .as('part');
  // One row of long lists is read faster than many rows.
  const list = (column: SQLWrapper) => sql`coalesce(json_agg(${column} order by ${part.id}), '[]')`;
  const [found] = await orm
    .select({
      ids: sql<string[]>`${list(part.id)}`,
      lovedAt: sql<(number | null)[]>`${list(part.lovedAt)}`,
      ratings: sql<(number | null)[]>`${list(part.rating)}`,
    })
    .from(part);
  const all = found ?? { ids: [], lovedAt: [], ratings: [] };
  return { ...all, next: all.ids.length < limit ? null : (all.ids.at(-1) ?? null) };
}

/** The account's row, held until the transaction ends. */
async function holdSet(tx: Orm, accountId: string): Promise<{ revision: number; size: number }> {
  await tx.insert(markSets).values({ accountId, revision: 0, size: 0 }).onConflictDoNothing();
  const [held] = await tx.select().from(markSets).where(eq(markSets.accountId, accountId)).for('update');
  return held ?? { revision: 0, size: 0 };
}

async function marksNamed(tx: Orm, accountId: string, kind: MarkedKind, ids: string[]): Promise<Map<string, Mark>> {
  const rows = await tx
    .select(columns)
    .from(marks)
    .where(and(eq(marks.accountId, accountId), eq(marks.kind, kind), inArray(marks.itemId, ids)));
  return new Map(rows.map((row) => [row.id, row]));
}
