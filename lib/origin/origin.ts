/**
 * The origin: sealed chunks, manifests, and the plain file for tabs that cannot take part. Served ahead of Next by the same HTTP
 * server. It is the source of last resort for every chunk, so it must not lie, and not fall over.
 */
import type { IncomingMessage, OutgoingHttpHeaders, ServerResponse } from 'node:http';
import type { Log } from '@/lib/config/log';
import { EnxameError, isEnxameError } from '@/lib/contracts/errors';
import type { ComponentHealth } from '@/lib/contracts/reasons';
import type { RpcParams, RpcResult } from '@/lib/contracts/rpc';
import type { MediaStore } from '@/lib/media-store/media-store';
import { FileNotAsSealed, type RetireReason } from '@/lib/sealing/read-sealed';
import type { Secrets } from '@/lib/secrets/secrets';
import type { Clock } from '@/lib/util/clock';
import { steadyClock } from '@/lib/util/clock';
import type { Holder, SlotLimits } from '@/lib/util/fair-slots';
import { StaleCache } from '@/lib/util/stale-cache';
import { createContents } from './contents';
import { type FirstSound, readFirstSound, readHeadChunk } from './first-bytes';
import { readPlain } from './read-plain';
import { createReaders, READER_LIMITS } from './readers';
import { allowPages, answerPreflight, type Content, requestIdOf, sendBody, sendContent, sendProblem } from './reply';
import { type Route, routeOf, type Wanted } from './routes';
import { createSources, findSource, SOURCE_STALE_MS, type Source } from './sources';
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

/** Plain files of an account that is being served. */
export interface PlainFiles {
  /** All bytes of a track's file. @param size that was promised for it @throws {EnxameError} why it may not be had */
  read(trackId: string, size: number): AsyncGenerator<Buffer, void, undefined>;
  /** Sends pieces as fast as they are taken, the first before the status. */
  sendPieces(headers: OutgoingHttpHeaders, pieces: AsyncGenerator<Buffer, void, undefined>): Promise<void>;
}

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
   * Sends something made of several plain files to an account that somebody else made sure of. It counts as one reader until `send` is over, and
   * each file is asked for when its turn comes, with the checks of the plain route.
   * @throws {EnxameError} why it may not be had, and what `send` throws
   */
  sendFiles(
    request: IncomingMessage,
    response: ServerResponse,
    who: Pick<RpcParams<'catalog.plain'>, 'peerId' | 'accountId'>,
    send: (files: PlainFiles) => Promise<void>,
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
const MAX_PLAIN_FILES = 1_000;
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

  const contents = createContents({ media, signingKey: deps.secrets.signingKey, onSent, clock });

  const openPlain = (wanted: RpcParams<'catalog.plain'>, network: string, instead?: SendInstead): Opened => ({
    reader: { account: wanted.accountId, peer: wanted.peerId, network },
    async content() {
      const { trackId, peerId, accountId } = wanted;
      const file = await plainFiles.get(`${trackId} ${peerId} ${accountId}`, () => deps.plain(wanted));
      return { versionId: file.versionId, content: instead === undefined ? contents.plain(file) : () => instead(file) };
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
        return { versionId, content: contents.of(route, source) };
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

  async function* readTrack(wanted: RpcParams<'catalog.plain'>, size: number): AsyncGenerator<Buffer, void, undefined> {
    const file = await deps.plain(wanted);
    if (file.size !== size) throw new EnxameError('conflict', 'A file has changed meanwhile. Start again.');
    try {
      yield* readPlain(media, file, { start: 0, end: file.size });
    } catch (error) {
      if (!(error instanceof FileNotAsSealed)) throw error;
      throw sources.retire(file.versionId, error.reason);
    }
  }

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
    async sendFiles(request, response, who, sendAll) {
      const leave = await readers.enter(
        { account: who.accountId, peer: who.peerId, network: deps.networkOf(request) },
        response,
      );
      try {
        await sendAll({
          read: (trackId, size) => readTrack({ trackId, ...who }, size),
          sendPieces: (headers, pieces) => sendBody(response, 200, headers, pieces, contents.plainPace),
        });
      } finally {
        leave();
      }
    },
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
