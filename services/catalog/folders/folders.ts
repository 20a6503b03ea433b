import { and, asc, eq, inArray, or, type SQL, type SQLWrapper, sql } from 'drizzle-orm';
import type { ImportStatus, LibraryFolder } from '@/lib/contracts/catalog';
import { EnxameError } from '@/lib/contracts/errors';
import { newId } from '@/lib/contracts/ids';
import type { FolderProblem, WatchProblem } from '@/lib/contracts/reasons';
import { inTransaction, type Orm } from '@/lib/database/database';
import { MediaError, type MediaStore } from '@/lib/media-store/media-store';
import type { Deps } from '../deps';
import { MAX_FAILED } from '../failures';
import { folders } from '../import-schema';
import { tracks } from '../schema';

/** Whoever watches says so at least this often (ms). */
export const BEAT_EVERY_MS = 60_000;
/** Without a sign of life for so long (ms) nobody watches. */
const DEAD_AFTER_MS = 3 * BEAT_EVERY_MS;

/** A folder that was looked at, with those below it or without. */
export interface Part {
  folder: string;
  below: boolean;
}

export type FailedFiles = Pick<ImportStatus, 'failed' | 'failedCount'>;

/** The folder that an import is of was taken out of the library meanwhile. */
export class FolderRemoved extends Error {
  override readonly name = 'FolderRemoved';
}

/** The folders of the library: those that were imported and not removed from it. */
export class Folders {
  constructor(private readonly deps: Deps) {}

  /** Keys of all. */
  async all(): Promise<string[]> {
    const rows = await this.deps.orm.select({ key: folders.key }).from(folders).orderBy(asc(folders.key));
    return rows.map(({ key }) => key);
  }

  /** Adds it, unless it lies in one that is there; those in it are part of it from then on. */
  async add(key: string): Promise<void> {
    const { media, orm } = this.deps;
    const keys = await this.all();
    if (rootOf(media, keys, key) !== undefined) return;
    await orm.insert(folders).values({ id: newId(), key }).onConflictDoNothing();
    const within = keys.filter((other) => other.startsWith(media.prefixOf(key)));
    if (within.length > 0) await orm.delete(folders).where(inArray(folders.key, within));
  }

  async list(): Promise<LibraryFolder[]> {
    const rows = await this.deps.orm.select().from(folders).orderBy(asc(folders.key));
    return rows.map(({ key, beatAt, watch, watchProblem, ...row }) => {
      const isAlive = Math.abs(Date.now() - beatAt) < DEAD_AFTER_MS;
      return { ...row, folder: key, ...(isAlive ? { watch, watchProblem } : { watch: 'off', watchProblem: null }) };
    });
  }

  /**
   * Takes a folder out of the library: its tracks are missing from then on, and come back if it is imported again.
   * @returns its key @throws {EnxameError} `not_found`
   */
  async remove(id: string): Promise<string> {
    const { orm, media } = this.deps;
    return await inTransaction(orm, async (tx) => {
      const [gone] = await tx.delete(folders).where(eq(folders.id, id)).returning({ key: folders.key });
      if (gone === undefined) throw new EnxameError('not_found', 'This folder is not in the library.');
      // Those that are missing already, too: waits for whoever is about to say that they are there.
      await tx.update(tracks).set({ missing: true }).where(isWithin(media, gone.key));
      return gone.key;
    });
  }

  /**
   * Nobody takes the folder out of the library until this transaction has ended.
   * @param key of one of the library's folders, or of a folder below one @throws {FolderRemoved}
   */
  async hold(tx: Orm, key: string): Promise<void> {
    const held = await tx
      .select({ key: folders.key })
      .from(folders)
      .where(holds(this.deps.media, sql`${key}::text`))
      .for('key share');
    if (held.length === 0) throw new FolderRemoved();
  }

  /** Takes out folders that were renamed or moved away as a whole: all of their tracks are elsewhere by now. */
  async dropMoved(): Promise<void> {
    const { media, orm } = this.deps;
    for (const key of await this.all()) {
      const held = await orm.select({ one: sql`1` }).from(tracks).where(isWithin(media, key)).limit(1);
      if (held.length === 0 && (await this.whyAway(key)) === 'folder_missing') {
        await orm.delete(folders).where(eq(folders.key, key));
      }
    }
  }

  /** A look at the whole folder has ended. */
  async looked(key: string, how: { problem: FolderProblem | null } & Partial<FailedFiles>): Promise<void> {
    const lookedAt = how.problem === null ? { lookedAt: Date.now() } : {};
    await this.deps.orm
      .update(folders)
      .set({ ...how, ...lookedAt })
      .where(eq(folders.key, key));
  }

  /** A look at parts of the folder has ended. What could not be read elsewhere in it stays named. */
  async lookedInto(key: string, parts: readonly Part[], found: FailedFiles): Promise<void> {
    const [before] = await this.deps.orm.select().from(folders).where(eq(folders.key, key));
    if (before === undefined) return;
    if (before.problem === null && before.failedCount + found.failedCount === 0) return;
    const shown = parts.map(({ folder, below }) => ({
      folder: folder === key ? '' : this.deps.media.shownIn(key, folder),
      below,
    }));
    const kept = before.failed.filter(({ file }) => !shown.some((part) => isOf(part, file)));
    const failedCount = before.failedCount - (before.failed.length - kept.length) + found.failedCount;
    const failed = [...kept, ...found.failed].slice(0, MAX_FAILED);
    await this.deps.orm.update(folders).set({ problem: null, failed, failedCount }).where(eq(folders.key, key));
  }

  /** Says how folders are kept up to date by this process. */
  async beat(states: ReadonlyMap<string, { watch: LibraryFolder['watch']; watchProblem: WatchProblem | null }>) {
    const beatAt = Date.now();
    for (const [key, state] of states) {
      await this.deps.orm
        .update(folders)
        .set({ ...state, beatAt })
        .where(eq(folders.key, key));
    }
  }

  /** This process watches no more. */
  async rest(keys: readonly string[]): Promise<void> {
    if (keys.length === 0) return;
    await this.deps.orm
      .update(folders)
      .set({ watch: 'off', watchProblem: null })
      .where(inArray(folders.key, [...keys]));
  }

  /**
   * Whether nothing is known about the folder's files: it is missing, or empty though the library has music from it, as the folder of a disk
   * is that is not mounted.
   * @returns null where it is there
   */
  async whyAway(key: string): Promise<'folder_missing' | 'folder_empty' | null> {
    const { media, orm } = this.deps;
    try {
      for await (const { files, unreadable } of media.list(key)) if (files.length > 0 || unreadable) return null;
    } catch (error) {
      if (error instanceof MediaError && error.code === 'missing') return 'folder_missing';
      throw error;
    }
    const some = await orm
      .select({ one: sql`1` })
      .from(tracks)
      .where(and(isWithin(media, key), eq(tracks.missing, false)))
      .limit(1);
    return some.length > 0 ? 'folder_empty' : null;
  }
}

/** Whether a file, as people are shown it, is of this part of its folder. */
function isOf({ folder, below }: Part, file: string): boolean {
  const of = file.replace(/[\\/]?[^\\/]*$/u, '');
  return (
    of === folder || (below && (folder === '' || (/^[\\/]/u.test(of.slice(folder.length)) && of.startsWith(folder))))
  );
}

/** Condition on tracks: what lies in the folder or below it. */
export function isWithin(media: MediaStore, folder: string) {
  return or(eq(tracks.folderKey, folder), sql`starts_with(${tracks.folderKey}, ${media.prefixOf(folder)})`);
}

/** Condition on tracks: what lies in a folder of the library. Tracks of a folder that was removed are kept, but do not. */
export function isInLibrary(media: MediaStore): SQL {
  return sql`exists (select 1 from ${folders} where ${holds(media, tracks.folderKey)})`;
}

/** Condition on the library's folders: this key is that of the folder, or lies below it. */
function holds({ separator }: MediaStore, key: SQLWrapper): SQL {
  const prefix = sql`(rtrim(${folders.key}, ${separator}) || ${separator})`;
  return sql`(${folders.key} = ${key} or starts_with(${key}, ${prefix}))`;
}

/** Which of the library's folders a key lies below. They do not lie in each other. */
export function rootOf(media: MediaStore, keys: readonly string[], key: string): string | undefined {
  return keys.find((folder) => key.startsWith(media.prefixOf(folder)));
}
