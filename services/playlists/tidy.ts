import { lt } from 'drizzle-orm';
import type { Orm } from '@/lib/database/database';
import { changes, playlists, refusals } from './schema';

/** How long what somebody deleted, removed or renamed can be brought back; then it is really gone. As long as a message is known. */
export const UNDO_KEEP_MS = 30 * 24 * 60 * 60 * 1000;

/** Erases deleted playlists with all they held, what undo kept of the others, and why commands were refused. @param now epoch ms */
export async function eraseOld(orm: Orm, now: number): Promise<void> {
  const oldest = now - UNDO_KEEP_MS;
  await orm.delete(playlists).where(lt(playlists.deletedAt, oldest));
  await orm.delete(changes).where(lt(changes.at, oldest));
  await orm.delete(refusals).where(lt(refusals.at, oldest));
}
