import { and, eq, isNull } from 'drizzle-orm';
import { EnxameError } from '@/lib/contracts/errors';
import { newMessage } from '@/lib/contracts/messages';
import type { RpcResult } from '@/lib/contracts/rpc';
import { inTransaction, type Orm } from '@/lib/database/database';
import { addToOutbox } from '@/lib/messaging/outbox/outbox';
import type { Deps } from './deps';
import { setMissing } from './grants';
import { outbox, tracks, versions } from './schema';
import { isSameState, lockTrack, retireVersions } from './versions';

/**
 * Takes a track out of circulation, or gives it back. Withdrawing ends its live version; after restoring, the next grant makes a
 * new one with a new key, so that who kept the old key has nothing of use.
 * @throws {EnxameError} `not_found`
 */
export async function setWithdrawn(deps: Deps, trackId: string, withdrawn: boolean): Promise<void> {
  await inTransaction(deps.orm, async (tx) => {
    const track = await lockTrack(tx, trackId);
    if (track === undefined) throw new EnxameError('not_found', 'This track does not exist.');
    if (track.withdrawn === withdrawn) return;
    await tx.update(tracks).set({ withdrawn }).where(eq(tracks.id, trackId));
    if (withdrawn) await retireVersions(tx, await liveVersions(tx, trackId), 'withdrawn');
    await addToOutbox(tx, outbox, newMessage('changed.track', { trackId, withdrawn }, { actor: null, at: Date.now() }));
  });
  deps.wakeOutbox();
}

/**
 * Ends a version whose file is no longer what was sealed. Ending it twice is ending it once. One that is said to be missing may have been
 * moved meanwhile: it is looked for where the catalogue knows it now.
 */
export async function retireVersion(
  deps: Deps,
  versionId: string,
  reason: 'file_changed' | 'file_missing',
): Promise<void> {
  if (reason === 'file_missing' && (await isInItsPlace(deps, versionId))) return;
  await inTransaction(deps.orm, async (tx) => {
    const [version] = await tx.select({ trackId: versions.trackId }).from(versions).where(eq(versions.id, versionId));
    if (version === undefined) return;
    await lockTrack(tx, version.trackId);
    if (!(await liveVersions(tx, version.trackId)).includes(versionId)) return;
    await retireVersions(tx, [versionId], reason);
    if (reason === 'file_missing') await setMissing(tx, version.trackId, true);
  });
  deps.wakeOutbox();
}

async function isInItsPlace({ orm, media }: Deps, versionId: string): Promise<boolean> {
  const [sealed] = await orm
    .select({ size: versions.size, mtimeMs: versions.mtimeMs, mediaKey: tracks.mediaKey })
    .from(versions)
    .innerJoin(tracks, eq(tracks.id, versions.trackId))
    .where(eq(versions.id, versionId));
  if (sealed === undefined) return false;
  return await media.stat(sealed.mediaKey).then(
    (found) => isSameState(found, sealed),
    () => false,
  );
}

/** What the origin needs to serve a version. @throws {EnxameError} `not_found`, `version_retired` */
export async function sourceOf(orm: Orm, versionId: string): Promise<RpcResult<'catalog.source'>> {
  const [row] = await orm
    .select({ version: versions, mediaKey: tracks.mediaKey, mime: tracks.mime })
    .from(versions)
    .innerJoin(tracks, eq(tracks.id, versions.trackId))
    .where(eq(versions.id, versionId));
  if (row === undefined) throw new EnxameError('not_found', 'This version does not exist.');
  const { version, mediaKey, mime } = row;
  if (version.retired !== null)
    throw new EnxameError('version_retired', 'This version of the track has been replaced or withdrawn.');
  // Granted versions are sealed: nobody can hold a ticket for this one.
  if (version.manifest === null) throw new EnxameError('not_found', 'This version is not sealed yet.');
  return {
    versionId,
    trackId: version.trackId,
    mediaKey,
    size: version.size,
    mtimeMs: version.mtimeMs,
    mime,
    wrappedKey: Buffer.from(version.wrappedKey).toString('base64'),
    manifest: Buffer.from(version.manifest).toString('base64'),
  };
}

async function liveVersions(tx: Orm, trackId: string): Promise<string[]> {
  const live = await tx
    .select({ id: versions.id })
    .from(versions)
    .where(and(eq(versions.trackId, trackId), isNull(versions.retired)));
  return live.map((version) => version.id);
}
