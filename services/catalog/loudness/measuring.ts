import { and, asc, eq, exists, isNotNull, not, sql } from 'drizzle-orm';
import { inTransaction, type Orm } from '@/lib/database/database';
import { inBackground } from '@/lib/database/priority';
import { BackgroundLoop } from '@/lib/util/background-loop';
import { makeWorkerPool } from '@/lib/util/node/worker-pool';
import type { Deps } from '../deps';
import { whileSorting } from '../names-lock';
import { albums, tracks } from '../schema';
import { hasFfmpeg } from './aac';
import { albumOf, gainOf, type Measured } from './gains';
import { LoudnessHistogram } from './histogram';
import type { MeasureAnswer, MeasureTask } from './measure-worker';
import { NEEDS_FFMPEG, noDecoderFor } from './no-decoder';
import { loudness } from './schema';

const WORKER = { source: 'services/catalog/loudness/measure-worker.ts', built: 'measure-worker' };
/** Of JavaScript's own heap; sound lies outside of it and has a limit of its own (measure-worker.ts). */
const HEAP_MB = 256;
/** Nothing is measured until the server has had nothing else to do for so long (ms): starts and imports come first. */
const BEGIN_AFTER_MS = 20_000;
/** How often (ms) to look for what another process, or a later attempt, left to do. */
const LOOK_EVERY_MS = 60_000;
/** Wait (ms) after a look that failed, as while the database is away. */
const RETRY_MS = 5_000;
/** Hours of music take minutes; whatever takes longer (ms) is stopped. */
const LONGEST_MS = 30 * 60 * 1000;
/** Whoever began to measure a track and did not end it this long ago (ms) is taken for dead. A failed attempt, too, is repeated after it. */
const CLAIM_LIFE_MS = 40 * 60 * 1000;
/** A file that the process or the thread did not survive so often is left alone. */
const MAX_ATTEMPTS = 3;

const GIVEN_UP = 'Measuring this file failed several times.';

export interface Measuring {
  /** There may be something to measure. */
  wake(): void;
  close(): Promise<void>;
}

interface Claimed {
  trackId: string;
  albumId: string;
  mediaKey: string;
  size: number;
  mtimeMs: number;
  attempts: number;
}

/** Measures one file. An aborted one ends its thread. */
export interface Measurer {
  measure(file: Omit<MeasureTask, 'media'>, signal: AbortSignal): Promise<MeasureAnswer>;
  close(): Promise<void>;
}

/**
 * Measures, one after the other, the tracks whose tags do not say how loud they are, and works out the gains of their albums.
 * @param options.isBusy there is more important work: measuring stands back between two files
 * @param options.beginAfterMs how long to wait before anything is measured
 */
export async function startMeasuring(
  deps: Deps,
  options: { isBusy: () => boolean; beginAfterMs?: number | undefined },
  measurer: Measurer = openMeasurer(deps),
): Promise<Measuring> {
  // Nobody else measures there: what was begun by a process that is no more is free at once.
  if (deps.database.kind === 'pglite') {
    await deps.orm.update(loudness).set({ measuringAt: null }).where(isNotNull(loudness.measuringAt));
  }
  await retryWithFfmpeg(deps.orm);
  const measuring = new BackgroundMeasuring(deps, options, measurer);
  measuring.wake();
  return measuring;
}

/** Files that were given up for want of ffmpeg, once it has been installed. */
async function retryWithFfmpeg(orm: Orm): Promise<void> {
  const isGivenUp = and(eq(loudness.problem, noDecoderFor(NEEDS_FFMPEG)), isOfThisFile);
  const givenUp = orm
    .select({ id: loudness.trackId })
    .from(loudness)
    .where(and(eq(loudness.trackId, tracks.id), isGivenUp));
  const [one] = await orm.select({ id: tracks.id }).from(tracks).where(exists(givenUp)).limit(1);
  if (one === undefined || !(await hasFfmpeg())) return;
  await orm.update(tracks).set({ toMeasure: true }).where(exists(givenUp));
}

function openMeasurer({ media }: Deps): Measurer {
  const pool = makeWorkerPool<MeasureTask, MeasureAnswer>(WORKER, 1, { heapMb: HEAP_MB });
  const description = media.describe();
  return {
    measure: (file, signal) => pool.run({ ...file, media: description }, signal),
    close: () => pool.close(),
  };
}

class BackgroundMeasuring implements Measuring {
  private readonly loop: BackgroundLoop;
  /** Ends the measuring that is under way. */
  private readonly stop = new AbortController();
  private soon: NodeJS.Timeout | undefined;
  /** Albums may have changed since they were last looked at. */
  private albumsChanged = true;

  constructor(
    private readonly deps: Deps,
    private readonly options: Parameters<typeof startMeasuring>[1],
    private readonly measurer: Measurer,
  ) {
    this.loop = new BackgroundLoop({
      pass: () => inBackground(() => this.measureAll()),
      everyMs: LOOK_EVERY_MS,
      retryMs: RETRY_MS,
      onFailure: (error) => deps.log.warn({ error }, 'measuring loudness failed; trying again'),
    });
  }

  wake(): void {
    this.albumsChanged = true;
    this.soon ??= setTimeout(() => {
      this.soon = undefined;
      this.loop.wake();
    }, this.options.beginAfterMs ?? BEGIN_AFTER_MS).unref();
  }

  async close(): Promise<void> {
    clearTimeout(this.soon);
    const ended = this.loop.close();
    this.stop.abort();
    await this.measurer.close();
    await ended;
  }

  private async measureAll(): Promise<void> {
    while (!this.loop.isClosed && !this.options.isBusy()) {
      if (this.albumsChanged) {
        this.albumsChanged = false;
        await this.workOutAlbums();
      }
      const next = await this.claim();
      if (next === null) return;
      if (next.attempts > MAX_ATTEMPTS) await this.giveUp(next, GIVEN_UP);
      else await this.measure(next);
    }
  }

  /** The next track that nobody measures; this attempt is noted before it begins, for it may end the process. */
  private async claim(): Promise<Claimed | null> {
    const now = Date.now();
    const sinceWhen = sql`${loudness.measuringAt} between ${now - CLAIM_LIFE_MS} and ${now + CLAIM_LIFE_MS}`;
    const isMeasured = exists(
      this.deps.orm
        .select({ one: sql`1` })
        .from(loudness)
        .where(and(eq(loudness.trackId, tracks.id), sinceWhen)),
    );
    return await inTransaction(this.deps.orm, async (tx) => {
      const [found] = await tx
        .select({
          trackId: tracks.id,
          albumId: tracks.albumId,
          mediaKey: tracks.mediaKey,
          size: tracks.size,
          mtimeMs: tracks.mtimeMs,
        })
        .from(tracks)
        .where(and(isToMeasure, not(isMeasured)))
        .orderBy(asc(tracks.albumId), asc(tracks.id))
        .limit(1)
        .for('update', { skipLocked: true });
      if (found === undefined) return null;
      const { trackId, size, mtimeMs } = found;
      const isSame = and(eq(loudness.trackId, trackId), eq(loudness.size, size), eq(loudness.mtimeMs, mtimeMs));
      const [before] = await tx.select({ attempts: loudness.attempts }).from(loudness).where(isSame);
      const attempts = (before?.attempts ?? 0) + 1;
      const begun = { size, mtimeMs, attempts, measuringAt: now, histogram: null, peak: null, problem: null };
      await tx
        .insert(loudness)
        .values({ trackId, ...begun })
        .onConflictDoUpdate({ target: loudness.trackId, set: begun });
      return { ...found, attempts };
    });
  }

  private async measure(claimed: Claimed): Promise<void> {
    const { trackId, mediaKey, size, mtimeMs, attempts } = claimed;
    const signal = AbortSignal.any([this.stop.signal, AbortSignal.timeout(LONGEST_MS)]);
    let answer: MeasureAnswer;
    try {
      answer = await this.measurer.measure({ mediaKey, size, mtimeMs }, signal);
    } catch (error) {
      if (this.loop.isClosed) {
        // Not this file's fault: a later start takes it up.
        await this.deps.orm
          .update(loudness)
          .set({ measuringAt: null, attempts: attempts - 1 })
          .where(eq(loudness.trackId, trackId));
        return;
      }
      this.deps.log.warn({ trackId, error }, 'the loudness of a track could not be measured');
      return;
    }
    if ('histogram' in answer) await this.store(claimed, answer);
    else if (!answer.again) await this.giveUp(claimed, answer.problem);
  }

  private async store(claimed: Claimed, answer: Extract<MeasureAnswer, { histogram: Uint8Array }>): Promise<void> {
    const { histogram, peak } = answer;
    await this.end(claimed, { histogram, peak }, { histogram: LoudnessHistogram.decode(histogram), peak });
  }

  private async giveUp(claimed: Claimed, problem: string): Promise<void> {
    this.deps.log.info({ trackId: claimed.trackId, problem }, 'a track is played without a gain');
    await this.end(claimed, { problem }, null);
  }

  private async end(claimed: Claimed, found: Partial<typeof loudness.$inferInsert>, track: Measured | null) {
    const { trackId, albumId, size, mtimeMs } = claimed;
    await inTransaction(this.deps.orm, async (tx) => {
      // Those who store lock tracks before albums: not at the same time.
      await whileSorting(tx);
      await tx.update(albums).set({ gainsDue: true }).where(eq(albums.id, albumId));
      const isSame = and(eq(tracks.id, trackId), eq(tracks.size, size), eq(tracks.mtimeMs, mtimeMs));
      const [row] = await tx.select({ tagged: tracks.taggedGain }).from(tracks).where(isSame).for('update');
      // Imported anew meanwhile: that import wants another measuring.
      if (row === undefined) return;
      await tx
        .update(loudness)
        .set({ ...found, measuringAt: null })
        .where(eq(loudness.trackId, trackId));
      await tx
        .update(tracks)
        .set({ toMeasure: false, gain: gainOf(row.tagged, track, null) })
        .where(eq(tracks.id, trackId));
    });
    const [complete] = await this.dueAlbums(albumId);
    if (complete !== undefined) await workOutAlbum(this.deps.orm, complete);
  }

  private async workOutAlbums(): Promise<void> {
    for (let [id] = await this.dueAlbums(); id !== undefined; [id] = await this.dueAlbums()) {
      if (this.loop.isClosed) return;
      await workOutAlbum(this.deps.orm, id);
    }
  }

  /** An album whose gains are due, all of its tracks being measured. @param only this album, if it is one */
  private async dueAlbums(only?: string): Promise<string[]> {
    const waits = exists(
      this.deps.orm
        .select({ one: sql`1` })
        .from(tracks)
        .where(and(eq(tracks.albumId, albums.id), isToMeasure)),
    );
    const found = await this.deps.orm
      .select({ id: albums.id })
      .from(albums)
      .where(and(albums.gainsDue, not(waits), only === undefined ? undefined : eq(albums.id, only)))
      .limit(1);
    return found.map(({ id }) => id);
  }
}

/** What is gone or withdrawn is not waited for. */
const isToMeasure = and(eq(tracks.toMeasure, true), eq(tracks.missing, false), eq(tracks.withdrawn, false));
const isOfThisFile = and(eq(loudness.size, tracks.size), eq(loudness.mtimeMs, tracks.mtimeMs));

/** Gives all tracks of an album their gains, out of what each file's tags say and what was measured. */
async function workOutAlbum(orm: Orm, albumId: string): Promise<void> {
  await inTransaction(orm, async (tx) => {
    await whileSorting(tx);
    await tx.update(albums).set({ gainsDue: false }).where(eq(albums.id, albumId));
    const rows = await tx
      .select({
        id: tracks.id,
        tagged: tracks.taggedGain,
        gain: tracks.gain,
        histogram: loudness.histogram,
        peak: loudness.peak,
      })
      .from(tracks)
      .leftJoin(loudness, and(eq(loudness.trackId, tracks.id), isOfThisFile))
      .where(eq(tracks.albumId, albumId))
      .orderBy(asc(tracks.id));
    const measured = rows.map(({ histogram, peak }) =>
      histogram === null || peak === null ? null : { histogram: LoudnessHistogram.decode(histogram), peak },
    );
    const album = albumOf(measured);
    for (const [i, { id, tagged, gain }] of rows.entries()) {
      const now = gainOf(tagged, measured[i] ?? null, album);
      if (JSON.stringify(sorted(now)) === JSON.stringify(sorted(gain))) continue;
      await tx.update(tracks).set({ gain: now }).where(eq(tracks.id, id));
    }
  });
}

/** JSONB gives keys back in an order of its own. */
const sorted = (gain: object | null) => gain && Object.entries(gain).sort();
