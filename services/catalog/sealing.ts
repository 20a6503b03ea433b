import { and, eq, isNotNull, isNull, sql } from 'drizzle-orm';
import { FormatError } from '@/lib/assets/seek/reader';
import type { ImportStatus } from '@/lib/contracts/catalog';
import { EnxameError, isEnxameError } from '@/lib/contracts/errors';
import type { ImportFault } from '@/lib/contracts/reasons';
import { inTransaction, type Orm } from '@/lib/database/database';
import { inBackground } from '@/lib/database/priority';
import { unwrapKey } from '@/lib/sealing/encryption';
import { createSealer, type Sealer } from '@/lib/sealing/sealer';
import { BackgroundLoop } from '@/lib/util/background-loop';
import { FairTurns } from '@/lib/util/fair-turns';
import type { Deps } from './deps';
import { MAX_FAILED, MAX_FAILED_NAME_CHARS } from './failures';
import { isInLibrary } from './folders/folders';
import { imports } from './import-schema';
import { tracks, versions } from './schema';
import { lockTrack, type Version } from './versions';

/** One thread works behind imports, the other is free for whoever presses play. */
const THREADS = 2;
/** Files that one account may have waiting to be sealed: far above what pressing play asks for. */
const MAX_WAITING = 64;
/** Who seals behind imports, beside the accounts. */
const NOBODY = '';
/** Whoever began to seal a version and did not end it this long ago (ms) is taken for dead. */
const CLAIM_LIFE_MS = 2 * 60 * 1000;
/** How often (ms) to look for versions that another process left behind. */
const LOOK_EVERY_MS = 60_000;
/** Wait (ms) after a look that failed, as while the database is away. */
const RETRY_MS = 5_000;

export interface SealedVersion extends Version {
  manifest: Uint8Array;
}

export interface Sealing {
  /**
   * The version with its manifest, sealed now where it is not yet. Accounts take turns.
   * @throws {EnxameError} `file_missing`, `format_unsupported`, `conflict` when the file changed since, `version_retired`;
   *   `too_many_requests` when the account waits for very many
   */
  ensure(version: Version, mediaKey: string, accountId: string): Promise<SealedVersion>;
  /** There are versions to seal, or an import that had to come first is over. */
  wake(): void;
  isBusy(): boolean;
  close(): Promise<void>;
}

/**
 * Seals versions: at once for a grant, and one after the other in the background.
 * @param options.isBusy an import reads files: sealing stands back @param options.onSealed an import's numbers changed
 * @param options.onIdle nothing is left to seal in the background
 */
export function startSealing(
  deps: Deps,
  options: { isBusy: () => boolean; onSealed: (row: typeof imports.$inferSelect) => void; onIdle?: () => void },
  sealer: Sealer = createSealer({ media: deps.media, threads: THREADS }),
): Sealing {
  const sealing = new BackgroundSealing(deps, options, sealer);
  sealing.wake();
  return sealing;
}

class BackgroundSealing implements Sealing {
  private readonly running = new Map<string, Promise<SealedVersion>>();
  private readonly turns = new FairTurns({ atATime: THREADS, perHolder: THREADS, maxWaiting: MAX_WAITING });
  private readonly signingKeyPem: string;
  private readonly loop: BackgroundLoop;
  private isSealingAll = false;
  private hasRetried = false;

  constructor(
    private readonly deps: Deps,
    private readonly options: Parameters<typeof startSealing>[1],
    private readonly sealer: Sealer,
  ) {
    this.signingKeyPem = deps.secrets.signingKey.export({ format: 'pem', type: 'pkcs8' }).toString();
    this.loop = new BackgroundLoop({
      pass: () => inBackground(() => this.pass()),
      everyMs: LOOK_EVERY_MS,
      retryMs: RETRY_MS,
      onFailure: (error) => deps.log.warn({ error }, 'sealing in the background failed; trying again'),
    });
  }

  async ensure(version: Version, mediaKey: string, accountId: string): Promise<SealedVersion> {
    if (version.manifest !== null) return { ...version, manifest: version.manifest };
    return await (this.running.get(version.id) ?? this.turns.run(accountId, () => this.inTurn(version, mediaKey)));
  }

  /** Who waited for a turn may find that another account, which asked for the same, had its turn first. */
  private inTurn(version: Version, mediaKey: string): Promise<SealedVersion> {
    const running = this.running.get(version.id);
    if (running !== undefined) return running;
    const sealed = this.find(version.id)
      .then((found) => found ?? this.seal(version, mediaKey))
      .finally(() => this.running.delete(version.id));
    this.running.set(version.id, sealed);
    return sealed;
  }

  wake(): void {
    this.loop.wake();
  }

  isBusy(): boolean {
    return this.isSealingAll || this.running.size > 0;
  }

  async close(): Promise<void> {
    const ended = this.loop.close();
    // Ends the jobs that run: their versions stay unsealed, and a later start takes them up.
    await this.sealer.close();
    await ended;
    await Promise.allSettled(this.running.values());
  }

  private async pass(): Promise<void> {
    this.isSealingAll = true;
    try {
      await this.sealAll();
    } finally {
      this.isSealingAll = false;
    }
    this.options.onIdle?.();
  }

  /** What an earlier start refused, once: this release may take it, or else take it out of the lists. Its import has counted it already. */
  private async retryRefused(): Promise<void> {
    if (this.hasRetried) return;
    await this.deps.orm
      .update(versions)
      .set({ sealError: null, importId: null })
      .where(and(isNotNull(versions.sealError), isNull(versions.retired), isNull(versions.manifest)));
    this.hasRetried = true;
  }

  private async sealAll(): Promise<void> {
    await this.retryRefused();
    for (let next = await this.claim(); next !== null; next = await this.claim()) {
      try {
        await this.ensure(next.version, next.mediaKey, NOBODY);
      } catch (error) {
        if (this.loop.isClosed) return;
        await this.giveUp(next.version, error);
      }
    }
  }

  /** The oldest version that nobody seals. */
  private async claim(): Promise<{ version: Version; mediaKey: string } | null> {
    if (this.loop.isClosed || this.options.isBusy()) return null;
    const now = Date.now();
    const oldest = sql`(select v.id from ${versions} v where v.manifest is null and v.retired is null and v.seal_error is null
      and (v.sealing_at is null or v.sealing_at not between ${now - CLAIM_LIFE_MS} and ${now + CLAIM_LIFE_MS}) order by v.created_at limit 1 for update skip locked)`;
    const [version] = await this.deps.orm
      .update(versions)
      .set({ sealingAt: now })
      .where(sql`${versions.id} = ${oldest}`)
      .returning();
    if (version === undefined) return null;
    const [track] = await this.deps.orm
      .select({ mediaKey: tracks.mediaKey })
      .from(tracks)
      .where(eq(tracks.id, version.trackId));
    return track === undefined ? null : { version, mediaKey: track.mediaKey };
  }

  private async seal(version: Version, mediaKey: string): Promise<SealedVersion> {
    const key = unwrapKey(this.deps.secrets.masterKey, version.id, version.wrappedKey);
    const sealed = await this.sealer
      .seal({ mediaKey, versionId: version.id, key, signingKeyPem: this.signingKeyPem })
      .catch(async (error) => {
        // Of a grant, too: until the file is another, nobody shall be offered it again.
        if (isUnplayable(error)) {
          await this.giveUp(version, error).catch((cause: unknown) =>
            this.deps.log.warn({ versionId: version.id, error: cause }, 'a refusal could not be kept'),
          );
        }
        return asRefusal(error);
      });
    const { manifest, size, mtimeMs, durationS } = sealed;
    const counted = await inTransaction(this.deps.orm, async (tx) => {
      await lockTrack(tx, version.trackId);
      const stored = await tx
        .update(versions)
        .set({ manifest, size, mtimeMs, sealError: null, sealingAt: null })
        .where(and(eq(versions.id, version.id), isNull(versions.retired), isNull(versions.manifest)))
        .returning({ id: versions.id });
      if (stored.length === 0) return null;
      // What is sealed can be played, but a folder that was removed meanwhile does not come back by it.
      const missing = sql<boolean>`${tracks.missing} and not ${isInLibrary(this.deps.media)}`;
      await tx.update(tracks).set({ durationS, missing }).where(eq(tracks.id, version.trackId));
      return await count(tx, version, { sealed: sql`${imports.sealed} + 1` });
    });
    if (counted === null) return await this.stored(version.id);
    if (counted !== undefined) this.options.onSealed(counted);
    return { ...version, manifest, size, mtimeMs };
  }

  private async find(id: string): Promise<SealedVersion | null> {
    const [row] = await this.deps.orm.select().from(versions).where(eq(versions.id, id));
    return row?.manifest == null ? null : { ...row, manifest: row.manifest };
  }

  /** What another process stored first, unless the version was retired while it was sealed. */
  private async stored(id: string): Promise<SealedVersion> {
    const found = await this.find(id);
    if (found !== null) return found;
    throw new EnxameError('version_retired', 'The file of this track has changed. Press play again.');
  }

  private async giveUp(version: Version, error: unknown): Promise<void> {
    // Changed under our eyes: its next import or grant makes a new version. A disk that did not answer is tried again later.
    if (isEnxameError(error) && ['conflict', 'version_retired', 'timeout'].includes(error.code)) return;
    const reason = isEnxameError(error) ? error.message : 'This file cannot be prepared for playback.';
    this.deps.log.warn({ versionId: version.id, error }, 'a file could not be sealed');
    const [track] = await this.deps.orm
      .select({ mediaKey: tracks.mediaKey })
      .from(tracks)
      .where(eq(tracks.id, version.trackId));
    const counted = await inTransaction(this.deps.orm, async (tx) => {
      await lockTrack(tx, version.trackId);
      const isLive = and(eq(versions.id, version.id), isNull(versions.retired), isNull(versions.manifest));
      const [live] = await tx.select({ sealError: versions.sealError }).from(versions).where(isLive);
      // Another file lies there by now, or another process could seal it: the track is well.
      if (live === undefined) return undefined;
      if (isUnplayable(error)) await tx.update(tracks).set({ missing: true }).where(eq(tracks.id, version.trackId));
      if (live.sealError !== null) return undefined;
      await tx.update(versions).set({ sealError: reason, sealingAt: null }).where(eq(versions.id, version.id));
      const file = track === undefined ? '' : await this.nameInImport(tx, version, track.mediaKey);
      const failure: ImportStatus['failed'][number] = { file, reason, code: faultOf(error) };
      const entry = JSON.stringify([failure]);
      return await count(tx, version, {
        toSeal: sql`${imports.toSeal} - 1`,
        failedCount: sql`${imports.failedCount} + 1`,
        failed: sql`case when jsonb_array_length(${imports.failed}) < ${MAX_FAILED}::int then ${imports.failed} || ${entry}::jsonb else ${imports.failed} end`,
      });
    });
    if (counted !== undefined) this.options.onSealed(counted);
  }

  /** As its import lists files: by its path in the imported folder. */
  private async nameInImport(tx: Orm, { importId }: Version, mediaKey: string): Promise<string> {
    const { media } = this.deps;
    if (importId === null) return media.nameOf(mediaKey);
    const [run] = await tx.select({ folder: imports.folder }).from(imports).where(eq(imports.id, importId));
    return run === undefined
      ? media.nameOf(mediaKey)
      : media.shownIn(run.folder, mediaKey).slice(0, MAX_FAILED_NAME_CHARS);
  }
}

/** What no list shows: a player could only fail at it. */
function isUnplayable(error: unknown): boolean {
  return isEnxameError(error) && (error.code === 'format_unsupported' || error.code === 'too_large');
}

async function count(tx: Orm, version: Version, change: Parameters<ReturnType<Orm['update']>['set']>[0]) {
  if (version.importId === null) return undefined;
  const [row] = await tx.update(imports).set(change).where(eq(imports.id, version.importId)).returning();
  return row;
}

/** What refused to be sealed is told apart by its code. */
function faultOf(error: unknown): ImportFault {
  if (error instanceof FormatError) return error.fault;
  switch (isEnxameError(error) ? error.code : 'internal') {
    case 'format_unsupported':
      return 'damaged';
    case 'file_missing':
      return 'missing';
    case 'too_large':
      return 'too_large';
    default:
      return 'not_sealed';
  }
}

function asRefusal(error: unknown): never {
  if (isEnxameError(error)) throw error;
  throw new EnxameError('unavailable', 'The file of this track cannot be prepared for playback right now.', {
    cause: error,
  });
}
