import { and, count, eq, inArray, isNull } from 'drizzle-orm';
import { EnxameError } from '@/lib/contracts/errors';
import { newId } from '@/lib/contracts/ids';
import type { CommandType, Message } from '@/lib/contracts/messages';
import type { Orm } from '@/lib/database/database';
import { entries, playlists } from './schema';

/** So that a playlist stays one answer (80 bytes an entry). */
const MAX_ENTRIES = 5_000;
/** Live playlists of one account. */
const MAX_PLAYLISTS = 1_000;

export type Command = Message<CommandType>;

/** Where the playlist stands after a command. */
export interface Outcome {
  revision: number;
  deleted: boolean;
}

/**
 * The command speaks of a state that is not here yet: an earlier command of the same listener may still be under way in
 * another process.
 */
export class TooEarly extends Error {
  override readonly name = 'TooEarly';
  /** What to answer when that state never comes. */
  readonly refusal: EnxameError;
  constructor(refusal: EnxameError) {
    super(refusal.message);
    this.refusal = refusal;
  }
}

/**
 * Does what a command asks, inside its transaction. A repeat of what is already so changes nothing and is no error.
 * @throws {TooEarly}
 * @throws {EnxameError} why it cannot be done: `conflict`, `not_found`, `too_large`
 */
export async function applyCommand(tx: Orm, owner: string, command: Command): Promise<Outcome> {
  switch (command.type) {
    case 'playlist.create':
      return create(tx, owner, command);
    case 'playlist.rename':
      return rename(tx, owner, command);
    case 'playlist.add':
      return add(tx, owner, command);
    case 'playlist.remove':
      return remove(tx, owner, command);
    case 'playlist.delete':
      return erase(tx, owner, command);
  }
}

async function create(tx: Orm, owner: string, { data, at }: Message<'playlist.create'>): Promise<Outcome> {
  const [owned] = await tx
    .select({ total: count() })
    .from(playlists)
    .where(and(eq(playlists.ownerId, owner), isNull(playlists.deletedAt)));
  if (owned !== undefined && owned.total >= MAX_PLAYLISTS) {
    throw new EnxameError('too_large', `An account may have ${MAX_PLAYLISTS} playlists.`);
  }
  const made = await tx
    .insert(playlists)
    .values({ id: data.playlistId, ownerId: owner, name: data.name, revision: 1, createdAt: at, updatedAt: at })
    .onConflictDoNothing()
    .returning({ id: playlists.id });
  if (made.length === 0) throw new EnxameError('conflict', 'There is already a playlist with this identifier.');
  const initial = data.trackIds.map((trackId) => ({ trackId, entryId: newId() }));
  await append(tx, data.playlistId, initial, at);
  return { revision: 1, deleted: false };
}

async function rename(tx: Orm, owner: string, { data, at }: Message<'playlist.rename'>): Promise<Outcome> {
  const playlist = await lockOwn(tx, owner, data.playlistId);
  if (playlist.name === data.name) return { revision: playlist.revision, deleted: false };
  return advance(tx, playlist, at, { name: data.name });
}

/** Made on an older revision, it merges: what is added goes to the end, wherever the end is now. */
async function add(tx: Orm, owner: string, { data, at }: Message<'playlist.add'>): Promise<Outcome> {
  const playlist = await lockOwn(tx, owner, data.playlistId);
  assertReached(playlist, data.revision);
  const added = await append(tx, playlist.id, data.entries, at);
  if (added === 0) return { revision: playlist.revision, deleted: false };
  const [held] = await tx.select({ total: count() }).from(entries).where(eq(entries.playlistId, playlist.id));
  if (held !== undefined && held.total > MAX_ENTRIES) {
    throw new EnxameError('too_large', `A playlist may have ${MAX_ENTRIES} entries.`);
  }
  return advance(tx, playlist, at);
}

/** What is already gone is fine: that is what was wished. */
async function remove(tx: Orm, owner: string, { data, at }: Message<'playlist.remove'>): Promise<Outcome> {
  const playlist = await lockOwn(tx, owner, data.playlistId);
  assertReached(playlist, data.revision);
  const gone = await tx
    .delete(entries)
    .where(and(eq(entries.playlistId, playlist.id), inArray(entries.entryId, data.entryIds)))
    .returning({ entryId: entries.entryId });
  return gone.length === 0 ? { revision: playlist.revision, deleted: false } : advance(tx, playlist, at);
}

async function erase(tx: Orm, owner: string, { data, at }: Message<'playlist.delete'>): Promise<Outcome> {
  const playlist = await lockOwn(tx, owner, data.playlistId, { deletedToo: true });
  if (playlist.deletedAt !== null) return { revision: playlist.revision, deleted: true };
  await tx.delete(entries).where(eq(entries.playlistId, playlist.id));
  return advance(tx, playlist, at, { deletedAt: at });
}

type Row = typeof playlists.$inferSelect;

/** The owner's playlist, its row locked so that commands about it take turns. */
async function lockOwn(tx: Orm, owner: string, id: string, options = { deletedToo: false }): Promise<Row> {
  const [row] = await tx.select().from(playlists).where(eq(playlists.id, id)).for('update');
  // A stranger's playlist and none at all get one answer, so that identifiers cannot be tried out.
  const refusal = new EnxameError('not_found', 'There is no such playlist of yours.');
  if (row === undefined) throw new TooEarly(refusal);
  if (row.ownerId !== owner || (row.deletedAt !== null && !options.deletedToo)) throw refusal;
  return row;
}

function assertReached(playlist: Row, revision: number): void {
  if (revision <= playlist.revision) return;
  throw new TooEarly(
    new EnxameError('conflict', 'This change was made on a state of the playlist that the server never had.'),
  );
}

/** @returns how many of them were new */
async function append(tx: Orm, playlistId: string, added: { entryId: string; trackId: string }[], at: number) {
  if (added.length === 0) return 0;
  const fresh = await tx
    .insert(entries)
    .values(added.map(({ entryId, trackId }) => ({ playlistId, entryId, trackId, addedAt: at })))
    .onConflictDoNothing()
    .returning({ entryId: entries.entryId });
  return fresh.length;
}

async function advance(
  tx: Orm,
  playlist: Row,
  at: number,
  change: Partial<Pick<Row, 'name' | 'deletedAt'>> = {},
): Promise<Outcome> {
  const revision = playlist.revision + 1;
  await tx
    .update(playlists)
    .set({ ...change, revision, updatedAt: at })
    .where(eq(playlists.id, playlist.id));
  return { revision, deleted: change.deletedAt != null };
}
