import { and, eq, inArray, isNull, sql } from 'drizzle-orm';
import { newId } from '@/lib/contracts/ids';
import { type MessageData, newMessage } from '@/lib/contracts/messages';
import { inTransaction, type Orm } from '@/lib/database/database';
import { addToOutbox } from '@/lib/messaging/outbox/outbox';
import { newContentKey, wrapKey } from '@/lib/sealing/encryption';
import { imports } from './import-schema';
import { outbox, tracks, versions } from './schema';

/** Size in bytes and time of the last change: what tells one state of a file from another. */
export interface FileState {
  size: number;
  mtimeMs: number;
}
export type RetireReason = MessageData<'changed.version'>['reason'];
export type Version = typeof versions.$inferSelect;

export function isSameState(a: FileState, b: FileState): boolean {
  return a.size === b.size && a.mtimeMs === b.mtimeMs;
}

/** A row for a new version, under a new key of its own; not sealed yet. @param importId the import that counts its sealing */
export function makeVersion(masterKey: Buffer, trackId: string, file: FileState, importId: string | null): Version {
  const id = newId();
  return {
    id,
    trackId,
    size: file.size,
    mtimeMs: file.mtimeMs,
    wrappedKey: wrapKey(masterKey, id, newContentKey()),
    manifest: null,
    sealError: null,
    sealingAt: null,
    retired: null,
    importId,
    createdAt: Date.now(),
  };
}

/**
 * Whoever changes a track's versions takes turns by this, before touching a version: in another order two would wait for each other.
 * @returns undefined when there is no such track
 */
export async function lockTrack(tx: Orm, trackId: string): Promise<{ withdrawn: boolean } | undefined> {
  const [track] = await tx
    .select({ withdrawn: tracks.withdrawn })
    .from(tracks)
    .where(eq(tracks.id, trackId))
    .for('update');
  return track;
}

/** Ends versions, with the fact that tells their listeners. Those already retired stay as they are. Wake the outbox after the commit. */
export async function retireVersions(tx: Orm, ids: readonly string[], reason: RetireReason): Promise<void> {
  if (ids.length === 0) return;
  const unsealed = await tx
    .select({ importId: versions.importId })
    .from(versions)
    .where(
      and(
        inArray(versions.id, [...ids]),
        isNull(versions.retired),
        isNull(versions.manifest),
        isNull(versions.sealError),
      ),
    );
  for (const { importId } of unsealed) {
    // Its import waits for it no longer.
    if (importId !== null)
      await tx
        .update(imports)
        .set({ toSeal: sql`${imports.toSeal} - 1` })
        .where(eq(imports.id, importId));
  }
  const retired = await tx
    .update(versions)
    .set({ retired: reason, manifest: null })
    .where(and(inArray(versions.id, [...ids]), isNull(versions.retired)))
    .returning({ versionId: versions.id, trackId: versions.trackId });
  const facts = retired.map((gone) =>
    newMessage('changed.version', { ...gone, reason }, { actor: null, at: Date.now() }),
  );
  await addToOutbox(tx, outbox, ...facts);
}

/**
 * The track's live version for a file in this state: the one there is, or a new one, with the old retired.
 * @returns null when the track was withdrawn meanwhile
 */
export async function currentVersion(
  orm: Orm,
  masterKey: Buffer,
  trackId: string,
  file: FileState,
): Promise<{ version: Version; renewed: boolean } | null> {
  return await inTransaction(orm, async (tx) => {
    const track = await lockTrack(tx, trackId);
    if (track === undefined || track.withdrawn) return null;
    const [live] = await tx
      .select()
      .from(versions)
      .where(and(eq(versions.trackId, trackId), isNull(versions.retired)));
    if (live !== undefined && isSameState(live, file)) return { version: live, renewed: false };
    if (live !== undefined) await retireVersions(tx, [live.id], 'file_changed');
    const version = makeVersion(masterKey, trackId, file, null);
    await tx.insert(versions).values(version);
    return { version, renewed: true };
  });
}
