import { manifestDigest, verifyManifest } from '@/lib/assets/manifest';
import { EnxameError } from '@/lib/contracts/errors';
import { CLOCK_TOLERANCE_S, TICKET_LIFE_S } from '@/lib/contracts/playback';
import type { RpcResult } from '@/lib/contracts/rpc';
import { MediaError, type MediaStore } from '@/lib/media-store/media-store';
import { unwrapKey } from '@/lib/sealing/encryption';
import { FileNotAsSealed, type RetireReason, rethrowMissing, type SealedFile } from '@/lib/sealing/read-sealed';
import type { Secrets } from '@/lib/secrets/secrets';
import { BoundedMap } from '@/lib/util/bounded-map';
import type { Clock } from '@/lib/util/clock';
import { steadyNow } from '@/lib/util/clock';
import { StaleCache } from '@/lib/util/stale-cache';

/** Manifests of usual tracks have about 10 KB: all of them together stay under some megabytes. */
const MAX_SOURCES = 300;
/** The catalog is asked again after so long, so that what it withdrew or retired elsewhere ends here too. */
const SOURCE_LIFE_MS = 60_000;
/** While the catalog is away it gives no grants: when the last ticket ends, so does the need for a source. */
export const SOURCE_STALE_MS = (TICKET_LIFE_S + CLOCK_TOLERANCE_S) * 1000 + SOURCE_LIFE_MS;
/** A file's size is looked at once in so long; its content is checked with every chunk. */
const STAT_EVERY_MS = 1_000;
/** A version that was just retired is refused without asking: its listeners try again for a while. */
const RETIRED_LIFE_MS = 10_000;

/** A version, ready to be served. */
export interface Source extends SealedFile {
  manifestBytes: Buffer;
  /** Base64url SHA-256 of the manifest's bytes. */
  manifestDigest: string;
  /** When the file's size was last seen to be right, in milliseconds of the steady clock. */
  checkedAt: number;
}

export interface Sources {
  /** @throws {EnxameError} what the catalog answers; `version_retired`, `file_missing` for one just retired */
  get(versionId: string): Promise<Source>;
  /** Tells the catalog, once, that the file no longer is what was sealed. @returns the refusal to answer with */
  retire(versionId: string, reason: RetireReason): EnxameError;
  forget(versionId: string): void;
}

/**
 * @param deps.onRetire tells the catalog; a failure of it makes the next request tell it again
 * @param deps.onAway the catalog did not answer, whether or not what it said before is used instead
 */
export function createSources(deps: {
  load: (versionId: string) => Promise<RpcResult<'catalog.source'>>;
  onRetire: (versionId: string, reason: RetireReason) => Promise<void>;
  onAway: () => void;
  secrets: Pick<Secrets, 'masterKey' | 'publicKey'>;
  clock: Clock;
}): Sources {
  const { clock, onAway } = deps;
  const known = new StaleCache<Source>({
    max: MAX_SOURCES,
    lifeMs: SOURCE_LIFE_MS,
    staleMs: SOURCE_STALE_MS,
    clock,
    onAway,
  });
  const retired = new BoundedMap<string, { at: number; reason: RetireReason }>(MAX_SOURCES);

  const prepare = async (versionId: string): Promise<Source> => {
    const row = await deps.load(versionId);
    const manifestBytes = Buffer.from(row.manifest, 'base64');
    const manifest = await verifyManifest(manifestBytes, deps.secrets.publicKey);
    if (manifest.version !== versionId) throw new EnxameError('internal', 'The manifest belongs to another version.');
    return {
      versionId,
      mediaKey: row.mediaKey,
      key: unwrapKey(deps.secrets.masterKey, versionId, Buffer.from(row.wrappedKey, 'base64')),
      manifest,
      manifestBytes,
      manifestDigest: await manifestDigest(manifestBytes),
      checkedAt: 0,
    };
  };

  return {
    async get(versionId) {
      const over = retired.get(versionId);
      if (over !== undefined && clock.now() - over.at < RETIRED_LIFE_MS) throw refusal(over.reason);
      retired.delete(versionId);
      return await known.get(versionId, () => prepare(versionId));
    },
    retire(versionId, reason) {
      if (retired.get(versionId) === undefined) {
        const entry = { at: clock.now(), reason };
        retired.set(versionId, entry);
        known.forget(versionId);
        deps.onRetire(versionId, reason).catch(() => {
          if (retired.get(versionId) === entry) retired.delete(versionId);
        });
      }
      return refusal(reason);
    },
    forget(versionId) {
      known.forget(versionId);
      retired.delete(versionId);
    },
  };
}

/** Looks at the file before a version is served, at most once a second. @throws {FileNotAsSealed} */
export async function checkFile(media: Pick<MediaStore, 'stat'>, source: Source): Promise<void> {
  const now = steadyNow();
  if (now - source.checkedAt < STAT_EVERY_MS) return;
  const found = await media.stat(source.mediaKey).catch(rethrowMissing);
  if (found.size !== source.manifest.size) throw new FileNotAsSealed('file_changed');
  source.checkedAt = now;
}

/**
 * A version's source; the catalog is asked anew where the file is not in its place any more, since it may know another. Whether the file is
 * there is for {@link checkFile} to say.
 * @throws {EnxameError} as {@link Sources.get}
 */
export async function findSource(
  sources: Sources,
  media: Pick<MediaStore, 'stat'>,
  versionId: string,
): Promise<Source> {
  const source = await sources.get(versionId);
  const isMissing = await media.stat(source.mediaKey).then(
    () => false,
    (error: unknown) => error instanceof MediaError && error.code === 'missing',
  );
  if (!isMissing) return source;
  sources.forget(versionId);
  return await sources.get(versionId);
}

function refusal(reason: RetireReason): EnxameError {
  return reason === 'file_missing'
    ? new EnxameError('file_missing', 'The file of this track is missing.')
    : new EnxameError('version_retired', 'The file of this track has changed. Press play again.');
}
