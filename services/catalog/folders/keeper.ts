import type { LibraryFolder } from '@/lib/contracts/catalog';
import type { WatchProblem } from '@/lib/contracts/reasons';
import type { Database } from '@/lib/database/database';
import {
  type FolderEvent,
  type ListedFile,
  type MediaStore,
  type Watched,
  WatchRefused,
} from '@/lib/media-store/media-store';
import { type Clock, steadyClock } from '@/lib/util/clock';
import type { Imports } from '../imports';
import { AtRest } from './at-rest';
import { BEAT_EVERY_MS, type Folders, type Part } from './folders';
import { PendingParts } from './pending-parts';
import { nextLookMs } from './schedule';

/** One process keeps the folders up to date, whichever has this lock. */
const LOCK = 'enxame.catalog.folders';
/** How often (ms) to see whether the lock is free, and whether watched folders are still there. */
export const CHECK_EVERY_MS = 20_000;

export interface KeeperDeps {
  database: Pick<Database, 'tryLock'>;
  media: Pick<MediaStore, 'watch'>;
  folders: Pick<Folders, 'all' | 'beat' | 'rest' | 'whyAway'>;
  imports: Pick<Imports, 'look'>;
  log: { info: LogLine; warn: LogLine };
  /** Whether folders are watched at all. */
  watches: boolean;
  /** How often folders that are not watched are looked through (ms); null: never. */
  everyMs: number | null;
  clock?: Clock;
  random?: () => number;
}
type LogLine = (of: object, text: string) => void;

export interface Keeper {
  /** The library's folders changed. */
  wake(): void;
  close(): Promise<void>;
}

/** Keeps the library's folders up to date: watches them, and looks through them by schedule. */
export function startKeeper(deps: KeeperDeps): Keeper {
  const keeper = new FolderKeeper(deps);
  if (deps.watches || deps.everyMs !== null) keeper.wake();
  return keeper;
}

/** One folder that this process keeps. */
interface Kept {
  pending: PendingParts;
  watched: Watched | null;
  problem: WatchProblem | null;
  last: 'none' | 'done' | 'failed';
  /** When all of it is looked through; null: never by schedule. */
  wholeAt: number | null;
  /** A look at all of it, and one at parts of it, may go on side by side: what was changed just now does not wait for the rest. */
  looking: { whole: boolean; parts: boolean };
}

class FolderKeeper implements Keeper {
  private readonly clock: Clock;
  private readonly random: () => number;
  private readonly rest: AtRest;
  private readonly kept = new Map<string, Kept>();
  private readonly work = new Set<Promise<void>>();
  private unlock: (() => Promise<void>) | null = null;
  private checking: Promise<void> | null = null;
  private cancelCheck: () => void = () => undefined;
  private cancelLook: () => void = () => undefined;
  private beatAt = Number.NEGATIVE_INFINITY;
  private isClosed = false;
  private isFailing = false;

  constructor(private readonly deps: KeeperDeps) {
    this.clock = deps.clock ?? steadyClock;
    this.random = deps.random ?? Math.random;
    this.rest = new AtRest(() => this.clock.now());
  }

  wake(): void {
    if (this.isClosed || (!this.deps.watches && this.deps.everyMs === null)) return;
    this.checking = (this.checking ?? Promise.resolve()).then(() => this.check());
  }

  async close(): Promise<void> {
    this.isClosed = true;
    this.cancelCheck();
    this.cancelLook();
    await this.checking;
    await Promise.allSettled(this.work);
    await this.letGo();
  }

  /** Takes the lock where it is free, and compares what is kept with what the library has. */
  private async check(): Promise<void> {
    this.cancelCheck();
    if (this.isClosed) return;
    try {
      this.unlock ??= await this.deps.database.tryLock(LOCK, () => this.lost());
      if (this.unlock !== null) await this.compare();
      this.isFailing = false;
    } catch (error) {
      if (!this.isFailing)
        this.deps.log.warn({ error }, 'the folders of the library cannot be kept up to date; trying again');
      this.isFailing = true;
    }
    if (!this.isClosed) this.cancelCheck = this.clock.after(CHECK_EVERY_MS, () => this.wake());
  }

  private async compare(): Promise<void> {
    const keys = await this.deps.folders.all();
    let changed = false;
    for (const key of [...this.kept.keys()].filter((known) => !keys.includes(known))) {
      await this.kept
        .get(key)
        ?.watched?.close()
        .catch(() => undefined);
      this.kept.delete(key);
      changed = true;
    }
    for (const key of keys) {
      const known = this.kept.get(key);
      const kept = known ?? this.keep(key);
      const isLost = kept.watched !== null && !(await kept.watched.isSame());
      const isBack = kept.last === 'failed' && (await this.deps.folders.whyAway(key)) === null;
      if (known !== undefined && !isLost && !isBack) continue;
      await this.watch(key, kept);
      // What changed before it was watched, or while it was away, was told by nobody.
      if (known === undefined) this.planWhole(kept);
      else kept.wholeAt = this.clock.now();
      changed = true;
    }
    if (changed || this.clock.now() - this.beatAt >= BEAT_EVERY_MS) await this.beat();
    this.planLook();
  }

  private keep(key: string): Kept {
    const kept: Kept = {
      pending: new PendingParts(key),
      watched: null,
      problem: null,
      last: 'none',
      wholeAt: null,
      looking: { whole: false, parts: false },
    };
    this.kept.set(key, kept);
    return kept;
  }

  private async watch(key: string, kept: Kept): Promise<void> {
    await kept.watched?.close().catch(() => undefined);
    kept.watched = null;
    kept.problem = null;
    if (!this.deps.watches) return;
    try {
      kept.watched = await this.deps.media.watch(
        key,
        (events) => this.onEvents(kept, events),
        (problem) => void this.onLost(key, kept, problem),
      );
    } catch (error) {
      kept.problem = error instanceof WatchRefused ? error.problem : 'not_watchable';
      this.deps.log.warn(
        { folder: key, problem: kept.problem, error },
        'a folder cannot be watched; it is looked through by schedule',
      );
    }
  }

  private onEvents(kept: Kept, events: readonly FolderEvent[]): void {
    kept.pending.note(events, this.clock.now());
    this.planLook();
  }

  /** The watching ended by itself, as where a new folder exceeds the system's limit. */
  private async onLost(key: string, kept: Kept, problem: WatchProblem): Promise<void> {
    if (this.kept.get(key) !== kept || kept.watched === null) return;
    const { watched } = kept;
    kept.watched = null;
    kept.problem = problem;
    this.deps.log.warn({ folder: key, problem }, 'a folder is watched no longer; it is looked through by schedule');
    await watched.close().catch(() => undefined);
    kept.wholeAt = this.clock.now();
    await this.beat().catch(() => undefined);
    this.planLook();
  }

  private async beat(): Promise<void> {
    this.beatAt = this.clock.now();
    await this.deps.folders.beat(
      new Map([...this.kept].map(([key, kept]) => [key, { watch: this.stateOf(kept), watchProblem: kept.problem }])),
    );
  }

  private stateOf({ watched }: Kept): LibraryFolder['watch'] {
    if (watched !== null) return 'watching';
    return this.deps.everyMs === null ? 'off' : 'scheduled';
  }

  private planWhole(kept: Kept): void {
    const of = { last: kept.last, isWatched: kept.watched !== null, everyMs: this.deps.everyMs };
    const inMs = nextLookMs(of, this.random());
    kept.wholeAt = inMs === null ? null : this.clock.now() + inMs;
  }

  /** Sets the timer for whatever is due next. */
  private planLook(): void {
    this.cancelLook();
    if (this.isClosed) return;
    const times = [...this.kept.values()].flatMap(({ looking, pending, wholeAt }) => [
      (looking.whole ? null : wholeAt) ?? [],
      (looking.parts ? null : pending.nextAt) ?? [],
    ]);
    const next = Math.min(...times.flat());
    if (!Number.isFinite(next)) return;
    this.cancelLook = this.clock.after(Math.max(0, next - this.clock.now()), () => this.look());
  }

  private look(): void {
    const now = this.clock.now();
    for (const [key, kept] of this.kept) {
      const { looking, pending } = kept;
      if (!looking.parts && pending.nextAt !== null && pending.nextAt <= now) {
        const parts = pending.take(now);
        // The folder itself was removed, or very much of it changed.
        if (parts.some(({ folder, below }) => folder === key && below)) kept.wholeAt = now;
        else this.begin(kept, 'parts', () => this.lookAt(key, kept, parts));
      }
      if (!looking.whole && kept.wholeAt !== null && kept.wholeAt <= now) {
        kept.wholeAt = null;
        this.begin(kept, 'whole', () => this.lookAt(key, kept, null));
      }
    }
    this.planLook();
  }

  private begin(kept: Kept, kind: keyof Kept['looking'], work: () => Promise<void>): void {
    kept.looking[kind] = true;
    const running = work().finally(() => {
      kept.looking[kind] = false;
      this.work.delete(running);
      this.planLook();
    });
    this.work.add(running);
  }

  private async lookAt(key: string, kept: Kept, parts: Part[] | null): Promise<void> {
    try {
      const isAtRest = (file: ListedFile) => this.rest.isAtRest(file);
      const { restless } = await this.deps.imports.look({ folder: key, parts, isAtRest });
      for (const folder of restless) kept.pending.add({ folder, below: false }, this.clock.now());
      if (parts !== null) return;
      kept.last = 'done';
    } catch (error) {
      if (this.isClosed) return;
      if (kept.last !== 'failed') this.deps.log.warn({ folder: key, error }, 'a folder could not be looked through');
      // All of it then: what was due is not known any more.
      kept.last = 'failed';
    }
    this.planWhole(kept);
  }

  /** Another process may keep the folders by now. */
  private lost(): void {
    this.unlock = null;
    this.deps.log.warn({}, 'the connection that holds the lock of the folders broke');
    // Before it looks for the lock anew: it would give back one that it has just got.
    this.checking = (this.checking ?? Promise.resolve()).then(() => this.letGo());
    this.wake();
  }

  private async letGo(): Promise<void> {
    const keys = [...this.kept.keys()];
    const watched = [...this.kept.values()].map((kept) => kept.watched);
    this.kept.clear();
    this.cancelLook();
    await Promise.allSettled(watched.map((one) => one?.close()));
    if (this.unlock === null) return;
    await this.deps.folders.rest(keys).catch(() => undefined);
    await this.unlock().catch(() => undefined);
    this.unlock = null;
  }
}
