/** Where a listener left off: a queue for each device, and bookmarks within tracks. */
import { and, asc, count, desc, eq, inArray, ne, notInArray, sql } from 'drizzle-orm';
import { EnxameError } from '@/lib/contracts/errors';
import type { SavedQueue, TrackBookmark } from '@/lib/contracts/history';
import type { RpcResult } from '@/lib/contracts/rpc';
import type { Orm } from '@/lib/database/database';
import { bookmarks, queues } from './schema';

/** Far above what anybody marks. */
const MAX_BOOKMARKS = 1_000;

/** Queues an account keeps: those saved last. A listener has a few devices, and each tab counts as one. */
const MAX_QUEUES = 20;

/** What this device saved; without one, what was saved last. */
export async function readQueue(orm: Orm, accountId: string, device?: string): Promise<{ queue: SavedQueue | null }> {
  const [row] = await orm
    .select()
    .from(queues)
    .where(and(eq(queues.accountId, accountId), device === undefined ? undefined : eq(queues.device, device)))
    .orderBy(desc(queues.changedAt))
    .limit(1);
  if (row === undefined) return { queue: null };
  const { accountId: _, device: __, repeat, ...queue } = row;
  return { queue: { ...queue, ...(repeat === null ? {} : { repeat }) } };
}

/** The last saved first. */
export async function listQueues(orm: Orm, accountId: string): Promise<RpcResult<'history.queues'>> {
  const rows = await orm
    .select({
      device: queues.device,
      trackId: sql<string>`${queues.trackIds} ->> ${queues.currentIndex}`,
      count: sql<number>`jsonb_array_length(${queues.trackIds})`,
      positionMs: queues.positionMs,
      changedAt: queues.changedAt,
      changedBy: queues.changedBy,
    })
    .from(queues)
    // One without a device cannot be asked for by name, and is what an app finds until it saves again.
    .where(and(eq(queues.accountId, accountId), ne(queues.device, '')))
    .orderBy(desc(queues.changedAt));
  return { queues: rows };
}

/** The last that this device saved stands. An empty one is none. */
export async function saveQueue(orm: Orm, accountId: string, device: string, queue: SavedQueue): Promise<void> {
  const ofAccount = eq(queues.accountId, accountId);
  if (queue.trackIds.length === 0) {
    await orm.delete(queues).where(and(ofAccount, inArray(queues.device, [device, ''])));
    return;
  }
  const { repeat = null, unshuffled = null, ...saved } = queue;
  const row = { ...saved, repeat, unshuffled };
  await orm
    .insert(queues)
    .values({ accountId, device, ...row })
    .onConflictDoUpdate({ target: [queues.accountId, queues.device], set: row });
  const kept = orm
    .select({ device: queues.device })
    .from(queues)
    .where(ofAccount)
    .orderBy(desc(queues.changedAt))
    .limit(MAX_QUEUES);
  await orm.delete(queues).where(and(ofAccount, notInArray(queues.device, kept)));
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
