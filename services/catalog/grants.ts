import { createHash } from 'node:crypto';
import { and, between, eq, gt, ne, not, sql } from 'drizzle-orm';
import { signTicket } from '@/lib/assets/tickets';
import { addressOf } from '@/lib/contracts/api/endpoint';
import { playback } from '@/lib/contracts/api/playback';
import { EnxameError, isEnxameError } from '@/lib/contracts/errors';
import { type Grant, MANIFEST_INLINE_BYTES, TICKET_LIFE_S } from '@/lib/contracts/playback';
import type { RpcParsedParams, RpcResult } from '@/lib/contracts/rpc';
import { inTransaction, type Orm, queryRows } from '@/lib/database/database';
import { MediaError } from '@/lib/media-store/media-store';
import { sealHolder, unwrapKey } from '@/lib/sealing/encryption';
import { trackToGrant } from './browse';
import type { Deps } from './deps';
import { isInLibrary } from './folders/folders';
import { streams, tracks } from './schema';
import type { Sealing } from './sealing';
import { currentVersion, type FileState, isSameState, lockTrack, type Version } from './versions';

/** A tab counts as a stream this long (ms) after its last grant, unless it was released: about the length of a piece. */
const STREAM_LIFE_MS = 5 * 60 * 1000;
/** A file may change while it is sealed; then once more. */
const ATTEMPTS = 2;

type Request = RpcParsedParams<'catalog.grant'>;
type Admitted = NonNullable<Awaited<ReturnType<typeof trackToGrant>>> & { version: Version };

/**
 * Leave to play a track, sealed now where it is not yet.
 * @throws {EnxameError} `not_found`, `track_withdrawn`, `file_missing`, `too_many_streams` in this order; then what sealing throws
 */
export async function grantPlayback(deps: Deps, sealing: Sealing, request: Request): Promise<Grant> {
  for (let attempt = 1; ; attempt++) {
    const { track, mediaKey, version } = await admit(deps, request);
    try {
      const sealed = await sealing.ensure(version, mediaKey, request.accountId);
      const expiresAt = Date.now() + TICKET_LIFE_S * 1000;
      const ticket = await signTicket(
        {
          peer: request.peerId,
          version: sealed.id,
          holder: sealHolder(deps.secrets.holderKey, request.accountId),
          expiresAt,
        },
        deps.secrets.signingKey,
      );
      const manifest = Buffer.from(sealed.manifest.buffer, sealed.manifest.byteOffset, sealed.manifest.byteLength);
      const originUrl = `${deps.config.originUrl}/origin/${sealed.id}`;
      return {
        track: { ...track, missing: false },
        versionId: sealed.id,
        size: sealed.size,
        durationS: track.durationS,
        mime: track.mime,
        manifest: {
          digest: createHash('sha256').update(manifest).digest('base64url'),
          ...(manifest.length <= MANIFEST_INLINE_BYTES ? { inline: manifest.toString('base64') } : {}),
          url: `${originUrl}/manifest`,
        },
        key: Buffer.from(unwrapKey(deps.secrets.masterKey, sealed.id, sealed.wrappedKey)).toString('base64'),
        originUrl,
        ticket,
        expiresAt,
        plainUrl: addressOf(playback.stream, { params: { trackId: track.id }, query: { peer: request.peerId } }),
      };
    } catch (error) {
      const changed = isEnxameError(error) && (error.code === 'conflict' || error.code === 'version_retired');
      if (!changed || attempt === ATTEMPTS) throw error;
    }
  }
}

/**
 * The same checks, for the plain file.
 * @throws {EnxameError} as {@link grantPlayback}; what sealing throws only for a file that changed since it was imported
 */
export async function grantPlain(deps: Deps, sealing: Sealing, request: Request): Promise<RpcResult<'catalog.plain'>> {
  const { track, mediaKey, version, imported } = await admit(deps, request);
  // Something else lies there now: sealing tells whether it is music at all, and not, say, a link to a file of the server's.
  // The same where it was refused: what is no sound is not served as such.
  const isRefused = track.missing && version.sealError !== null;
  if (isRefused || !isSameState(imported, version)) await sealing.ensure(version, mediaKey, request.accountId);
  return { mediaKey, size: version.size, mtimeMs: version.mtimeMs, mime: track.mime, versionId: version.id };
}

/** The tab plays no longer. */
export async function releaseStream(orm: Orm, request: { accountId: string; peerId: string }): Promise<void> {
  await orm.delete(streams).where(and(eq(streams.accountId, request.accountId), eq(streams.peerId, request.peerId)));
}

/** Rows that count. One from far in the future is of before the clock was set back: it would count for as long as that was. */
const counts = (now: number) => between(streams.grantedAt, now - STREAM_LIFE_MS + 1, now + STREAM_LIFE_MS);

/** Rows that count no longer. */
export async function forgetOldStreams(orm: Orm): Promise<void> {
  await orm.delete(streams).where(not(counts(Date.now())));
}

async function admit(deps: Deps, request: Request): Promise<Admitted> {
  const row = await trackToGrant(deps.orm, request.trackId);
  if (row === undefined) throw new EnxameError('not_found', 'This track does not exist.');
  if (row.track.withdrawn) throw withdrawn();
  const file = await look(deps, row);
  await takeStream(deps, request);
  if (row.version !== null && isSameState(row.version, file)) return { ...row, version: row.version };
  const current = await currentVersion(deps.orm, deps.secrets.masterKey, row.track.id, file);
  if (current === null) throw withdrawn();
  if (current.renewed) deps.wakeOutbox();
  return { ...row, version: current.version };
}

function withdrawn(): EnxameError {
  return new EnxameError('track_withdrawn', 'This track was withdrawn by an administrator.');
}

/** How the file is now; the catalogue is told when it went or came back. */
async function look(
  deps: Deps,
  {
    track,
    mediaKey,
    version,
  }: Pick<NonNullable<Awaited<ReturnType<typeof trackToGrant>>>, 'track' | 'mediaKey' | 'version'>,
): Promise<FileState> {
  if (track.missing && !(await isOfLibrary(deps, track.id))) throw fileMissing();
  try {
    const { size, mtimeMs } = await deps.media.stat(mediaKey);
    // What is there, but was refused, is tried once more by sealing, which knows what comes of it.
    if (track.missing && version?.sealError == null) await bringBack(deps, track.id);
    return { size, mtimeMs };
  } catch (cause) {
    const isGone = cause instanceof MediaError && cause.code === 'missing';
    if (!track.missing && isGone) await setMissing(deps.orm, track.id, true);
    throw fileMissing(cause);
  }
}

function fileMissing(cause?: unknown): EnxameError {
  return new EnxameError('file_missing', 'The file of this track is missing or cannot be read.', { cause });
}

/** Whether its folder was not removed: what was removed stays away although its file is there. */
async function isOfLibrary({ orm, media }: Pick<Deps, 'orm' | 'media'>, trackId: string): Promise<boolean> {
  const [row] = await orm
    .select({ id: tracks.id })
    .from(tracks)
    .where(and(eq(tracks.id, trackId), isInLibrary(media)));
  return row !== undefined;
}

async function bringBack({ orm, media }: Deps, trackId: string): Promise<void> {
  await inTransaction(orm, async (tx) => {
    // Whoever removes its folder right now comes first.
    await lockTrack(tx, trackId);
    if (await isOfLibrary({ orm: tx, media }, trackId)) await setMissing(tx, trackId, false);
  });
}

export async function setMissing(orm: Orm, trackId: string, missing: boolean): Promise<void> {
  await orm.update(tracks).set({ missing }).where(eq(tracks.id, trackId));
}

/** Counts this tab among the account's streams; tabs that ask at once take turns, or each would overlook the others. @throws {EnxameError} `too_many_streams` */
async function takeStream(deps: Deps, { accountId, peerId }: Request): Promise<void> {
  const now = Date.now();
  const others = and(eq(streams.accountId, accountId), ne(streams.peerId, peerId), counts(now));
  // One statement of the gateway's for four of a transaction: a press of play waits for it.
  const take = async () => {
    const [row] = await queryRows<{ taken: boolean }>(
      deps.orm,
      sql`select catalog.take_stream(${accountId}, ${peerId}, ${now}, ${now - STREAM_LIFE_MS}, ${deps.config.maxStreams}) as taken`,
    );
    return row?.taken === true;
  };
  if (await take()) return;
  const fromTheFuture = and(eq(streams.accountId, accountId), gt(streams.grantedAt, now + STREAM_LIFE_MS));
  const forgotten = await deps.orm.delete(streams).where(fromTheFuture).returning({ peerId: streams.peerId });
  if (forgotten.length > 0 && (await take())) return;
  const [oldest] = await deps.orm
    .select({ at: sql<number>`min(${streams.grantedAt})::float8` })
    .from(streams)
    .where(others);
  const waitMs = Math.min((oldest?.at ?? now) + STREAM_LIFE_MS - now, STREAM_LIFE_MS);
  const retryAfterS = Math.max(1, Math.ceil(waitMs / 1000));
  throw new EnxameError(
    'too_many_streams',
    `This account is already playing on ${deps.config.maxStreams} devices or tabs. Stop one of them first.`,
    { retryAfterS },
  );
}
