import { isDeepStrictEqual } from 'node:util';
import { and, asc, count, eq, inArray, isNull, sql } from 'drizzle-orm';
import { EnxameError } from '@/lib/contracts/errors';
import { MAX_PLAYLIST_ENTRIES } from '@/lib/contracts/playlists';
import type { Orm } from '@/lib/database/database';
import type { Playlist } from './access';
import type { Edit, Entry, Sharing } from './edit';
import { moveBefore, placesOf, putBack } from './order';
import { entries, members, playlists } from './schema';

/** Live playlists of one account. */
const MAX_PLAYLISTS = 1_000;

/** What an edit did: how to take it back, and what is new in the playlist's own row and members. */
export interface Effect {
  inverse: Edit;
  now: Partial<Pick<Playlist, 'name' | 'description' | 'visibility' | 'members' | 'named' | 'rules' | 'deletedAt'>>;
}

/**
 * Does an edit inside the transaction that holds the playlist's row; what is in the row itself is left to the caller.
 * @returns null when all is so already
 * @throws {EnxameError} `too_large`; `conflict` for tracks of a smart playlist, and when it is not (any more) as the edit expects
 */
export async function applyEdit(tx: Orm, playlist: Playlist, edit: Edit, at: number): Promise<Effect | null> {
  if (playlist.rules !== null && EDITS_OF_ENTRIES.includes(edit.kind)) throw choosesByRules();
  switch (edit.kind) {
    case 'append': {
      const added = await insertEntries(tx, playlist.id, edit.entries);
      if (added.length === 0) return null;
      await assertNotTooLong(tx, playlist.id);
      return { inverse: { kind: 'take', entryIds: added }, now: {} };
    }
    case 'take':
      return take(tx, playlist.id, edit.entryIds);
    case 'put': {
      const added = await insertEntries(tx, playlist.id, edit.places);
      if (added.length === 0) return null;
      await assertNotTooLong(tx, playlist.id);
      const order = await orderOf(tx, playlist.id);
      const fresh = new Set(added);
      const places = edit.places.filter((place) => fresh.has(place.entryId));
      await writeOrder(tx, playlist.id, putBack(order, places));
      return { inverse: { kind: 'take', entryIds: added }, now: {} };
    }
    case 'move':
      return rearrange(tx, playlist.id, edit.entryIds, (order) => moveBefore(order, edit.entryIds, edit.before));
    case 'arrange': {
      const ids = edit.places.map((place) => place.entryId);
      return rearrange(tx, playlist.id, ids, (order) => {
        const present = new Set(order);
        return putBack(
          order,
          edit.places.filter((place) => present.has(place.entryId)),
        );
      });
    }
    case 'name':
      assertUnchanged(edit.from, playlist.name, 'name');
      return edit.to === playlist.name
        ? null
        : { inverse: { kind: 'name', to: playlist.name, from: edit.to }, now: { name: edit.to } };
    case 'description':
      assertUnchanged(edit.from, playlist.description, 'description');
      return edit.to === playlist.description
        ? null
        : {
            inverse: { kind: 'description', to: playlist.description, from: edit.to },
            now: { description: edit.to },
          };
    case 'rules':
      return define(playlist, edit);
    case 'sharing':
      return share(tx, playlist, edit);
    case 'existence':
      return exist(tx, playlist, edit.to, at);
  }
}

const EDITS_OF_ENTRIES: readonly Edit['kind'][] = ['append', 'take', 'put', 'move', 'arrange'];

export const choosesByRules = () =>
  new EnxameError('conflict', 'The tracks of this smart playlist are chosen by its rules. Change the rules instead.');

/** What is already gone is fine: that is what was wished. */
async function take(tx: Orm, playlistId: string, entryIds: string[]): Promise<Effect | null> {
  const held = await readEntries(tx, playlistId);
  const byId = new Map(held.map((entry) => [entry.entryId, entry]));
  const order = held.map((entry) => entry.entryId);
  const places = placesOf(order, new Set(entryIds)).map((place) => ({
    ...(byId.get(place.entryId) as Entry),
    ...place,
  }));
  if (places.length === 0) return null;
  await tx.delete(entries).where(and(eq(entries.playlistId, playlistId), inArray(entries.entryId, entryIds)));
  return { inverse: { kind: 'put', places }, now: {} };
}

async function rearrange(
  tx: Orm,
  playlistId: string,
  ids: string[],
  wish: (order: string[]) => string[],
): Promise<Effect | null> {
  const before = await orderOf(tx, playlistId);
  const after = wish(before);
  if (after.every((id, i) => id === before[i])) return null;
  await writeOrder(tx, playlistId, after);
  return { inverse: { kind: 'arrange', places: placesOf(before, new Set(ids)) }, now: {} };
}

function define({ rules }: Playlist, { to, from }: Edit & { kind: 'rules' }): Effect | null {
  if (rules === null) throw new EnxameError('conflict', 'This playlist has tracks of its own, and takes no rules.');
  if (from !== undefined && !isDeepStrictEqual(from, rules)) throw changedSince('rules');
  return isDeepStrictEqual(to, rules) ? null : { inverse: { kind: 'rules', to: rules, from: to }, now: { rules: to } };
}

async function share(tx: Orm, playlist: Playlist, edit: Edit & { kind: 'sharing' }): Promise<Effect | null> {
  const was: Sharing = { visibility: playlist.visibility, members: playlist.members, named: playlist.named };
  const to = {
    visibility: edit.to.visibility,
    members: [...new Set(edit.to.members)].filter((account) => account !== playlist.ownerId).sort(),
    named: edit.to.named?.toSorted() ?? null,
  };
  const same = (one: Sharing, other: Sharing) =>
    one.visibility === other.visibility &&
    one.members.join() === other.members.join() &&
    namesIn(one).join() === namesIn(other).join();
  if (edit.from !== undefined && !same(edit.from, was)) throw changedSince('sharing');
  if (same(was, to)) return null;
  await tx.delete(members).where(eq(members.playlistId, playlist.id));
  if (to.members.length > 0) {
    await tx.insert(members).values(to.members.map((accountId) => ({ playlistId: playlist.id, accountId })));
  }
  return { inverse: { kind: 'sharing', to: was, from: to }, now: to };
}

const namesIn = ({ named, members }: Sharing): string[] => named ?? members;

async function exist(tx: Orm, playlist: Playlist, to: boolean, at: number): Promise<Effect | null> {
  if (to === (playlist.deletedAt === null)) return null;
  if (to) await assertRoomForOneMore(tx, playlist.ownerId);
  return { inverse: { kind: 'existence', to: !to }, now: { deletedAt: to ? null : at } };
}

/** @throws {EnxameError} `too_large` when the account has as many playlists as it may */
export async function assertRoomForOneMore(tx: Orm, ownerId: string): Promise<void> {
  const [owned] = await tx
    .select({ total: count() })
    .from(playlists)
    .where(and(eq(playlists.ownerId, ownerId), isNull(playlists.deletedAt)));
  if (owned !== undefined && owned.total >= MAX_PLAYLISTS) {
    throw new EnxameError('too_large', `An account may have at most ${MAX_PLAYLISTS} playlists.`);
  }
}

async function assertNotTooLong(tx: Orm, playlistId: string): Promise<void> {
  const [held] = await tx.select({ total: count() }).from(entries).where(eq(entries.playlistId, playlistId));
  if (held !== undefined && held.total > MAX_PLAYLIST_ENTRIES) {
    throw new EnxameError('too_large', `A playlist may have at most ${MAX_PLAYLIST_ENTRIES} entries.`);
  }
}

async function orderOf(tx: Orm, playlistId: string): Promise<string[]> {
  return (await readEntries(tx, playlistId)).map((entry) => entry.entryId);
}

function assertUnchanged(expected: string | undefined, now: string, what: string): void {
  if (expected !== undefined && expected !== now) throw changedSince(what);
}

const changedSince = (what: string) =>
  new EnxameError('conflict', `The ${what} has changed since, so this change cannot be undone.`);

/** In the order they play. */
export async function readEntries(tx: Orm, playlistId: string): Promise<Entry[]> {
  return tx
    .select({ entryId: entries.entryId, trackId: entries.trackId, addedAt: entries.addedAt })
    .from(entries)
    .where(eq(entries.playlistId, playlistId))
    .orderBy(asc(entries.position));
}

/** Puts entries at the end; those that are there already stay where they are. @returns the new ones, in order */
export async function insertEntries(tx: Orm, playlistId: string, added: readonly Entry[]): Promise<string[]> {
  if (added.length === 0) return [];
  // One parameter, however many entries: PostgreSQL takes 65,535 of them.
  const rows = JSON.stringify(added.map(({ entryId, trackId, addedAt }) => ({ entryId, trackId, addedAt })));
  const end = sql`(select coalesce(max(position), 0) from ${entries} where playlist_id = ${playlistId})`;
  const inserted = await tx
    .insert(entries)
    .select(
      sql`select ${playlistId}::text, e->>'entryId', e->>'trackId', (e->>'addedAt')::bigint, (${end} + n)::integer
        from jsonb_array_elements(${rows}::jsonb) with ordinality as given(e, n) order by n`,
    )
    .onConflictDoNothing()
    .returning({ entryId: entries.entryId });
  const fresh = new Set(inserted.map((row) => row.entryId));
  return [...new Set(added.map((entry) => entry.entryId))].filter((id) => fresh.has(id));
}

/** Numbers the entries anew, in one statement. @param order all of them */
export async function writeOrder(tx: Orm, playlistId: string, order: readonly string[]): Promise<void> {
  await tx.execute(sql`
    update ${entries} set position = wanted.n
    from jsonb_array_elements_text(${JSON.stringify(order)}::jsonb) with ordinality as wanted(id, n)
    where playlist_id = ${playlistId} and entry_id = wanted.id and position <> wanted.n`);
}
