import { manifestDigest, verifyManifest } from '@/lib/assets/manifest';
import { EnxameError } from '@/lib/contracts/errors';
import type { Manifest } from '@/lib/contracts/manifest';
import type { RpcResult } from '@/lib/contracts/rpc';
import type { Secrets } from '@/lib/host/secrets';
import { BoundedMap } from './bounded-map';
import { unwrapKey } from './keys';

/** Manifests of usual tracks have about 10 KB: all of them together stay under some megabytes. */
const MAX_SOURCES = 300;
/** The catalog is asked again after so long, so that what it withdrew or retired elsewhere ends here too. */
const SOURCE_LIFE_MS = 60_000;
/** A version that was just retired is refused without asking: its listeners try again for a while. */
const RETIRED_LIFE_MS = 10_000;

/** A version, ready to be served. */
export interface Source {
  versionId: string;
  path: string;
  key: Uint8Array;
  manifest: Manifest;
  manifestBytes: Buffer;
  /** Base64url SHA-256 of the manifest's bytes. */
  manifestDigest: string;
  /** Epoch ms when the file's size was last seen to be right. */
  checkedAt: number;
}

export type RetireReason = 'file_changed' | 'file_missing';

export interface Sources {
  /** @throws {EnxameError} what the catalog answers; `version_retired`, `file_missing` for one just retired */
  get(versionId: string): Promise<Source>;
  /** Tells the catalog, once, that the file no longer is what was sealed. @returns the refusal to answer with */
  retire(versionId: string, reason: RetireReason): EnxameError;
  forget(versionId: string): void;
}

type Entry = { loadedAt: number; source: Promise<Source> } | { retiredAt: number; reason: RetireReason };

/** @param onRetire tells the catalog; a failure of it makes the next request tell it again */
export function createSources(deps: {
  load: (versionId: string) => Promise<RpcResult<'catalog.source'>>;
  onRetire: (versionId: string, reason: RetireReason) => Promise<void>;
  secrets: Pick<Secrets, 'masterKey' | 'publicKey'>;
}): Sources {
  const entries = new BoundedMap<string, Entry>(MAX_SOURCES);

  const prepare = async (versionId: string): Promise<Source> => {
    const row = await deps.load(versionId);
    const manifestBytes = Buffer.from(row.manifest, 'base64');
    const manifest = await verifyManifest(manifestBytes, deps.secrets.publicKey);
    if (manifest.version !== versionId) throw new EnxameError('internal', 'The manifest is of another version.');
    return {
      versionId,
      path: row.path,
      key: unwrapKey(deps.secrets.masterKey, versionId, Buffer.from(row.wrappedKey, 'base64')),
      manifest,
      manifestBytes,
      manifestDigest: await manifestDigest(manifestBytes),
      checkedAt: 0,
    };
  };

  return {
    async get(versionId) {
      const known = entries.get(versionId);
      const now = Date.now();
      if (known !== undefined && 'retiredAt' in known && now - known.retiredAt < RETIRED_LIFE_MS) {
        throw refusal(known.reason);
      }
      if (known !== undefined && 'source' in known && now - known.loadedAt < SOURCE_LIFE_MS) return await known.source;

      const entry = { loadedAt: now, source: prepare(versionId) };
      entries.set(versionId, entry);
      try {
        return await entry.source;
      } catch (error) {
        if (entries.get(versionId) === entry) entries.delete(versionId);
        throw error;
      }
    },
    retire(versionId, reason) {
      const known = entries.get(versionId);
      if (known === undefined || !('retiredAt' in known)) {
        const entry = { retiredAt: Date.now(), reason };
        entries.set(versionId, entry);
        deps.onRetire(versionId, reason).catch(() => {
          if (entries.get(versionId) === entry) entries.delete(versionId);
        });
      }
      return refusal(reason);
    },
    forget(versionId) {
      entries.delete(versionId);
    },
  };
}

function refusal(reason: RetireReason): EnxameError {
  return reason === 'file_missing'
    ? new EnxameError('file_missing', 'The file of this track is gone.')
    : new EnxameError('version_retired', 'The file of this track has changed; ask for it anew.');
}
