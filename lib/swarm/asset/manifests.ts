/** Where a manifest comes from: the cache, the grant itself, or its address. Wherever it comes from, it is checked the same. */
import { sealedSize } from '@/lib/assets/geometry';
import { manifestDigest, verifyManifest } from '@/lib/assets/manifest';
import { errorFromResponse, unreachable } from '@/lib/client/http-errors';
import { EnxameError } from '@/lib/contracts/errors';
import { HASH_BYTES, type Manifest } from '@/lib/contracts/manifest';
import type { Grant } from '@/lib/contracts/playback';
import { within } from '@/lib/util/abort';

/** A manifest of the largest asset: 2^20 hashes and a header. */
const MAX_MANIFEST_BYTES = HASH_BYTES * 2 ** 20 + 512 * 1024;
/** A manifest that is not inline has from 32 KB (half an hour of music) to a megabyte (a day of it); an unresponsive network must not hold a press of play. */
const DOWNLOAD_TIMEOUT_MS = 30_000;

export interface ManifestSources {
  cached: () => Promise<Uint8Array | null>;
  /** It comes along with the grant, but not in it; null in the end if it does not. */
  along: Promise<Uint8Array | null> | null;
  fetch: typeof globalThis.fetch;
  publicKey: string;
  signal: AbortSignal | undefined;
}

/**
 * The manifest of the version that a grant names.
 * @throws {EnxameError} `invalid_request` when it is not the one that the server signed; `unavailable`; the server's refusal
 */
export async function manifestFor(
  grant: Grant,
  from: ManifestSources,
): Promise<{ manifest: Manifest; bytes: Uint8Array }> {
  const cached = await from.cached();
  const isCached = cached !== null && (await manifestDigest(cached)) === grant.manifest.digest;
  const bytes = isCached ? cached : ((await from.along) ?? inline(grant) ?? (await download(grant, from)));
  // At once: somebody waits to hear this track.
  const [manifest, digest] = await Promise.all([verifyManifest(bytes, from.publicKey), manifestDigest(bytes)]);
  if (digest !== grant.manifest.digest) throw notSigned();
  if (manifest.version !== grant.versionId || manifest.size !== grant.size) throw notSigned();
  return { manifest, bytes };
}

/** Bytes that a whole asset takes in the cache. */
export function wholeBytes(manifest: Manifest): number {
  return sealedSize(manifest);
}

function inline(grant: Grant): Uint8Array | null {
  return grant.manifest.inline === undefined ? null : fromBase64(grant.manifest.inline);
}

async function download(grant: Grant, { fetch, signal }: ManifestSources): Promise<Uint8Array> {
  const outOfReach = (error: unknown) => {
    throw unreachable(error);
  };
  const response = await fetch(grant.manifest.url, {
    headers: { authorization: `Bearer ${grant.ticket}` },
    credentials: 'omit',
    signal: within(DOWNLOAD_TIMEOUT_MS, signal),
  }).catch(outOfReach);
  if (!response.ok) throw await errorFromResponse(response, 'origin');
  const bytes = new Uint8Array(await response.arrayBuffer().catch(outOfReach));
  if (bytes.length > MAX_MANIFEST_BYTES) throw notSigned();
  return bytes;
}

export function fromBase64(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(text), (char) => char.charCodeAt(0));
}

function notSigned(): EnxameError {
  return new EnxameError('invalid_request', 'The manifest does not match the server’s signature.');
}
