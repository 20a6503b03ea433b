import { and, asc, count, desc, eq, isNull } from 'drizzle-orm';
import type { PlaylistDetail, PlaylistSummary } from '@/lib/contracts/playlists';
import type { Orm } from '@/lib/database/database';
import { entries, inbox, playlists } from './schema';

const live = (accountId: string) => and(eq(playlists.ownerId, accountId), isNull(playlists.deletedAt));

/** An account's playlists, the last changed first. */
export async function listPlaylists(orm: Orm, accountId: string): Promise<PlaylistSummary[]> {
  return orm
    .select({
      id: playlists.id,
      name: playlists.name,
      revision: playlists.revision,
      trackCount: count(entries.entryId),
      updatedAt: playlists.updatedAt,
    })
    .from(playlists)
    .leftJoin(entries, eq(entries.playlistId, playlists.id))
    .where(live(accountId))
    .groupBy(playlists.id)
    .orderBy(desc(playlists.updatedAt), asc(playlists.id));
}

/** Null when there is none of this account. One statement, so that entries and revision belong together. */
export async function readPlaylist(orm: Orm, accountId: string, id: string): Promise<PlaylistDetail | null> {
  const rows = await orm
    .select()
    .from(playlists)
    .leftJoin(entries, eq(entries.playlistId, playlists.id))
    .where(and(eq(playlists.id, id), live(accountId)))
    .orderBy(asc(entries.position));
  const playlist = rows[0]?.playlists;
  if (playlist === undefined) return null;
  const held = rows.flatMap(({ entries: entry }) =>
    entry === null ? [] : [{ entryId: entry.entryId, trackId: entry.trackId, addedAt: entry.addedAt }],
  );
  return {
    id: playlist.id,
    name: playlist.name,
    revision: playlist.revision,
    trackCount: held.length,
    updatedAt: playlist.updatedAt,
    entries: held,
  };
}

export async function wasApplied(orm: Orm, messageId: string): Promise<boolean> {
  const rows = await orm.select({ id: inbox.messageId }).from(inbox).where(eq(inbox.messageId, messageId));
  return rows.length > 0;
}
