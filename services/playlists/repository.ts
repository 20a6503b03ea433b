import { and, asc, count, desc, eq, exists, isNull, or, type SQL, sql } from 'drizzle-orm';
import type { PlaylistDetail, PlaylistSummary } from '@/lib/contracts/playlists';
import type { RpcResult } from '@/lib/contracts/rpc';
import type { Orm } from '@/lib/database/database';
import { roleIn } from './access';
import { entries, inbox, members, playlists, refusals } from './schema';

const isLive = isNull(playlists.deletedAt);
const isPublic = eq(playlists.visibility, 'public');

/** One's own, and what others share with one: the same rule as {@link roleIn}. */
function isOwnOrShared(orm: Orm, accountId: string): SQL | undefined {
  const membership = orm
    .select({ one: sql`1` })
    .from(members)
    .where(and(eq(members.playlistId, playlists.id), eq(members.accountId, accountId)));
  return or(eq(playlists.ownerId, accountId), and(eq(playlists.visibility, 'shared'), exists(membership)));
}

const memberIds = sql<string[]>`coalesce((select json_agg(account_id order by account_id)
  from ${members} where ${members.playlistId} = ${playlists.id}), '[]')`;

function summaries(orm: Orm, where: SQL | undefined) {
  return orm
    .select({
      playlist: playlists,
      members: memberIds,
      trackCount: sql<number>`(select count(*)::int from ${entries} where ${entries.playlistId} = ${playlists.id})`,
    })
    .from(playlists)
    .where(and(isLive, where))
    .orderBy(desc(playlists.updatedAt), asc(playlists.id))
    .$dynamic();
}

type Found = Awaited<ReturnType<typeof summaries>>[number];

/** An account's own playlists and those it is a member of, the last changed first. */
export async function listPlaylists(orm: Orm, accountId: string): Promise<PlaylistSummary[]> {
  const rows = await summaries(orm, isOwnOrShared(orm, accountId));
  return rows.map((row) => toSummary(row, accountId));
}

/** Everybody's public ones, the last changed first, as an account sees them. */
export async function listPublic(orm: Orm, accountId: string, page: { offset: number; limit: number }) {
  const rows = await summaries(orm, isPublic).offset(page.offset).limit(page.limit);
  const [all] = await orm.select({ total: count() }).from(playlists).where(and(isLive, isPublic));
  return { playlists: rows.map((row) => toSummary(row, accountId)), total: all?.total ?? 0 };
}

/** Null when the account may see none of this name. One statement, so that entries and revision belong together. */
export async function readPlaylist(orm: Orm, accountId: string, id: string): Promise<PlaylistDetail | null> {
  const [row] = await orm
    .select({
      playlist: playlists,
      members: memberIds,
      entries: sql<PlaylistDetail['entries']>`coalesce((select json_agg(
          json_build_object('entryId', entry_id, 'trackId', track_id, 'addedAt', added_at) order by position
        ) from ${entries} where ${entries.playlistId} = ${playlists.id}), '[]')`,
    })
    .from(playlists)
    .where(and(eq(playlists.id, id), isLive, or(isPublic, isOwnOrShared(orm, accountId))));
  if (row === undefined) return null;
  const summary = toSummary({ ...row, trackCount: row.entries.length }, accountId);
  return {
    ...summary,
    members: membersFor(summary.role, { ...row, accountId }),
    entries: row.entries,
    ...rulesOf(row.playlist),
  };
}

const rulesOf = ({ rules }: Found['playlist']): Pick<PlaylistDetail, 'rules'> =>
  rules === null ? {} : { rules: rules as PlaylistDetail['rules'] };

/** Of whom the owner named by an address nobody else hears: two accounts of one person could ask together whose it is. */
function membersFor(
  role: PlaylistSummary['role'],
  { playlist, members, accountId }: Pick<Found, 'playlist' | 'members'> & { accountId: string },
): string[] {
  if (role === 'reader') return [];
  const named = playlist.named ?? members;
  return role === 'owner' ? named : members.filter((member) => member === accountId || named.includes(member));
}

function toSummary({ playlist, members, trackCount }: Found, accountId: string): PlaylistSummary {
  const { id, name, description, visibility, ownerId, revision, updatedAt } = playlist;
  const role = roleIn({ ...playlist, members }, accountId) ?? 'reader';
  return {
    id,
    name,
    description,
    visibility,
    ownerId,
    role,
    revision,
    trackCount,
    smart: playlist.rules !== null,
    updatedAt,
  };
}

export async function wasApplied(orm: Orm, messageId: string): Promise<boolean> {
  const rows = await orm.select({ id: inbox.messageId }).from(inbox).where(eq(inbox.messageId, messageId));
  return rows.length > 0;
}

/** What became of a command of this account. Of another's, what was refused is not told. */
export async function outcomeOf(
  orm: Orm,
  accountId: string,
  messageId: string,
): Promise<RpcResult<'playlists.outcome'>> {
  const [refused] = await orm
    .select({ code: refusals.code, message: refusals.message, actorId: refusals.actorId })
    .from(refusals)
    .where(eq(refusals.messageId, messageId));
  if (refused !== undefined) {
    const { actorId, ...why } = refused;
    return actorId === accountId ? { state: 'rejected', refused: why } : { state: 'accepted' };
  }
  return { state: (await wasApplied(orm, messageId)) ? 'confirmed' : 'accepted' };
}
