/**
 * The origin: sealed chunks, manifests, and the plain file for tabs that cannot take part. Served ahead of Next by the same HTTP
 * server. It is the source of last resort for every chunk, so it must not lie, and not fall over.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { sealedSize } from '@/lib/assets/geometry';
import type { Log } from '@/lib/config/log';
import { EnxameError, isEnxameError } from '@/lib/contracts/errors';
import type { ComponentHealth } from '@/lib/contracts/reasons';
import type { RpcParams, RpcResult } from '@/lib/contracts/rpc';
import type { MediaStore } from '@/lib/media-store/media-store';
import { FileNotAsSealed, type RetireReason, readSealed } from '@/lib/sealing/read-sealed';
import type { Secrets } from '@/lib/secrets/secrets';
import type { Clock } from '@/lib/util/clock';
import { steadyClock } from '@/lib/util/clock';
import type { Holder, SlotLimits } from '@/lib/util/fair-slots';
import { StaleCache } from '@/lib/util/stale-cache';
import {
  type FirstSound,
  readFirstSound,
  readHeadChunk,
  readSoundFirst,
  type SoundFirstWanted,
  soundFirstSize,
} from './first-bytes';
import { readPlain } from './read-plain';
import { createReaders, READER_LIMITS } from './readers';
import { allowPages, answerPreflight, type Content, requestIdOf, sendContent, sendProblem } from './reply';
import { type Route, routeOf, type Wanted } from './routes';
import { checkFile, createSources, findSource, SOURCE_STALE_MS, type Source } from './sources';
import { makeTicketCheck } from './ticket-check';

export interface OriginDeps {
  source: (versionId: string) => Promise<RpcResult<'catalog.source'>>;
  retire: (versionId: string, reason: RetireReason) => Promise<void>;
  plain: (params: RpcParams<'catalog.plain'>) => Promise<RpcResult<'catalog.plain'>>;
  /** Whose session the request's cookie is. @throws {EnxameError} `not_signed_in`, `account_disabled` */
  accountOf: (request: IncomingMessage) => Promise<{ accountId: string }>;
  /** Whether an administrator disabled this account. @throws {EnxameError} `unavailable` when it cannot be known now */
  isDisabled: (accountId: string) => Promise<boolean>;
  /** The network a request comes from (lib/util/fair-slots.ts). */
  networkOf: (request: IncomingMessage) => string;
  /** Where the plain files are. */
  media: Pick<MediaStore, 'open' | 'stat'>;
  secrets: Pick<Secrets, 'masterKey' | 'publicKey' | 'holderKey' | 'signingKey'>;
  /** Origins of pages that may fetch from here besides this server's own, such as `https://music.example.org`. */
  allowedOrigins: readonly string[];
  log: Log;
  /** For durations. */
  clock?: Clock;
  /** How many may read at the same time; READER_LIMITS where it is left out. */
  limits?: SlotLimits;
}

/** Sends something made of a file, such as a conversion. */
type SendInstead = (file: RpcResult<'catalog.plain'>) => Promise<void>;

export interface Origin {
  /** Answers what is addressed to the origin. @returns false when the request is somebody else's */
  handle(request: IncomingMessage, response: ServerResponse): boolean;
  /**
   * Sends the plain file of a track to an account that somebody else made sure of, by Range, after the same checks as the plain route.
   * @throws {EnxameError} why it may not be had; `response.headersSent` tells whether sending had begun
   */
  sendTrack(
    request: IncomingMessage,
    response: ServerResponse,
    wanted: RpcParams<'catalog.plain'>,
    instead?: SendInstead,
  ): Promise<void>;
  /**
   * The sealed chunk with which sound begins `atS` seconds into a version, for whoever was just granted it. Null when it cannot be had now:
   * then the peer asks for it like for any other and hears the reason.
   */
  head(versionId: string, atS: number): Promise<Uint8Array | null>;
  /** The same with what sound needs put first; null also where that cannot be had apart from its chunk. */
  firstSound(versionId: string, atS: number): Promise<FirstSound | null>;
  stats(): { bytesSent: number; activeRequests: number };
  health(): ComponentHealth;
  /** Makes ready for a version that somebody may soon ask for: then it is served also while the catalog is away. */
  prepare(versionId: string): void;
  /** The catalog decided anew about a version: what is remembered of it no longer counts. */
  forget(versionId: string): void;
  /** An account was changed: what it reads ends at once where it is disabled. */
  accountChanged(accountId: string, disabled: boolean): void;
  /** Takes no more, and ends what is under way. */
  close(): Promise<void>;
}

/** A failure to reach the catalog shows in the health for so long. */
const REMEMBER_FAILURE_MS = 30_000;
/**
 * A page's reader takes what it asked for as fast as it can: a chunk of 64 KiB within 15 s, at half the pace of the thinnest music
 * (64 kbit/s), with some seconds for a network that stalls.
 */
const SEALED_LEAST_BYTES_PER_S = 6_000;
const SEALED_STALL_MS = 4_000;
/** An `<audio>` element stops reading when it has enough, and goes on when it has played some. */
const PLAIN_STALL_MS = 60_000;
const MAX_PLAIN_FILES = 1_000;
/** A version's bytes never change. What is sealed may lie in any cache: without its key it is noise. */
const SEALED_CACHE = 'public, max-age=31536000, immutable, no-transform';
const MANIFEST_CACHE = 'private, max-age=31536000, immutable, no-transform';
const PLAIN_CACHE = 'private, no-store';

/** Who reads, and what; the content is looked for once the reader has a place. */
interface Opened {
  reader: Holder;
  content(): Promise<{ versionId: string; content: Content | (() => Promise<void>) }>;
}

export function createOrigin(deps: OriginDeps): Origin {
  const { log, media, clock = steadyClock } = deps;
  const checkTicket = makeTicketCheck(deps.secrets);
  let bytesSent = 0;
  let lastFailureAt = Number.NEGATIVE_INFINITY;
  let closed = false;

  const retire = async (versionId: string, reason: RetireReason) => {
    forgetPlain(versionId);
    log.warn({ versionId, reason }, 'a file is no longer what was sealed; its version is retired');
    try {
      await deps.retire(versionId, reason);
    } catch (error) {
      log.error({ versionId, error: messageOf(error) }, 'the catalog could not be told of a retired version');
      throw error;
    }
  };
  const onAway = () => {
    lastFailureAt = clock.now();
  };
  const sources = createSources({ load: deps.source, onRetire: retire, onAway, secrets: deps.secrets, clock });
  /** The catalog is asked each time, since it counts who plays; this is for while it is away. */
  const plainFiles = new StaleCache<RpcResult<'catalog.plain'>>({
    max: MAX_PLAIN_FILES,
    lifeMs: 0,
    staleMs: SOURCE_STALE_MS,
    clock,
    onAway,
  });
  const forgetPlain = (versionId: string) => plainFiles.forgetWhere((file) => file.versionId === versionId);
  const readers = createReaders({ isDisabled: deps.isDisabled, limits: deps.limits ?? READER_LIMITS, clock, log });
  const onSent = (bytes: number) => {
    bytesSent += bytes;
  };

  const paced = {
    onSent,
    takesWithinMs: (bytes: number) => SEALED_STALL_MS + (bytes / SEALED_LEAST_BYTES_PER_S) * 1000,
    clock,
  };

  const sealedContent = (source: Source): Content => ({
    size: sealedSize(source.manifest),
    etag: `"${source.versionId}"`,
    headers: { 'content-type': 'application/octet-stream', 'cache-control': SEALED_CACHE },
    check: () => checkFile(media, source),
    read: async function* (range) {
      await checkFile(media, source);
      yield* readSealed(media, source, range);
    },
    ...paced,
  });

  const soundFirstContent = (source: Source, wanted: SoundFirstWanted): Content => ({
    ...sealedContent(source),
    size: soundFirstSize(source, wanted),
    etag: `"${source.versionId}-${Object.values(wanted).join('-')}"`,
    read: (range) => readSoundFirst(media, source, wanted, deps.secrets.signingKey, range),
  });

  const manifestContent = (source: Source): Content => ({
    size: source.manifestBytes.length,
    etag: `"${source.manifestDigest}"`,
    headers: {
      'content-type': 'application/octet-stream',
      'cache-control': MANIFEST_CACHE,
      vary: 'origin, authorization',
    },
    check: async () => undefined,
    read: async function* (range) {
      yield source.manifestBytes.subarray(range.start, range.end);
    },
    ...paced,
  });

  const plainContent = (file: RpcResult<'catalog.plain'>): Content => ({
    size: file.size,
    etag: `"${file.versionId}"`,
    headers: { 'content-type': file.mime, 'cache-control': PLAIN_CACHE, 'x-content-type-options': 'nosniff' },
    check: async () => undefined,
    read: (range) => readPlain(media, file, range),
    ...paced,
    takesWithinMs: () => PLAIN_STALL_MS,
  });

  const contentOf = (route: Exclude<Wanted, { kind: 'plain' }>, source: Source): Content => {
    switch (route.kind) {
      case 'sealed':
        return sealedContent(source);
      case 'sound-first':
        return soundFirstContent(source, route.wanted);
      case 'manifest':
        return manifestContent(source);
    }
  };

  const openPlain = (wanted: RpcParams<'catalog.plain'>, network: string, instead?: SendInstead): Opened => ({
    reader: { account: wanted.accountId, peer: wanted.peerId, network },
    async content() {
      const { trackId, peerId, accountId } = wanted;
      const file = await plainFiles.get(`${trackId} ${peerId} ${accountId}`, () => deps.plain(wanted));
      return { versionId: file.versionId, content: instead === undefined ? plainContent(file) : () => instead(file) };
    },
  });

  /** The version's or the plain file's content, once this reader may have it. */
  const open = async (route: Wanted, request: IncomingMessage): Promise<Opened> => {
    const network = deps.networkOf(request);
    if (route.kind === 'plain') {
      const { trackId, peerId } = route;
      return openPlain({ trackId, peerId, ...(await deps.accountOf(request)) }, network);
    }
    const { versionId } = route;
    const { peer, account } = await checkTicket(request, versionId);
    return {
      reader: { account, peer, network },
      async content() {
        const source = await findSource(sources, media, versionId);
        return { versionId, content: contentOf(route, source) };
      },
    };
  };

  const answer = async (route: Route, request: IncomingMessage, response: ServerResponse): Promise<void> => {
    if (route.kind === 'unknown') throw new EnxameError('not_found', 'This address does not exist.');
    await send(await open(route, request), request, response, route.kind === 'plain' ? undefined : route.versionId);
  };

  const send = async (
    { reader, content }: Opened,
    request: IncomingMessage,
    response: ServerResponse,
    wantedVersion?: string,
  ): Promise<void> => {
    const leave = await readers.enter(reader, response);
    let versionId = wantedVersion;
    try {
      const opened = await content();
      versionId = opened.versionId;
      if (typeof opened.content === 'function') await opened.content();
      else await sendContent(request, response, opened.content);
    } catch (error) {
      if (!(error instanceof FileNotAsSealed) || versionId === undefined) throw error;
      throw sources.retire(versionId, error.reason);
    } finally {
      leave();
    }
  };

  const firstBytes = async <T>(versionId: string, read: (source: Source) => Promise<T>): Promise<T | null> => {
    try {
      return await read(await sources.get(versionId));
    } catch (error) {
      if (error instanceof FileNotAsSealed) sources.retire(versionId, error.reason);
      else if (!isEnxameError(error))
        log.error({ versionId, error: messageOf(error) }, 'the first bytes of a version could not be read');
      return null;
    }
  };

  const fail = (response: ServerResponse, error: unknown, requestId: string) => {
    if (!isEnxameError(error)) log.error({ requestId, error: messageOf(error) }, 'the origin failed');
    // Once something was sent the only honest end is none: a short body is seen by its length.
    if (response.headersSent) response.destroy();
    else if (!response.destroyed) sendProblem(response, isEnxameError(error) ? error : unexpected(error), requestId);
  };

  return {
    handle(request, response) {
      const route = routeOf(request.url ?? '');
      if (route === null) return false;
      const requestId = requestIdOf(request);
      response.setHeader('x-request-id', requestId);
      if (route.kind !== 'plain') allowPages(request, response, deps.allowedOrigins);
      if (request.method === 'OPTIONS') {
        answerPreflight(response);
        return true;
      }
      if (request.method !== 'GET' && request.method !== 'HEAD') {
        response.writeHead(405, { allow: 'GET, HEAD, OPTIONS', 'content-length': 0 }).end();
        return true;
      }
      const begin = () => answer(route, request, response).catch((error: unknown) => fail(response, error, requestId));
      // Of requests sent one behind the other on one connection, each waits for its turn without holding anything.
      if (response.socket === null) response.once('socket', begin);
      else begin();
      return true;
    },
    sendTrack: (request, response, wanted, instead) =>
      send(openPlain(wanted, deps.networkOf(request), instead), request, response),
    head: (versionId, atS) =>
      firstBytes(versionId, async (source) => {
        const sealed = await readHeadChunk(media, source, atS);
        onSent(sealed.length);
        return sealed;
      }),
    firstSound: (versionId, atS) =>
      firstBytes(versionId, async (source) => {
        const first = await readFirstSound(media, source, atS, deps.secrets.signingKey);
        if (first !== null) onSent(first.piece.bytes.length + first.rest.length);
        return first;
      }),
    stats: () => ({ bytesSent, activeRequests: readers.size }),
    health() {
      if (closed) return { status: 'down' };
      if (readers.isFull)
        return { status: 'degraded', code: 'origin_busy', detail: 'The origin serves as many requests as it can.' };
      if (clock.now() - lastFailureAt < REMEMBER_FAILURE_MS) {
        return { status: 'degraded', code: 'origin_without_catalog', detail: 'The catalog did not respond.' };
      }
      return { status: 'ok' };
    },
    prepare(versionId) {
      // Whoever asks for it hears what is wrong.
      sources.get(versionId).catch(() => undefined);
    },
    forget(versionId) {
      sources.forget(versionId);
      forgetPlain(versionId);
    },
    accountChanged: (accountId, disabled) => readers.accountChanged(accountId, disabled),
    async close() {
      closed = true;
      readers.close();
    },
  };
}

function unexpected(cause: unknown): EnxameError {
  return new EnxameError('internal', 'Something went wrong on the server.', { cause });
}

/** With what caused it: a media store says what is wrong in words for people, the system's answer names the file. */
function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? `${error.message} (${error.cause.message})` : error.message;
}
