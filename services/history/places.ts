/** Where a listener left off, as apps keep it: one queue an account, and bookmarks within tracks. */
import { and, asc, count, eq, sql } from 'drizzle-orm';
import { EnxameError } from '@/lib/contracts/errors';
import type { SavedQueue, TrackBookmark } from '@/lib/contracts/history';
import type { Orm } from '@/lib/database/database';
import { bookmarks, queues } from './schema';

/** Far above what anybody marks. */
const MAX_BOOKMARKS = 1_000;

export async function readQueue(orm: Orm, accountId: string): Promise<{ queue: SavedQueue | null }> {
  const [row] = await orm.select().from(queues).where(eq(queues.accountId, accountId));
  if (row === undefined) return { queue: null };
  const { accountId: _, ...queue } = row;
  return { queue };
}

/** The last that was saved stands. An empty one is none. */
export async function saveQueue(orm: Orm, accountId: string, queue: SavedQueue): Promise<void> {
  if (queue.trackIds.length === 0) {
    await orm.delete(queues).where(eq(queues.accountId, accountId));
    return;
  }
  await orm
    .insert(queues)
    .values({ accountId, ...queue })
    .onConflictDoUpdate({ target: queues.accountId, set: queue });
}

/** The oldest first. */
export async function listBookmarks(orm: Orm, accountId: string): Promise<{ bookmarks: TrackBookmark[] }> {
  const rows = await orm
    .select()
    .from(bookmarks)
    .where(eq(bookmarks.accountId, accountId))
    .orderBy(asc(bookmarks.createdAt), asc(bookmarks.trackId));
  return { bookmarks: rows.map(({ accountId: _, ...bookmark }) => bookmark) };
}

/** One a track: a later one takes its place. @throws {EnxameError} `conflict` when there are too many */
export async function setBookmark(
  orm: Orm,
  accountId: string,
  bookmark: Pick<TrackBookmark, 'trackId' | 'positionMs' | 'comment'>,
): Promise<void> {
  const now = Date.now();
  const { positionMs, comment } = bookmark;
  const others = and(eq(bookmarks.accountId, accountId), sql`${bookmarks.trackId} <> ${bookmark.trackId}`);
  const [kept] = await orm.select({ n: count() }).from(bookmarks).where(others);
  if ((kept?.n ?? 0) >= MAX_BOOKMARKS)
    throw new EnxameError('conflict', `An account may have ${MAX_BOOKMARKS} bookmarks.`);
  await orm
    .insert(bookmarks)
    .values({ accountId, ...bookmark, createdAt: now, changedAt: now })
    .onConflictDoUpdate({
      target: [bookmarks.accountId, bookmarks.trackId],
      set: { positionMs, comment, changedAt: now },
    });
}

/** Also right where there is none. */
export async function deleteBookmark(orm: Orm, accountId: string, trackId: string): Promise<void> {
  await orm.delete(bookmarks).where(and(eq(bookmarks.accountId, accountId), eq(bookmarks.trackId, trackId)));
}
