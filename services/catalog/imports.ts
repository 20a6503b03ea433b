import { resolve } from 'node:path';
import { and, desc, eq, gt, lt, ne, or, sql } from 'drizzle-orm';
import { DEMO_MUSIC, type ImportStatus } from '@/lib/contracts/catalog';
import { EnxameError } from '@/lib/contracts/errors';
import { newId } from '@/lib/contracts/ids';
import { newMessage } from '@/lib/contracts/messages';
import type { ImportEnd } from '@/lib/contracts/reasons';
import { inBackground } from '@/lib/database/priority';
import { settleAlbums } from './albums/settle';
import { keepCorrectedArtists } from './corrected-artists';
import type { Deps } from './deps';
import { skippedApart } from './failures';
import { FolderRemoved, type Folders } from './folders/folders';
import { ImportRun } from './import-run';
import { imports } from './import-schema';
import { FolderAway, type Scope } from './import-scope';
import { openTagsPool, type TagsPool } from './tags-pool';
import { dropOrphans, nameGuessedAlbums } from './tidy';

type Row = typeof imports.$inferSelect;

/** A page need not know more often (ms). */
const TELL_EVERY_MS = 250;
/** A running import of another process that gave no sign for so long (ms) is taken for dead. */
const DEAD_AFTER_MS = 30_000;
const LISTED = 20;
/** Of the project. */
const DEMO_MUSIC_FOLDER = 'demo-music';
const INTERRUPTED = 'The server stopped before this import was finished. Import the folder again to continue.';
const REMOVED = 'The folder was removed from the library before this import was finished.';
const SERVER_ERROR = 'The import stopped because of a server error. See the server’s log.';
const AWAY = {
  folder_missing: 'This folder is missing. Its music stays in the library as it was.',
  folder_empty:
    'This folder is empty, but the library has music from it, which stays as it was. Check whether its disk is mounted. ' +
    'If the music is gone for good, remove the folder from the library.',
};
/** What the sentences that are kept of an import mean. */
const ENDS: Readonly<Record<string, ImportEnd>> = {
  [INTERRUPTED]: 'interrupted',
  [SERVER_ERROR]: 'server_error',
  [REMOVED]: 'folder_removed',
  [AWAY.folder_missing]: 'folder_missing',
  [AWAY.folder_empty]: 'folder_empty',
};

export interface Imports {
  /**
   * Begins to import a folder, or finds that it is being imported.
   * @param reread files, too, whose size and time are as they were
   * @throws {EnxameError} `invalid_request` with a sentence when the folder is not there or cannot be read
   */
  start(folder: string, reread?: boolean): Promise<ImportStatus>;
  /**
   * Looks through a folder, or parts of it, without an import that is shown to people: what is found is told by the folder itself.
   * @returns folders with files that were still being written
   * @throws what stops it: the folder says so, too
   */
  look(scope: Omit<Scope, 'importId'>): Promise<{ restless: string[] }>;
  /** The latest, newest first. */
  list(): Promise<ImportStatus[]>;
  /** A folder was removed from the library: ends what this process reads in it or below it, and waits until that has ended. */
  stopIn(folder: string): Promise<void>;
  isBusy(): boolean;
  /** Names changed: drops what nothing in the catalogue names any more, now or at the end of the imports that run. */
  tidy(): Promise<void>;
  /** An import's numbers changed outside its run. */
  tell(row: Row): void;
  close(): Promise<void>;
}

/** An import or a look under way. */
interface Running {
  /** Key of the imported folder. */
  folder: string;
  stop: AbortController;
  ended: Promise<unknown>;
}

/** @param onDone an import has read all its files */
export async function openImports(deps: Deps, folders: Folders, onDone: () => void): Promise<Imports> {
  const opened = new ImportRuns(deps, folders, onDone);
  await opened.endDead(deps.database.kind === 'pglite' ? 0 : DEAD_AFTER_MS);
  return opened;
}

class ImportRuns implements Imports {
  private readonly stop = new AbortController();
  private readonly running = new Map<string, Running>();
  private readonly untold = new Map<string, Row>();
  private pool: TagsPool | null = null;
  /** Something may be left of what was changed while another import ran. */
  private orphansDue = false;
  private teller: NodeJS.Timeout | undefined;

  constructor(
    private readonly deps: Deps,
    private readonly folders: Folders,
    private readonly onDone: () => void,
  ) {}

  /** Imports left `running` by a process that is no more. @param silentMs no sign of life for so long */
  async endDead(silentMs: number): Promise<void> {
    const now = Date.now();
    // A sign of life from the future is of before the clock was set back, and no sign of now.
    const silent = or(lt(imports.beatAt, now - silentMs + 1), gt(imports.beatAt, now + silentMs));
    await this.deps.orm
      .update(imports)
      .set({ state: 'failed', error: INTERRUPTED, finishedAt: now })
      .where(and(eq(imports.state, 'running'), silent));
  }

  async start(named: string, reread = false): Promise<ImportStatus> {
    const folder = await this.deps.media.folderKey(named === DEMO_MUSIC ? resolve(DEMO_MUSIC_FOLDER) : named);
    const now = Date.now();
    const values = { id: newId(), folder, state: 'running' as const, startedAt: now, beatAt: now };
    await this.folders.add(folder);
    for (;;) {
      const [begun] = await this.deps.orm.insert(imports).values(values).onConflictDoNothing().returning();
      if (begun !== undefined) {
        void this.keep(begun.id, folder, (stop) => this.run(begun, reread, stop));
        return statusOf(begun);
      }
      const [running] = await this.deps.orm
        .select()
        .from(imports)
        .where(and(eq(imports.folder, folder), eq(imports.state, 'running')));
      if (running === undefined) continue;
      if (this.running.has(running.id) || Math.abs(Date.now() - running.beatAt) < DEAD_AFTER_MS)
        return statusOf(running);
      await this.endDead(DEAD_AFTER_MS);
    }
  }

  async list(): Promise<ImportStatus[]> {
    await this.endDead(DEAD_AFTER_MS);
    const rows = await this.deps.orm.select().from(imports).orderBy(desc(imports.startedAt)).limit(LISTED);
    return rows.map(statusOf);
  }

  isBusy(): boolean {
    return this.running.size > 0;
  }

  async tidy(): Promise<void> {
    this.orphansDue = true;
    if (this.running.size === 0 && (await this.isAlone(''))) await this.dropLeft();
  }

  /** What becomes due meanwhile, and what fails, stays due. */
  private async dropLeft(): Promise<void> {
    await keepCorrectedArtists(this.deps.orm);
    if (!this.orphansDue) return;
    this.orphansDue = false;
    try {
      await dropOrphans(this.deps.orm);
    } catch (error) {
      this.orphansDue = true;
      throw error;
    }
  }

  tell(row: Row): void {
    this.untold.set(row.id, row);
    this.teller ??= setTimeout(() => {
      this.teller = undefined;
      const rows = [...this.untold.values()];
      this.untold.clear();
      for (const latest of rows) void this.publish(latest);
    }, TELL_EVERY_MS);
  }

  async close(): Promise<void> {
    this.stop.abort(new EnxameError('unavailable', INTERRUPTED));
    await Promise.allSettled([...this.running.values()].map(({ ended }) => ended));
    clearTimeout(this.teller);
    await this.pool?.close();
  }

  async look(scope: Omit<Scope, 'importId'>): Promise<{ restless: string[] }> {
    this.stop.signal.throwIfAborted();
    const id = newId();
    return await this.keep(id, scope.folder, (stop) => this.lookInto(id, scope, stop));
  }

  async stopIn(folder: string): Promise<void> {
    const prefix = this.deps.media.prefixOf(folder);
    const inIt = [...this.running.values()].filter((run) => run.folder === folder || run.folder.startsWith(prefix));
    for (const { stop } of inIt) stop.abort(new FolderRemoved());
    await Promise.allSettled(inIt.map(({ ended }) => ended));
  }

  /** Knows of the work on a folder until it has ended. */
  private keep<T>(id: string, folder: string, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
    const stop = new AbortController();
    const signal = AbortSignal.any([this.stop.signal, stop.signal]);
    const ended = inBackground(() => work(signal)).finally(() => this.running.delete(id));
    this.running.set(id, { folder, stop, ended });
    return ended;
  }

  private async lookInto(
    id: string,
    scope: Omit<Scope, 'importId'>,
    signal: AbortSignal,
  ): Promise<{ restless: string[] }> {
    const startedAt = Date.now();
    const run = this.prepare({ ...scope, importId: null }, signal);
    try {
      await this.perform(run, id, scope);
      const { added, changed, moved } = run.counts;
      if (added + changed + moved + run.wentOrCame > 0) {
        this.deps.log.info(
          { ...run.counts, failed: undefined, ms: Date.now() - startedAt },
          `looked into ${scope.folder}`,
        );
        const times = { startedAt, finishedAt: Date.now(), beatAt: Date.now() };
        await this.publish({
          ...run.counts,
          id,
          folder: scope.folder,
          state: 'done',
          sealed: 0,
          toSeal: 0,
          error: null,
          ...times,
        });
      }
      return { restless: [...run.restless] };
    } catch (error) {
      if (error instanceof FolderRemoved) return { restless: [] };
      throw error;
    } finally {
      setImmediate(this.onDone);
    }
  }

  private prepare(scope: Scope, signal: AbortSignal): ImportRun {
    this.pool ??= openTagsPool(this.deps.media);
    return new ImportRun(this.deps, { pool: this.pool, folders: this.folders }, scope, signal);
  }

  /** Carries a run out, puts the catalogue in order after it, and notes at the folder what became of it. @throws what stops it */
  private async perform(run: ImportRun, id: string, { folder, parts }: Pick<Scope, 'folder' | 'parts'>): Promise<void> {
    const { orm } = this.deps;
    try {
      await run.run();
      const settled = await settleAlbums(orm);
      await nameGuessedAlbums(orm, settled.albumIds);
      const { changed, moved, failed, failedCount } = run.counts;
      this.orphansDue ||= settled.moved || changed + moved > 0;
      if (await this.isAlone(id)) await this.dropLeft();
      if (moved > 0) await this.folders.dropMoved();
      const problem = run.isUnreadable ? 'folder_unreadable' : null;
      if (parts === null) await this.folders.looked(folder, { problem, failed, failedCount });
      else await this.folders.lookedInto(folder, parts, { failed, failedCount });
    } catch (error) {
      if (this.stop.signal.aborted || error instanceof FolderRemoved) throw error;
      const problem = error instanceof FolderAway ? error.code : 'server_error';
      await this.folders.looked(folder, { problem }).catch(() => undefined);
      throw error;
    }
  }

  private async run(begun: Row, reread: boolean, signal: AbortSignal): Promise<void> {
    const { orm, log } = this.deps;
    const scope = { folder: begun.folder, parts: null, importId: begun.id, reread, isAtRest: () => true };
    const run = this.prepare(scope, signal);
    const started = performance.now();
    let saving: Promise<unknown> = Promise.resolve();
    const save = (change: Partial<Row> = {}) => {
      const row = { ...run.counts, failed: run.failures(), ...change, beatAt: Date.now() };
      return orm.update(imports).set(row).where(eq(imports.id, begun.id)).returning();
    };
    const beat = setInterval(() => {
      saving = save()
        .then(([row]) => row && this.publish(row))
        .catch((error: unknown) => log.warn({ error }, 'the state of an import could not be saved'));
    }, TELL_EVERY_MS);
    let end: Partial<Row>;
    try {
      await this.perform(run, begun.id, scope);
      end = { state: 'done', finishedAt: Date.now() };
      log.info(
        { ...run.counts, failed: undefined, ms: Math.round(performance.now() - started) },
        `imported ${begun.folder}`,
      );
    } catch (error) {
      end = { state: 'failed', error: this.reasonOf(error, begun.folder), finishedAt: Date.now() };
    } finally {
      clearInterval(beat);
      await saving;
    }
    try {
      const [row] = await save(end);
      if (row !== undefined) await this.publish(row);
    } catch (error) {
      log.error({ error }, 'the end of an import could not be saved');
    }
    // After this turn the run no longer counts as busy.
    setImmediate(this.onDone);
  }

  private reasonOf(error: unknown, folder: string): string {
    if (error instanceof FolderAway) return AWAY[error.code];
    if (error instanceof FolderRemoved) return REMOVED;
    if (this.stop.signal.aborted) return INTERRUPTED;
    this.deps.log.error({ error }, `the import of ${folder} failed`);
    return SERVER_ERROR;
  }

  private async isAlone(id: string): Promise<boolean> {
    if (this.running.size > 1) return false;
    const others = await this.deps.orm
      .select({ one: sql`1` })
      .from(imports)
      .where(and(eq(imports.state, 'running'), ne(imports.id, id)));
    return others.length === 0;
  }

  /** Progress is told while it is fresh and not through the outbox: the next telling holds all of it. */
  private async publish(row: Row): Promise<void> {
    try {
      await this.deps.bus.publish(newMessage('changed.import', statusOf(row), { actor: null, at: Date.now() }));
    } catch (error) {
      this.deps.log.debug({ error }, 'the state of an import could not be told');
    }
  }
}

function statusOf({ beatAt: _beatAt, ...row }: Row): ImportStatus {
  const errorCode = ENDS[row.error ?? ''];
  const status = { ...row, ...skippedApart(row.failed) };
  return errorCode === undefined ? status : { ...status, errorCode };
}
