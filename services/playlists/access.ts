import { eq } from 'drizzle-orm';
import { EnxameError } from '@/lib/contracts/errors';
import type { CommandType } from '@/lib/contracts/messages';
import type { PlaylistSummary, PlaylistVisibility } from '@/lib/contracts/playlists';
import type { Orm } from '@/lib/database/database';
import { members, playlists } from './schema';

type Role = PlaylistSummary['role'];
/** A playlist's row, and the accounts it is shared with, sorted. */
export type Playlist = typeof playlists.$inferSelect & { members: string[] };

/** The least that a command takes. Whoever may not even look learns nothing: for them there is no such playlist. */
const NEEDED: Record<Exclude<CommandType, 'playlist.create'>, 'owner' | 'editor'> = {
  'playlist.rename': 'editor',
  'playlist.describe': 'editor',
  'playlist.add': 'editor',
  'playlist.remove': 'editor',
  'playlist.reorder': 'editor',
  'playlist.undo': 'editor',
  // By their own plays and ratings tracks are chosen: who could change the rules could find those out.
  'playlist.define': 'owner',
  'playlist.share': 'owner',
  'playlist.delete': 'owner',
};

/** What an account is to a playlist; null when it may not see it. A member of a public one is a reader like everybody. */
export function roleIn(
  playlist: { ownerId: string; visibility: PlaylistVisibility; members: readonly string[] },
  accountId: string,
): Role | null {
  if (playlist.ownerId === accountId) return 'owner';
  if (playlist.visibility === 'public') return 'reader';
  return playlist.visibility === 'shared' && playlist.members.includes(accountId) ? 'editor' : null;
}

/** @throws {EnxameError} `not_found` for who may not see it, `forbidden` for who may only look, or may not do this */
export function assertMay(playlist: Playlist, accountId: string, type: keyof typeof NEEDED): void {
  const role = roleIn(playlist, accountId);
  if (role === null) throw noSuchPlaylist();
  if (role === 'reader') throw onlyToLookAt();
  if (role === 'editor' && NEEDED[type] === 'owner') {
    throw new EnxameError(
      'forbidden',
      type === 'playlist.define'
        ? 'Only the owner of this smart playlist can change its rules.'
        : 'Only the owner of this playlist can share or delete it.',
    );
  }
}

/** A stranger's playlist and none at all get one answer, so that identifiers cannot be tried out. */
export const noSuchPlaylist = () =>
  new EnxameError('not_found', 'This playlist does not exist, or it is not shared with you.');
export const onlyToLookAt = () => new EnxameError('forbidden', 'Only the owner of this public playlist can edit it.');

/** @param lock holds the row until the transaction ends, so that commands about one playlist take turns */
export async function findPlaylist(orm: Orm, id: string, { lock } = { lock: false }): Promise<Playlist | null> {
  const query = orm.select().from(playlists).where(eq(playlists.id, id));
  const [row] = await (lock ? query.for('update') : query);
  if (row === undefined) return null;
  const shared = await orm.select().from(members).where(eq(members.playlistId, id));
  return { ...row, members: shared.map((member) => member.accountId).sort() };
}

/** Who is told of a change from one state to another; null: everybody, since it is or was public. */
export function audience(before: Playlist | null, after: Playlist): string[] | null {
  const told = new Set<string>();
  for (const state of before === null ? [after] : [before, after]) {
    if (state.visibility === 'public') return null;
    told.add(state.ownerId);
    if (state.visibility === 'shared') for (const member of state.members) told.add(member);
  }
  return [...told];
}
