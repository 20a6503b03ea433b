import { and, eq, inArray } from 'drizzle-orm';
import { type Message, newMessage } from '@/lib/contracts/messages';
import type { Database } from '@/lib/database/database';
import { addToOutbox, applyOnce } from '@/lib/messaging/outbox/outbox';
import { audience, findPlaylist } from './access';
import { inbox, markSets, marks, members, outbox, playlists, refusals } from './schema';

/**
 * Erases what a deleted account had: its playlists, also for those it shared them with, who are told; its place in others' playlists; its
 * favourites and ratings. What it did to others' playlists stays: the account's id there names nobody any more, and goes after 30 days.
 */
export async function eraseAccount(database: Database, event: Message<'account.deleted'>): Promise<void> {
  const { accountId } = event.data;
  await applyOnce(database, inbox, event, async (tx) => {
    const owned = await tx.select({ id: playlists.id }).from(playlists).where(eq(playlists.ownerId, accountId));
    for (const { id } of owned) {
      const playlist = await findPlaylist(tx, id, { lock: true });
      if (playlist === null) continue;
      await tx.delete(playlists).where(eq(playlists.id, id));
      if (playlist.deletedAt === null) {
        const to = audience(null, playlist);
        const fact = { playlistId: id, to, revision: playlist.revision + 1, deleted: true, messageId: event.id };
        await addToOutbox(tx, outbox, newMessage('changed.playlist', fact, { actor: null, at: Date.now() }));
      }
    }
    const joined = await tx.select({ id: members.playlistId }).from(members).where(eq(members.accountId, accountId));
    for (const { id } of joined) {
      const playlist = await findPlaylist(tx, id, { lock: true });
      if (playlist === null) continue;
      const named = playlist.named?.filter((name) => name !== accountId) ?? null;
      await tx.update(playlists).set({ named }).where(eq(playlists.id, id));
    }
    const ids = joined.map(({ id }) => id);
    if (ids.length > 0) {
      await tx.delete(members).where(and(eq(members.accountId, accountId), inArray(members.playlistId, ids)));
    }
    await tx.delete(marks).where(eq(marks.accountId, accountId));
    await tx.delete(markSets).where(eq(markSets.accountId, accountId));
    await tx.delete(refusals).where(eq(refusals.actorId, accountId));
  });
}
