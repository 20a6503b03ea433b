import { and, eq, inArray, isNull, sql } from 'drizzle-orm';
import type { ImportStatus } from '@/lib/contracts/catalog';
import { newId } from '@/lib/contracts/ids';
import type { ImportFault } from '@/lib/contracts/reasons';
import { inTransaction, type Orm } from '@/lib/database/database';
import type { ListedFile, ListedFolder } from '@/lib/media-store/media-store';
import { inParts } from '@/lib/util/in-parts';
import type { Deps } from './deps';
import { isForGood, MAX_FAILED, MAX_FAILED_NAME_CHARS, skippedEntries } from './failures';
import { type Folders, isWithin } from './folders/folders';
import { ImportCovers } from './import-covers';
import { FolderAway, type Scope } from './import-scope';
import { findMoved } from './moved/find-moved';
import { isAsItWas, lyricsFileOf, pictureFileOf } from './read-state';
import { tracks, versions } from './schema';
import { type BrokenFile, type NewCover, type ReadFile, storeBroken, storeFiles } from './store-files';
import { TAG_THREADS, type TagsPool } from './tags-pool';
import type { FileTags } from './tags-worker';

/** Files in one task of a thread and in one transaction: short enough (about 20 ms in PGlite) for playback to come between. */
const FILES_PER_TASK = 32;
/** Some are read while others are stored. */
const TASKS_AT_ONCE = 3 * TAG_THREADS;
/** Files compared with the database in one query. */
const FILES_PER_LOOK = 256;
/** PostgreSQL's B-tree takes keys of up to 2,704 bytes. */
const MAX_KEY_BYTES = 2_000;

/** What an import has counted so far. */
export interface Counts {
  found: number;
  read: number;
  added: number;
  changed: number;
  unchanged: number;
  missing: number;
  moved: number;
  failedCount: number;
  failed: ImportStatus['failed'];
}

interface LookedAt extends ListedFile {
  folder: string;
  picture: ListedFolder['picture'];
  /** The catalogue knows nothing of that key. */
  isNew: boolean;
}

/** One import of one folder: lists it, reads what is new or changed, marks what is gone. */
export class ImportRun {
  readonly counts: Counts = {
    found: 0,
    read: 0,
    added: 0,
    changed: 0,
    unchanged: 0,
    missing: 0,
    moved: 0,
    failedCount: 0,
    failed: [],
  };
  /** Tracks that went missing or came back: what is counted as missing may have been so before. */
  wentOrCame = 0;
  /** Folders with files that are still being written. */
  readonly restless = new Set<string>();
  private readonly skipped = new Map<string, number>();
  private readonly tasks = new Set<Promise<void>>();
  private readonly walked = new Set<string>();
  private readonly unreadable: string[] = [];
  /** Tracks that were counted as missing; some are found in another place afterwards. */
  private readonly gone = new Set<string>();
  private readonly covers: ImportCovers;
  /** Pictures are handed over by the threads once for each. */
  private readonly id = newId();
  private waiting: LookedAt[] = [];
  private storing: Promise<void> = Promise.resolve();

  constructor(
    private readonly deps: Deps,
    private readonly using: { pool: TagsPool; folders: Folders },
    private readonly scope: Scope,
    private readonly signal: AbortSignal,
  ) {
    this.covers = new ImportCovers(deps, using.pool);
  }

  /** What was counted, and the types of files that were skipped. */
  failures(): ImportStatus['failed'] {
    return [...this.counts.failed, ...skippedEntries(this.skipped)];
  }

  /** @throws {FolderAway} whatever stops the whole import; broken files do not */
  async run(): Promise<void> {
    const away = await this.using.folders.whyAway(this.scope.folder);
    if (away !== null) throw new FolderAway(away);
    let group: ListedFolder[] = [];
    let size = 0;
    try {
      for await (const found of this.list()) {
        this.signal.throwIfAborted();
        this.note(found);
        group.push(found);
        size += found.files.length;
        if (Math.max(size, group.length) < FILES_PER_LOOK) continue;
        await this.look(group);
        group = [];
        size = 0;
      }
      await this.look(group);
      await this.read(this.waiting);
      this.waiting = [];
    } finally {
      await Promise.allSettled(this.tasks);
    }
    await Promise.all(this.tasks);
    if (this.scope.parts === null) await this.markVanishedFolders(this.scope.folder);
    for (const { folder } of this.scope.parts ?? []) await this.markVanishedFolders(folder);
  }

  private async *list(): AsyncGenerator<ListedFolder> {
    const { folder, parts } = this.scope;
    if (parts === null) yield* this.deps.media.list(folder);
    for (const part of parts ?? []) {
      // What is no folder, or is one no more, has nothing to list: its tracks are marked afterwards.
      if (await this.isThere(part.folder)) yield* this.deps.media.list(folder, part);
    }
  }

  private async isThere(folder: string): Promise<boolean> {
    try {
      return await this.deps.media.isFolder(folder);
    } catch (error) {
      this.deps.log.debug({ error, folder }, 'a folder cannot be looked at');
      this.walked.add(folder);
      this.unreadable.push(folder);
      return false;
    }
  }

  /** The imported folder itself could not be read: nothing was found out. */
  get isUnreadable(): boolean {
    return this.unreadable.includes(this.scope.folder);
  }

  private note(found: ListedFolder): void {
    this.walked.add(found.folder);
    if (found.unreadable) this.unreadable.push(found.folder);
    this.counts.found += found.files.length;
    for (const { key, reason, code } of found.problems) this.fail(key, reason, code);
    for (const ending of found.skipped) this.skipped.set(ending, (this.skipped.get(ending) ?? 0) + 1);
  }

  /** Tells new and changed files from those that are as they were, and finds what these folders lack. */
  private async look(group: ListedFolder[]): Promise<void> {
    const readable = group.filter((found) => !found.unreadable).map((found) => found.folder);
    if (readable.length === 0) return;
    const columns = {
      id: tracks.id,
      key: tracks.mediaKey,
      size: tracks.size,
      mtimeMs: tracks.mtimeMs,
      missing: tracks.missing,
      lyricsFile: tracks.lyricsFile,
      pictureFile: tracks.pictureFile,
      tagReader: tracks.tagReader,
      sealError: versions.sealError,
    };
    const rows = await this.deps.orm
      .select(columns)
      .from(tracks)
      .leftJoin(versions, and(eq(versions.trackId, tracks.id), isNull(versions.retired)))
      .where(inArray(tracks.folderKey, readable));
    const known = new Map(rows.map((row) => [row.key, row]));
    const back: string[] = [];
    for (const { files, folder, picture } of group) {
      for (const file of files) {
        const track = known.get(file.key);
        known.delete(file.key);
        if (track !== undefined && !this.scope.reread && isAsItWas(track, file, picture)) {
          this.counts.unchanged++;
          this.counts.read++;
          if (track.missing) back.push(track.id);
        } else if (!this.scope.isAtRest(file)) {
          this.restless.add(folder);
        } else if (Buffer.byteLength(file.key) > MAX_KEY_BYTES) {
          this.fail(file.key, 'The path of this file is too long.', 'path_too_long');
        } else this.waiting.push({ ...file, folder, picture, isNew: track === undefined });
      }
    }
    await this.bringBack(back);
    this.wentOrCame += back.length;
    const gone = [...known.values()];
    this.counts.missing += gone.length;
    for (const { id } of gone) this.gone.add(id);
    const newlyGone = gone.filter((track) => !track.missing).map((track) => track.id);
    await this.markMissing(newlyGone);
    this.wentOrCame += newlyGone.length;
    while (this.waiting.length >= FILES_PER_TASK) await this.read(this.waiting.splice(0, FILES_PER_TASK));
  }

  private async bringBack(ids: string[]): Promise<void> {
    for (const some of inParts(ids, FILES_PER_LOOK)) {
      await inTransaction(this.deps.orm, async (tx) => {
        await this.hold(tx);
        await tx.update(tracks).set({ missing: false }).where(inArray(tracks.id, some));
      });
    }
  }

  private async markMissing(ids: string[]): Promise<void> {
    for (const some of inParts(ids, FILES_PER_LOOK)) {
      await this.deps.orm.update(tracks).set({ missing: true }).where(inArray(tracks.id, some));
    }
  }

  /** Nothing is stored any more of a folder that was removed from the library, also by another process. @throws {FolderRemoved} */
  private hold(tx: Orm): Promise<void> {
    return this.using.folders.hold(tx, this.scope.folder);
  }

  /** Hands files to a thread; waits while all threads have enough to do. */
  private async read(files: LookedAt[]): Promise<void> {
    if (files.length === 0) return;
    while (this.tasks.size >= TASKS_AT_ONCE) await Promise.race(this.tasks);
    this.signal.throwIfAborted();
    const task = this.readAndStore(files);
    this.tasks.add(task);
    task.then(
      () => this.tasks.delete(task),
      // Stays, so that run() meets it.
      () => undefined,
    );
  }

  private async readAndStore(files: LookedAt[]): Promise<void> {
    const { files: answers } = await this.using.pool.run({
      kind: 'tags',
      importId: this.id,
      files: files.map(({ key, size, picture, lyrics }) => ({
        mediaKey: key,
        size,
        picture: picture?.key ?? null,
        lyrics: lyrics?.key ?? null,
      })),
    });
    const pictures = files.map(({ picture }) => picture?.key ?? null);
    const { coverIds, made } = await this.covers.of(answers, pictures);
    const read: ReadFile[] = [];
    const broken: BrokenFile[] = [];
    const unknown: ReadFile[] = [];
    files.forEach((file, i) => {
      const answer = answers[i];
      if (answer === undefined) return;
      if (!('reason' in answer)) {
        const one = this.readFileOf(file, answer, coverIds[i] ?? null);
        read.push(one);
        if (file.isNew) unknown.push(one);
        return;
      }
      this.fail(file.key, answer.reason, answer.code);
      if (isForGood(answer.code)) {
        broken.push({ mediaKey: file.key, size: file.size, mtimeMs: file.mtimeMs, reason: answer.reason });
      }
    });
    // One after the other: parallel transactions would only wait for each other.
    const stored = this.storing.then(() => this.store({ read, unknown, broken }, made));
    this.storing = stored.catch(() => undefined);
    await stored;
  }

  private readFileOf(file: LookedAt, answer: Extract<FileTags, { tags: unknown }>, coverId: string | null): ReadFile {
    return {
      mediaKey: file.key,
      folder: file.folder,
      size: file.size,
      mtimeMs: file.mtimeMs,
      tags: answer.tags,
      path: this.deps.media.namesFrom(this.scope.folder, file.key),
      gain: answer.gain,
      durationS: answer.durationS,
      mime: answer.mime,
      coverId,
      audioHash: answer.audioHash,
      lyrics: answer.lyrics,
      lyricsFile: lyricsFileOf(file),
      pictureFile: pictureFileOf(file.picture),
    };
  }

  private async store(
    { read, unknown, broken }: { read: ReadFile[]; unknown: ReadFile[]; broken: BrokenFile[] },
    newCovers: NewCover[],
  ): Promise<void> {
    this.signal.throwIfAborted();
    if (broken.length > 0 && (await storeBroken(this.deps.orm, this.deps.secrets.masterKey, broken))) {
      this.deps.wakeOutbox();
    }
    if (read.length === 0) return;
    const { importId } = this.scope;
    const context = { masterKey: this.deps.secrets.masterKey, importId, hold: (tx: Orm) => this.hold(tx) };
    const moves = await findMoved(this.deps, this.using.folders, this.scope.folder, unknown);
    const { added, changed, moved } = await storeFiles(this.deps.orm, context, read, newCovers, moves);
    this.counts.added += added;
    this.counts.changed += changed;
    this.counts.moved += moved.length;
    this.counts.missing -= moved.filter((id) => this.gone.delete(id)).length;
    this.counts.read += read.length;
    if (changed + moved.length > 0) this.deps.wakeOutbox();
  }

  /** Tracks in folders that the walk did not meet at all. What lies in or below an unreadable folder may still be there. */
  private async markVanishedFolders(from: string): Promise<void> {
    const { media, orm } = this.deps;
    const part = this.scope.parts?.find(({ folder }) => folder === from);
    // One that was met without those below it says nothing of them.
    if (part?.below === false && this.walked.has(from)) return;
    const folders = await orm.selectDistinct({ folder: tracks.folderKey }).from(tracks).where(isWithin(media, from));
    const vanished = folders
      .map((row) => row.folder)
      .filter((folder) => !this.walked.has(folder))
      .filter((folder) => !this.unreadable.some((bad) => folder.startsWith(media.prefixOf(bad))));
    for (const some of inParts(vanished, FILES_PER_LOOK)) {
      const inThem = inArray(tracks.folderKey, some);
      const [row] = await orm.select({ count: sql<number>`count(*)::int` }).from(tracks).where(inThem);
      this.counts.missing += row?.count ?? 0;
      const newlyGone = await orm
        .update(tracks)
        .set({ missing: true })
        .where(and(inThem, eq(tracks.missing, false)))
        .returning({ id: tracks.id });
      this.wentOrCame += newlyGone.length;
    }
  }

  private fail(key: string, reason: string, code: ImportFault): void {
    this.counts.failedCount++;
    if (this.counts.failed.length >= MAX_FAILED) return;
    const shown = this.deps.media.shownIn(this.scope.folder, key);
    this.counts.failed.push({ file: shown.slice(0, MAX_FAILED_NAME_CHARS), reason, code });
  }
}
