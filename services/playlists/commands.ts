import { eq } from 'drizzle-orm';
import { EnxameError } from '@/lib/contracts/errors';
import { newId } from '@/lib/contracts/ids';
import type { CommandType, Message } from '@/lib/contracts/messages';
import type { Orm } from '@/lib/database/database';
import { assertMay, audience, findPlaylist, noSuchPlaylist, type Playlist } from './access';
import { findChange, markUndone, recordChange } from './changes';
import type { Edit } from './edit';
import { applyEdit, assertRoomForOneMore, choosesByRules, type Effect, insertEntries } from './edits';
import { wasApplied } from './repository';
import { playlists } from './schema';

export type Command = Message<CommandType>;
type CommandOnOne = Exclude<Command, { type: 'playlist.create' }>;

/** Where the playlist stands after a command, and who is told. */
export interface Outcome {
  revision: number;
  deleted: boolean;
  to: string[] | null;
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
 * Does what a command asks, inside its transaction. Made on an older revision, it merges: what is added goes to the end,
 * what is moved or removed is what is still there, and of two names the later one stays. A repeat of what is already so
 * changes nothing and is no error.
 * @throws {TooEarly}
 * @throws {EnxameError} why it cannot be done: `not_found`, `forbidden`, `conflict`, `too_large`
 */
export async function applyCommand(tx: Orm, actor: string, command: Command): Promise<Outcome> {
  if (command.type === 'playlist.create') return create(tx, actor, command);
  const playlist = await findPlaylist(tx, command.data.playlistId, { lock: true });
  if (playlist === null) throw new TooEarly(noSuchPlaylist());
  assertMay(playlist, actor, command.type);
  if ('revision' in command.data) assertReached(playlist, command.data.revision);
  const { edit, undoOf } = await editOf(tx, actor, playlist, command);
  const isOfDeleted = edit?.kind === 'existence';
  if (playlist.deletedAt !== null && !isOfDeleted) throw noSuchPlaylist();
  const effect = edit === null ? null : await applyEdit(tx, playlist, edit, command.at);
  if (undoOf !== null) await markUndone(tx, undoOf);
  const after = effect === null ? playlist : await advance(tx, actor, playlist, effect, command, undoOf);
  return { revision: after.revision, deleted: after.deletedAt !== null, to: audience(playlist, after) };
}

async function create(tx: Orm, owner: string, command: Message<'playlist.create'>): Promise<Outcome> {
  const { data, at } = command;
  if (data.rules !== undefined && data.trackIds.length > 0) throw choosesByRules();
  await assertRoomForOneMore(tx, owner);
  const [made] = await tx
    .insert(playlists)
    .values({
      id: data.playlistId,
      ownerId: owner,
      name: data.name,
      description: data.description,
      rules: data.rules ?? null,
      revision: 1,
      createdAt: at,
      updatedAt: at,
    })
    .onConflictDoNothing()
    .returning();
  if (made === undefined) throw new EnxameError('conflict', 'A playlist with this id already exists.');
  const initial = data.trackIds.map((trackId) => ({ trackId, entryId: newId(), addedAt: at }));
  await insertEntries(tx, made.id, initial);
  await recordChange(tx, { command, actor: owner, inverse: { kind: 'existence', to: false }, undoOf: null });
  return { revision: 1, deleted: false, to: audience(null, { ...made, members: [] }) };
}

/** `edit` null: there is nothing to do. */
async function editOf(
  tx: Orm,
  actor: string,
  playlist: Playlist,
  command: CommandOnOne,
): Promise<{ edit: Edit | null; undoOf: string | null }> {
  if (command.type !== 'playlist.undo') return { edit: plainEdit(command), undoOf: null };
  const { messageId } = command.data;
  const change = await findChange(tx, playlist.id, messageId);
  if (change === null) {
    const refusal = new EnxameError('not_found', 'This change can no longer be undone.');
    throw (await wasApplied(tx, messageId)) ? refusal : new TooEarly(refusal);
  }
  if (change.actorId !== actor && playlist.ownerId !== actor) {
    throw new EnxameError('forbidden', 'Only the person who made this change, or the playlist’s owner, can undo it.');
  }
  return change.undone ? { edit: null, undoOf: null } : { edit: change.inverse, undoOf: messageId };
}

function plainEdit({ type, data, at }: Exclude<CommandOnOne, { type: 'playlist.undo' }>): Edit {
  switch (type) {
    case 'playlist.rename':
      return { kind: 'name', to: data.name };
    case 'playlist.describe':
      return { kind: 'description', to: data.description };
    case 'playlist.define':
      return { kind: 'rules', to: data.rules };
    case 'playlist.add':
      return { kind: 'append', entries: data.entries.map((entry) => ({ ...entry, addedAt: at })) };
    case 'playlist.remove':
      return { kind: 'take', entryIds: data.entryIds };
    case 'playlist.reorder':
      return { kind: 'move', entryIds: data.entryIds, before: data.before };
    case 'playlist.share':
      return { kind: 'sharing', to: { visibility: data.visibility, members: data.members, named: data.named ?? null } };
    case 'playlist.delete':
      return { kind: 'existence', to: false };
  }
}

function assertReached(playlist: Playlist, revision: number): void {
  if (revision <= playlist.revision) return;
  throw new TooEarly(
    new EnxameError('conflict', 'This change is based on a revision of the playlist that does not exist.'),
  );
}

async function advance(
  tx: Orm,
  actor: string,
  playlist: Playlist,
  effect: Effect,
  command: Command,
  undoOf: string | null,
): Promise<Playlist> {
  const after = { ...playlist, ...effect.now, revision: playlist.revision + 1, updatedAt: command.at };
  const { id, members, ...row } = after;
  await tx.update(playlists).set(row).where(eq(playlists.id, id));
  await recordChange(tx, { command, actor, inverse: effect.inverse, undoOf });
  return after;
}
