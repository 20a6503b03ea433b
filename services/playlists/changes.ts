import { and, desc, eq, lt, lte, sql } from 'drizzle-orm';
import type { CommandType, Message } from '@/lib/contracts/messages';
import type { PlaylistChange } from '@/lib/contracts/playlists';
import type { Orm } from '@/lib/database/database';
import type { Edit } from './edit';
import { changes, playlists, refusals } from './schema';

/** Changes of one playlist that are kept, and can be undone. */
const KEPT = 50;

type Change = typeof changes.$inferSelect;

/** Notes what a command did; the oldest of more than KEPT are forgotten. */
export async function recordChange(
  tx: Orm,
  {
    command,
    actor,
    inverse,
    undoOf,
  }: { command: Message<CommandType>; actor: string; inverse: Edit; undoOf: string | null },
): Promise<void> {
  const { playlistId } = command.data;
  await tx
    .insert(changes)
    .values({ messageId: command.id, playlistId, actorId: actor, type: command.type, at: command.at, inverse, undoOf });
  const newestForgotten = sql`(select seq from ${changes} where playlist_id = ${playlistId} order by seq desc offset ${KEPT} limit 1)`;
  await tx.delete(changes).where(and(eq(changes.playlistId, playlistId), lte(changes.seq, newestForgotten)));
}

export async function findChange(tx: Orm, playlistId: string, messageId: string): Promise<Change | null> {
  const [found] = await tx
    .select()
    .from(changes)
    .where(and(eq(changes.messageId, messageId), eq(changes.playlistId, playlistId)));
  return found ?? null;
}

/** Its effect is gone; if it was an undo itself, what it had taken back is there again, and so on. */
export async function markUndone(tx: Orm, messageId: string): Promise<void> {
  let undone = true;
  for (let next: string | null = messageId; next !== null; undone = !undone) {
    const [marked]: { undoOf: string | null }[] = await tx
      .update(changes)
      .set({ undone })
      .where(eq(changes.messageId, next))
      .returning({ undoOf: changes.undoOf });
    next = marked?.undoOf ?? null;
  }
}

/** The latest first. */
export async function listChanges(orm: Orm, playlistId: string): Promise<PlaylistChange[]> {
  return orm
    .select({
      messageId: changes.messageId,
      type: changes.type,
      actorId: changes.actorId,
      at: changes.at,
      undone: changes.undone,
    })
    .from(changes)
    .where(eq(changes.playlistId, playlistId))
    .orderBy(desc(changes.seq))
    .limit(KEPT);
}

/** How long what somebody deleted, removed or renamed can be brought back; then it is really gone. As long as a message is known. */
export const UNDO_KEEP_MS = 30 * 24 * 60 * 60 * 1000;

/** Erases deleted playlists with all they held, what undo kept of the others, and why commands were refused. @param now epoch ms */
export async function eraseOld(orm: Orm, now: number): Promise<void> {
  const oldest = now - UNDO_KEEP_MS;
  await orm.delete(playlists).where(lt(playlists.deletedAt, oldest));
  await orm.delete(changes).where(lt(changes.at, oldest));
  await orm.delete(refusals).where(lt(refusals.at, oldest));
}
