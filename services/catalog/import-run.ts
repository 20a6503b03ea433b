import { availableParallelism } from 'node:os';
import { and, eq, inArray, isNull, or, sql } from 'drizzle-orm';
import type { ImportStatus } from '@/lib/contracts/catalog';
import type { ImportFault } from '@/lib/contracts/reasons';
import type { ListedFile, ListedFolder, MediaStore } from '@/lib/media-store/media-store';
import { makeWorkerPool } from '@/lib/util/node/worker-pool';
import { makeSmallCover } from './covers';
import type { Deps } from './deps';
import { isForGood, skippedEntries } from './failures';
import { nameFile } from './naming';
import { covers, TAG_READER, tracks, versions } from './schema';
import { type BrokenFile, type NewCover, type ReadFile, storeBroken, storeFiles } from './store-files';
import type { Cover, FileTags, TagsAnswer, TagsJob, TagsTask } from './tags-worker';
import { isSameState } from './versions';

export type TagsPool = { run(job: TagsJob): Promise<TagsAnswer>; close(): Promise<void> };

const TAGS_WORKER = { source: 'services/catalog/tags-worker.ts', built: 'tags-worker' };
const THREADS = Math.min(2, availableParallelism());
/** Files in one task of a thread and in one transaction: short enough (about 20 ms in PGlite) for playback to come between. */
const FILES_PER_TASK = 32;
/** Some are read while others are stored. */
const TASKS_AT_ONCE = 3 * THREADS;
/** Files compared with the database in one query. */
const FILES_PER_LOOK = 256;
/** PostgreSQL's B-tree takes keys of up to 2,704 bytes. */
const MAX_KEY_BYTES = 2_000;
/** What the answer lists; the rest is only counted. */
const MAX_FAILED = 100;
const MAX_FAILED_NAME_CHARS = 500;

/** Threads that read tags and pictures of files of this store. */
export function openTagsPool(media: MediaStore): TagsPool {
  const pool = makeWorkerPool<TagsTask, TagsAnswer>(TAGS_WORKER, THREADS);
  const description = media.describe();
  return { run: (job) => pool.run({ ...job, media: description }), close: () => pool.close() };
}

/** What an import has counted so far. */
export interface Counts {
  found: number;
  read: number;
  added: number;
  changed: number;
  unchanged: number;
  missing: number;
  failedCount: number;
  failed: ImportStatus['failed'];
}

interface LookedAt extends ListedFile {
  folder: string;
  picture: string | null;
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
    failedCount: 0,
    failed: [],
  };
  /** Albums that got tracks. */
  readonly albumIds = new Set<string>();
  private readonly importId: string;
  private readonly folder: string;
  /** Files, too, that are as they were. */
  private readonly reread: boolean;
  private readonly signal: AbortSignal;
  private readonly skipped = new Map<string, number>();
  private readonly tasks = new Set<Promise<void>>();
  private readonly walked = new Set<string>();
  private readonly unreadable: string[] = [];
  /** Pictures by their id: whether the catalogue has a cover of it. */
  private readonly covers = new Map<string, Promise<boolean>>();
  private waiting: LookedAt[] = [];
  private storing: Promise<void> = Promise.resolve();
  private making: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly deps: Deps,
    private readonly pool: TagsPool,
    { id, folder }: { id: string; folder: string },
    { reread, signal }: { reread: boolean; signal: AbortSignal },
  ) {
    this.importId = id;
    this.folder = folder;
    this.reread = reread;
    this.signal = signal;
  }

  /** What was counted, and the types of files that were skipped. */
  failures(): ImportStatus['failed'] {
    return [...this.counts.failed, ...skippedEntries(this.skipped)];
  }

  /** @throws whatever stops the whole import; broken files do not */
  async run(): Promise<void> {
    let group: ListedFolder[] = [];
    let size = 0;
    try {
      for await (const found of this.deps.media.list(this.folder)) {
        this.signal.throwIfAborted();
        this.note(found);
        group.push(found);
        size += found.files.length;
        if (size < FILES_PER_LOOK) continue;
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
    await this.markVanishedFolders();
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
        if (track !== undefined && !this.reread && isAsItWas(track, file)) {
          this.counts.unchanged++;
          this.counts.read++;
          if (track.missing) back.push(track.id);
        } else if (Buffer.byteLength(file.key) > MAX_KEY_BYTES) {
          this.fail(file.key, 'The path of this file is too long.', 'path_too_long');
        } else this.waiting.push({ ...file, folder, picture });
      }
    }
    await this.mark(back, false);
    const gone = [...known.values()];
    this.counts.missing += gone.length;
    await this.mark(
      gone.filter((track) => !track.missing).map((track) => track.id),
      true,
    );
    while (this.waiting.length >= FILES_PER_TASK) await this.read(this.waiting.splice(0, FILES_PER_TASK));
  }

  private async mark(ids: string[], missing: boolean): Promise<void> {
    for (let i = 0; i < ids.length; i += FILES_PER_LOOK) {
      const some = ids.slice(i, i + FILES_PER_LOOK);
      await this.deps.orm.update(tracks).set({ missing }).where(inArray(tracks.id, some));
    }
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
    const { files: answers } = await this.pool.run({
      kind: 'tags',
      importId: this.importId,
      files: files.map(({ key, size, picture, lyrics }) => ({
        mediaKey: key,
        size,
        picture,
        lyrics: lyrics?.key ?? null,
      })),
    });
    const { usable, made } = await this.makeCovers(answers);
    const read: ReadFile[] = [];
    const broken: BrokenFile[] = [];
    files.forEach((file, i) => {
      const answer = answers[i];
      if (answer === undefined) return;
      if (!('reason' in answer)) {
        read.push(this.name(file, answer, usable));
        return;
      }
      this.fail(file.key, answer.reason, answer.code);
      if (isForGood(answer.code)) {
        broken.push({ mediaKey: file.key, size: file.size, mtimeMs: file.mtimeMs, reason: answer.reason });
      }
    });
    // One after the other: parallel transactions would only wait for each other.
    const stored = this.storing.then(() => this.store(read, made, broken));
    this.storing = stored.catch(() => undefined);
    await stored;
  }

  private name(file: LookedAt, answer: Extract<FileTags, { tags: unknown }>, usable: Set<string>): ReadFile {
    const names = this.deps.media.namesFrom(this.folder, file.key);
    return {
      mediaKey: file.key,
      folder: file.folder,
      size: file.size,
      mtimeMs: file.mtimeMs,
      names: nameFile(answer.tags, names, file.folder),
      gain: answer.gain,
      durationS: answer.durationS,
      mime: answer.mime,
      coverId: answer.cover !== null && usable.has(answer.cover.id) ? answer.cover.id : null,
      lyrics: answer.lyrics,
      lyricsFile: lyricsFileOf(file),
    };
  }

  /** Sees to it that each picture is in the catalogue or among the answer. One that cannot be read is no cover, and no failure. */
  private async makeCovers(answers: readonly FileTags[]): Promise<{ usable: Set<string>; made: NewCover[] }> {
    const usable = new Set<string>();
    const made: NewCover[] = [];
    const met = answers.flatMap((answer) => ('cover' in answer && answer.cover !== null ? [answer.cover] : []));
    // The files of a task are read side by side: whichever was first has the bytes.
    for (const cover of met.toSorted((a, b) => Number(a.bytes === null) - Number(b.bytes === null))) {
      const known = this.covers.get(cover.id) ?? this.makeCover(cover, made);
      this.covers.set(cover.id, known);
      if (await known) usable.add(cover.id);
    }
    return { usable, made };
  }

  private async makeCover({ id, source, bytes }: Cover, made: NewCover[]): Promise<boolean> {
    const stored = await this.deps.orm.select({ id: covers.id }).from(covers).where(eq(covers.id, id));
    if (stored.length > 0) return true;
    try {
      // The other task that got the bytes may still be on its way.
      const original = bytes ?? (await this.pool.run({ kind: 'picture', mediaKey: source })).picture;
      if (original === null) return false;
      // One at a time: sharp and file reads share Node's four threads for such work.
      const small = this.making.then(() => makeSmallCover(original));
      this.making = small.catch(() => undefined);
      made.push({ id, source, small: await small });
      return true;
    } catch (error) {
      this.deps.log.debug({ error, source }, 'a cover cannot be read');
      return false;
    }
  }

  private async store(read: ReadFile[], newCovers: NewCover[], broken: BrokenFile[]): Promise<void> {
    this.signal.throwIfAborted();
    if (broken.length > 0 && (await storeBroken(this.deps.orm, this.deps.secrets.masterKey, broken))) {
      this.deps.wakeOutbox();
    }
    if (read.length === 0) return;
    const context = { masterKey: this.deps.secrets.masterKey, importId: this.importId };
    const { added, changed, albumIds } = await storeFiles(this.deps.orm, context, read, newCovers);
    this.counts.added += added;
    this.counts.changed += changed;
    this.counts.read += read.length;
    for (const id of albumIds) this.albumIds.add(id);
    if (changed > 0) this.deps.wakeOutbox();
  }

  /** Tracks in folders that the walk did not meet at all. What lies in or below an unreadable folder may still be there. */
  private async markVanishedFolders(): Promise<void> {
    const { media } = this.deps;
    const below = or(
      eq(tracks.folderKey, this.folder),
      sql`starts_with(${tracks.folderKey}, ${media.prefixOf(this.folder)})`,
    );
    const folders = await this.deps.orm.selectDistinct({ folder: tracks.folderKey }).from(tracks).where(below);
    const vanished = folders
      .map((row) => row.folder)
      .filter((folder) => !this.walked.has(folder))
      .filter((folder) => !this.unreadable.some((bad) => folder.startsWith(media.prefixOf(bad))));
    for (let i = 0; i < vanished.length; i += FILES_PER_LOOK) {
      const inThem = inArray(tracks.folderKey, vanished.slice(i, i + FILES_PER_LOOK));
      const [row] = await this.deps.orm.select({ count: sql<number>`count(*)::int` }).from(tracks).where(inThem);
      this.counts.missing += row?.count ?? 0;
      await this.deps.orm
        .update(tracks)
        .set({ missing: true })
        .where(and(inThem, eq(tracks.missing, false)));
    }
  }

  private fail(key: string, reason: string, code: ImportFault): void {
    this.counts.failedCount++;
    if (this.counts.failed.length >= MAX_FAILED) return;
    const shown = this.deps.media.shownIn(this.folder, key);
    this.counts.failed.push({ file: shown.slice(0, MAX_FAILED_NAME_CHARS), reason, code });
  }
}

type Known = Pick<typeof tracks.$inferSelect, 'size' | 'mtimeMs' | 'lyricsFile' | 'tagReader'> &
  Pick<typeof versions.$inferSelect, 'sealError'>;

/** Nothing that is read of a file is other than when it was read. One that was refused is read again: this release may know better. */
function isAsItWas(track: Known, file: ListedFile): boolean {
  return (
    track.sealError === null &&
    isSameState(track, file) &&
    track.tagReader === TAG_READER &&
    track.lyricsFile === lyricsFileOf(file)
  );
}

function lyricsFileOf({ lyrics }: ListedFile): string | null {
  return lyrics === null ? null : `${lyrics.size} ${lyrics.mtimeMs}`;
}
