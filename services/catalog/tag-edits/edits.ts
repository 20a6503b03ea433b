import { asc, desc, eq, inArray, notInArray, sql } from 'drizzle-orm';
import { EnxameError } from '@/lib/contracts/errors';
import { newId } from '@/lib/contracts/ids';
import type { RpcResult } from '@/lib/contracts/rpc';
import {
  TAG_FIELDS,
  type TagChange,
  type TagChanged,
  type TagEdits,
  type TagField,
  type TagSheet,
} from '@/lib/contracts/tag-edits';
import { inTransaction, type Orm } from '@/lib/database/database';
import { inParts } from '@/lib/util/in-parts';
import { nameFile, type Splits } from '../naming';
import { albums, tracks } from '../schema';
import { isSame, pick, replace, undo, valuesOf, withEdits } from './overlay';
import { enqueue } from './renaming';
import { tagEdits, tagEditTracks, trackTags } from './schema';
import { currentSplits } from './store-tags';

/** Edits that can be taken back; what older ones set stays. */
const MAX_KEPT_EDITS = 500;
/** Tracks in one statement. */
const BATCH = 500;

const GONE = 'This edit is no longer kept.';
const NOT_READ =
  'The tags of some of these tracks have not been read since the server was updated. Wait until their folder was looked through, or import it again.';

/** What these tracks have in their fields, with how many of them were edited. @throws {EnxameError} `not_found`, `conflict` */
export async function readTagSheet(orm: Orm, trackIds: readonly string[]): Promise<TagSheet> {
  const ids = [...new Set(trackIds)];
  const splits = await currentSplits(orm);
  const sheet = new Sheet();
  let found = 0;
  for (const some of inParts(ids, BATCH)) {
    const rows = await orm
      .select({ folder: tracks.folderKey, tags: trackTags.tags, path: trackTags.path, edits: trackTags.edits })
      .from(tracks)
      .innerJoin(trackTags, eq(trackTags.trackId, tracks.id))
      .where(inArray(tracks.id, some));
    for (const row of rows) sheet.add(row, splits);
    found += rows.length;
  }
  if (found < ids.length) await refuseUnknown(orm, ids);
  return sheet.done();
}

/** Gathers what tracks have in common. */
class Sheet {
  private tracks = 0;
  private values: TagEdits = {};
  private fileValues: TagEdits = {};
  private readonly mixed = new Set<TagField>();
  private readonly mixedInFiles = new Set<TagField>();
  private readonly edited = new Map<TagField, number>();

  add(row: Pick<typeof trackTags.$inferSelect, 'tags' | 'path' | 'edits'> & { folder: string }, splits: Splits): void {
    const ofFile = valuesOf(nameFile(row.tags, row.path, row.folder, splits));
    const values = valuesOf(nameFile(withEdits(row.tags, row.edits), row.path, row.folder, splits));
    if (this.tracks === 0) [this.values, this.fileValues] = [values, ofFile];
    this.tracks += 1;
    for (const field of TAG_FIELDS) {
      if (!isSame(field, this.values, values)) this.mixed.add(field);
      if (!isSame(field, this.fileValues, ofFile)) this.mixedInFiles.add(field);
      if (field in row.edits) this.edited.set(field, (this.edited.get(field) ?? 0) + 1);
    }
  }

  done(): TagSheet {
    const but = (fields: ReadonlySet<TagField>) => TAG_FIELDS.filter((field) => !fields.has(field));
    return {
      tracks: this.tracks,
      values: pick(this.values, but(this.mixed)),
      fileValues: pick(this.fileValues, but(this.mixedInFiles)),
      mixed: [...this.mixed],
      edited: Object.fromEntries(this.edited),
    };
  }
}

/**
 * Sets fields of tracks over what their files say, or gives them back to it. The tracks are to be named anew afterwards.
 * @throws {EnxameError} `not_found`, `conflict`
 */
export async function editTags(orm: Orm, accountId: string, change: TagChange): Promise<TagChanged> {
  return await inTransaction(orm, (tx) => edit(tx, accountId, change));
}

async function edit(tx: Orm, accountId: string, change: TagChange): Promise<TagChanged> {
  const set = TAG_FIELDS.filter((field) => field in change.set);
  const reverted = [...new Set(change.revert)].filter((field) => !set.includes(field));
  const fields = [...set, ...reverted];
  const rows = await lockTags(tx, change.tracks);
  const changed = rows.flatMap(({ trackId, edits }) => {
    const after = replace(edits, fields, change.set);
    return fields.every((field) => isSame(field, edits, after)) ? [] : [{ trackId, before: edits, after }];
  });
  const editId = await store(tx, { accountId, undoes: null, set, reverted }, changed);
  return { editId, tracks: changed.length, kept: 0 };
}

/** Gives the fields of an edit back to what the files of its tracks say, whoever edited them since. @throws {EnxameError} `not_found` */
export async function revertEdit(orm: Orm, accountId: string, editId: string): Promise<TagChanged> {
  return await inTransaction(orm, async (tx) => {
    const [known] = await tx.select().from(tagEdits).where(eq(tagEdits.id, editId));
    if (known === undefined) throw new EnxameError('not_found', GONE);
    const touched = await tx
      .select({ trackId: tagEditTracks.trackId })
      .from(tagEditTracks)
      .where(eq(tagEditTracks.editId, editId));
    const all = touched.map(({ trackId }) => trackId);
    return await edit(tx, accountId, { tracks: all, set: {}, revert: [...known.set, ...known.reverted] });
  });
}

/**
 * Takes an edit back, but for what was edited again since then. That can be taken back, too.
 * @throws {EnxameError} `not_found`; `conflict` when it was taken back before
 */
export async function undoEdit(orm: Orm, accountId: string, editId: string): Promise<TagChanged> {
  return await inTransaction(orm, async (tx) => {
    const [known] = await tx.select().from(tagEdits).where(eq(tagEdits.id, editId)).for('update');
    if (known === undefined) throw new EnxameError('not_found', GONE);
    if (known.undone !== null) throw new EnxameError('conflict', 'This edit was undone already.');
    const touched = await tx.select().from(tagEditTracks).where(eq(tagEditTracks.editId, editId));
    const fields = [...known.set, ...known.reverted];
    const byTrack = new Map(touched.map((row) => [row.trackId, row]));
    let kept = 0;
    const rows = await lockTags(tx, [...byTrack.keys()]);
    const changed = rows.flatMap(({ trackId, edits }) => {
      const was = byTrack.get(trackId);
      if (was === undefined) return [];
      const back = undo(edits, fields, was);
      if (back.kept.length > 0) kept += 1;
      return back.kept.length === fields.length ? [] : [{ trackId, before: edits, after: back.edits }];
    });
    await tx.update(tagEdits).set({ undone: Date.now() }).where(eq(tagEdits.id, editId));
    const of = { accountId, undoes: editId, set: known.set, reverted: known.reverted };
    return { editId: await store(tx, of, changed), tracks: changed.length, kept };
  });
}

/** The latest first. */
export async function listEdits(
  orm: Orm,
  { offset, limit }: { offset: number; limit: number },
): Promise<RpcResult<'catalog.tagEdits'>> {
  const rows = await orm
    .select()
    .from(tagEdits)
    .orderBy(desc(tagEdits.at), desc(tagEdits.id))
    .limit(limit)
    .offset(offset);
  const [counted] = await orm.select({ total: sql<number>`count(*)::int` }).from(tagEdits);
  const edits = rows.map(({ undoes, undone, ...row }) => ({
    ...row,
    kind: undoes === null ? ('edit' as const) : ('undo' as const),
    undone: undone !== null,
  }));
  return { edits, total: counted?.total ?? 0 };
}

/** Tags of these tracks, which nobody else edits until the transaction ends. @throws {EnxameError} `not_found`, `conflict` */
async function lockTags(tx: Orm, trackIds: readonly string[]) {
  const ids = [...new Set(trackIds)];
  if (ids.length === 0) return [];
  // Imports lock the tracks first, and in this order, too: so two transactions never wait for each other.
  await tx
    .select({ id: tracks.id })
    .from(tracks)
    .where(inArray(tracks.id, ids))
    .orderBy(asc(tracks.id))
    .for('no key update');
  const rows = await tx
    .select({ trackId: trackTags.trackId, edits: trackTags.edits })
    .from(trackTags)
    .where(inArray(trackTags.trackId, ids));
  if (rows.length < ids.length) await refuseUnknown(tx, ids);
  return rows;
}

async function refuseUnknown(tx: Orm, ids: readonly string[]): Promise<never> {
  const known = await tx.$count(tracks, inArray(tracks.id, [...ids]));
  if (known < ids.length) throw new EnxameError('not_found', 'Some of these tracks do not exist.');
  throw new EnxameError('conflict', NOT_READ);
}

interface Changed {
  trackId: string;
  /** Everything that was edited of it. */
  before: TagEdits;
  after: TagEdits;
}

/** @returns the id under which it can be taken back; null: there was nothing to do */
async function store(
  tx: Orm,
  of: Pick<typeof tagEdits.$inferInsert, 'accountId' | 'undoes' | 'set' | 'reverted'>,
  changed: readonly Changed[],
): Promise<string | null> {
  if (changed.length === 0) return null;
  const id = newId();
  const fields = [...of.set, ...of.reverted];
  const name = await nameOf(
    tx,
    changed.map(({ trackId }) => trackId),
  );
  // Later than the one before, also within a millisecond and with a clock that was set back: the list has an order.
  const [last] = await tx.select({ at: sql<number | null>`max(${tagEdits.at})::float8` }).from(tagEdits);
  const at = Math.max(Date.now(), (last?.at ?? 0) + 1);
  await tx.insert(tagEdits).values({ ...of, id, at, tracks: changed.length, name });
  for (const some of inParts(changed, BATCH)) {
    await tx.insert(tagEditTracks).values(
      some.map(({ trackId, before, after }) => ({
        editId: id,
        trackId,
        before: pick(before, fields),
        after: pick(after, fields),
      })),
    );
    const given = JSON.stringify(some.map(({ trackId, after }) => ({ trackId, after })));
    await tx.execute(sql`
      update ${trackTags} as t set edits = given.after
      from jsonb_to_recordset(${given}::jsonb) as given("trackId" text, after jsonb) where t.track_id = given."trackId"`);
    await enqueue(
      tx,
      some.map(({ trackId }) => trackId),
    );
  }
  await forgetOld(tx);
  return id;
}

/** The track's title, or the title of the album that all are of. */
async function nameOf(tx: Orm, ids: readonly string[]): Promise<string | null> {
  const [first = ''] = ids;
  if (ids.length === 1) {
    const [one] = await tx.select({ title: tracks.title }).from(tracks).where(eq(tracks.id, first));
    return one?.title ?? null;
  }
  const [album, other] = await tx
    .selectDistinct({ id: albums.id, title: albums.title })
    .from(tracks)
    .innerJoin(albums, eq(albums.id, tracks.albumId))
    .where(inArray(tracks.id, [...ids]))
    .limit(2);
  return album === undefined || other !== undefined ? null : album.title;
}

async function forgetOld(tx: Orm): Promise<void> {
  const kept = tx
    .select({ id: tagEdits.id })
    .from(tagEdits)
    .orderBy(desc(tagEdits.at), desc(tagEdits.id))
    .limit(MAX_KEPT_EDITS);
  await tx.delete(tagEdits).where(notInArray(tagEdits.id, kept));
}
