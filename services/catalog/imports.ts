import { resolve } from 'node:path';
import { and, desc, eq, gt, lt, ne, or, sql } from 'drizzle-orm';
import { DEMO_MUSIC, type ImportStatus } from '@/lib/contracts/catalog';
import { EnxameError } from '@/lib/contracts/errors';
import { newId } from '@/lib/contracts/ids';
import { newMessage } from '@/lib/contracts/messages';
import type { ImportEnd } from '@/lib/contracts/reasons';
import { inBackground } from '@/lib/database/priority';
import type { Deps } from './deps';
import { skippedApart } from './failures';
import { ImportRun, openTagsPool, type TagsPool } from './import-run';
import { imports } from './schema';
import { dropOrphans, mergeGuessedAlbums, nameGuessedAlbums } from './tidy';

type Row = typeof imports.$inferSelect;

/** A page need not know more often (ms). */
const TELL_EVERY_MS = 250;
/** A running import of another process that gave no sign for so long (ms) is taken for dead. */
const DEAD_AFTER_MS = 30_000;
const LISTED = 20;
/** Of the project. */
const DEMO_MUSIC_FOLDER = 'demo-music';
const INTERRUPTED = 'The server stopped before this import was finished. Import the folder again to continue.';
const SERVER_ERROR = 'The import stopped because of a server error. See the server’s log.';
/** What the sentences that are kept of an import mean. */
const ENDS: Readonly<Record<string, ImportEnd>> = { [INTERRUPTED]: 'interrupted', [SERVER_ERROR]: 'server_error' };

export interface Imports {
  /**
   * Begins to import a folder, or finds that it is being imported.
   * @param reread files, too, whose size and time are as they were
   * @throws {EnxameError} `invalid_request` with a sentence when the folder is not there or cannot be read
   */
  start(folder: string, reread?: boolean): Promise<ImportStatus>;
  /** The latest, newest first. */
  list(): Promise<ImportStatus[]>;
  isBusy(): boolean;
  /** An import's numbers changed outside its run. */
  tell(row: Row): void;
  close(): Promise<void>;
}

/** @param onDone an import has read all its files */
export async function openImports(deps: Deps, onDone: () => void): Promise<Imports> {
  const opened = new ImportRuns(deps, onDone);
  await opened.endDead(deps.database.kind === 'pglite' ? 0 : DEAD_AFTER_MS);
  return opened;
}

class ImportRuns implements Imports {
  private readonly stop = new AbortController();
  private readonly running = new Map<string, Promise<void>>();
  private readonly untold = new Map<string, Row>();
  private pool: TagsPool | null = null;
  private teller: NodeJS.Timeout | undefined;

  constructor(
    private readonly deps: Deps,
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
    for (;;) {
      const [begun] = await this.deps.orm.insert(imports).values(values).onConflictDoNothing().returning();
      if (begun !== undefined) {
        const run = inBackground(() => this.run(begun, reread)).finally(() => this.running.delete(begun.id));
        this.running.set(begun.id, run);
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
    await Promise.allSettled(this.running.values());
    clearTimeout(this.teller);
    await this.pool?.close();
  }

  private async run(begun: Row, reread: boolean): Promise<void> {
    const { orm, log } = this.deps;
    this.pool ??= openTagsPool(this.deps.media);
    const run = new ImportRun(this.deps, this.pool, begun, { reread, signal: this.stop.signal });
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
      await run.run();
      const merged = await mergeGuessedAlbums(orm, [...run.albumIds]);
      await nameGuessedAlbums(orm, [...run.albumIds]);
      if ((merged || run.counts.changed > 0) && (await this.isAlone(begun.id))) await dropOrphans(orm);
      end = { state: 'done', finishedAt: Date.now() };
      log.info(
        { ...run.counts, failed: undefined, ms: Math.round(performance.now() - started) },
        `imported ${begun.folder}`,
      );
    } catch (error) {
      const stopped = this.stop.signal.aborted;
      if (!stopped) log.error({ error }, `the import of ${begun.folder} failed`);
      const reason = stopped ? INTERRUPTED : SERVER_ERROR;
      end = { state: 'failed', error: reason, finishedAt: Date.now() };
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

  private async isAlone(id: string): Promise<boolean> {
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
