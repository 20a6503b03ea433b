import { mkdir, readdir, rename, rm, stat } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import type { Log } from '@/lib/config/log';
import { EnxameError, isEnxameError } from '@/lib/contracts/errors';
import type { MediaStore } from '@/lib/media-store/media-store';
import type { PlainFile } from '@/lib/origin/read-plain';
import { type Content, sendBody, sendContent } from '@/lib/origin/reply';
import { type Clock, steadyClock } from '@/lib/util/clock';
import { FairTurns } from '@/lib/util/fair-turns';
import { ffmpegArguments, findEncoders, MIMES } from './ffmpeg';
import { Job } from './job';
import { openMediaServer } from './media-server';
import { readOwnFile, touchOwnFile } from './own-files';
import { type ConvertedFormat, estimateBytes, type Target } from './plan';

/** One process for two cores: the others play. */
const AT_ONCE = Math.max(1, Math.floor(availableParallelism() / 2));
/** Of one account; with the process at work a track of four minutes takes some seconds. */
const MAX_WAITING = 16;
/** About 400 tracks of four minutes at 160 kbit/s. */
const MAX_CACHE_BYTES = 2 * 1024 ** 3;
const FOLDER = 'converted';
const PART = '.part';
/** As for plain files: a player stops reading when it has enough. */
const TAKEN_WITHIN_MS = 60_000;
const BLOCK_BYTES = 65_536;

/** What is to be converted, for whom. */
export interface Conversion {
  target: Target;
  durationS: number;
  /** Where to begin; what does not begin at 0 is not kept. */
  offsetS: number;
  /** The answer shall have a length, though it is not known: an estimate, which the body is filled up to. */
  withLength: boolean;
  accountId: string;
}

export interface Conversions {
  /** Formats that can be made here; none where ffmpeg is not there, or not to be used. */
  readonly formats: ReadonlySet<ConvertedFormat>;
  /**
   * Answers with the converted file: by Range where it is kept, or else as it is made.
   * @throws {EnxameError} `too_many_requests` when too many wait, `format_unsupported`; `response.headersSent` tells whether sending had begun
   */
  send(request: IncomingMessage, response: ServerResponse, source: ConvertedSource, wanted: Conversion): Promise<void>;
  /** Processes that run now. */
  readonly running: number;
  /** Ends what runs. */
  close(): Promise<void>;
}

export interface ConvertedSource extends PlainFile {
  versionId: string;
  mime: string;
}

/** Converted files, kept in the data folder, the least recently used removed first. */
export async function openConversions(deps: {
  mode: 'auto' | 'off';
  dataDir: string;
  media: Pick<MediaStore, 'open'>;
  log: Log;
  program?: string;
  maxCacheBytes?: number;
  clock?: Clock;
}): Promise<Conversions> {
  const { log, program = 'ffmpeg', maxCacheBytes = MAX_CACHE_BYTES, clock = steadyClock } = deps;
  const formats = deps.mode === 'off' ? new Set<ConvertedFormat>() : await findEncoders(program);
  const folder = join(deps.dataDir, FOLDER);
  const kept = formats.size === 0 ? new Map<string, number>() : await readKept(folder);
  const server = formats.size === 0 ? null : await openMediaServer(deps.media);
  const turns = new FairTurns({ atATime: AT_ONCE, perHolder: AT_ONCE, maxWaiting: MAX_WAITING });
  /** Those that others may join, by name. */
  const jobs = new Map<string, Job>();
  /** All that are not over. */
  const begun = new Set<Job>();
  let running = 0;
  let made = 0;
  let closed = false;

  /** The job that makes this file: one that runs already, or a new one. */
  function jobFor(source: ConvertedSource, { target, offsetS, accountId }: Conversion): Job {
    const name = nameOf(source, target);
    const shared = offsetS === 0 ? jobs.get(name) : undefined;
    if (shared !== undefined && !shared.isOver) return shared;
    const part = join(folder, `${name}.${++made}${PART}`);
    const job = new Job(part, maxCacheBytes, clock, async (isWhole, complaint) => {
      forget();
      if (!isWhole && complaint !== '')
        log.warn({ versionId: source.versionId, complaint }, 'a file could not be converted');
      if (!isWhole || offsetS > 0) return part;
      const path = join(folder, name);
      await rename(part, path);
      kept.set(name, job.written);
      await makeRoom();
      return path;
    });
    const forget = () => {
      begun.delete(job);
      if (jobs.get(name) === job) jobs.delete(name);
    };
    const giveUp = (reason: EnxameError | null) => {
      job.stop(reason);
      forget();
    };
    begun.add(job);
    if (offsetS === 0) jobs.set(name, job);
    const work = async () => {
      if (job.isOver || server === null || closed) return giveUp(null);
      const { url, end } = server.lend(source);
      running++;
      try {
        await job.run(program, ffmpegArguments(url, source.mime, target, offsetS));
      } finally {
        running--;
        end();
      }
    };
    turns.run(accountId, work).catch((error: unknown) => giveUp(isEnxameError(error) ? error : null));
    return job;
  }

  async function makeRoom(): Promise<void> {
    let total = [...kept.values()].reduce((sum, size) => sum + size, 0);
    // The least recently used stands first.
    for (const [name, size] of kept) {
      if (total <= maxCacheBytes) return;
      kept.delete(name);
      total -= size;
      // Whoever reads it now reads on: the file is gone when they are done.
      await rm(join(folder, name), { force: true });
    }
  }

  async function use(name: string, size: number): Promise<void> {
    kept.delete(name);
    kept.set(name, size);
    await touchOwnFile(join(folder, name)).catch(() => undefined);
  }

  const paced = { onSent: () => undefined, takesWithinMs: () => TAKEN_WITHIN_MS, clock };
  const contentOf = (name: string, size: number, { format }: Target, read: Content['read']): Content => ({
    size,
    etag: `"${name}"`,
    headers: { 'content-type': MIMES[format], 'cache-control': 'private, no-store' },
    check: async () => undefined,
    read,
    ...paced,
  });

  /** A file while it is made: in a stream, or, where a length is wanted, as long as it is expected to become. */
  async function sendGrowing(
    request: IncomingMessage,
    response: ServerResponse,
    name: string,
    job: Job,
    { target, durationS, offsetS, withLength }: Conversion,
  ): Promise<void> {
    if (withLength) {
      const size = estimateBytes(target, Math.max(0, durationS - offsetS));
      return sendContent(
        request,
        response,
        // Not the bytes that it has once it is kept: a download that goes on must not mix the two.
        contentOf(`${name}-${size}-estimate`, size, target, ({ start, end }) => filled(job, start, end)),
      );
    }
    const headers = {
      'content-type': MIMES[target.format],
      'cache-control': 'private, no-store',
      'accept-ranges': 'none',
    };
    if (request.method === 'HEAD') response.writeHead(200, headers).end();
    else await sendBody(response, 200, headers, job.read(0), paced);
  }

  return {
    formats,
    get running() {
      return running;
    },
    async send(request, response, source, wanted) {
      if (closed || !formats.has(wanted.target.format))
        throw new EnxameError('format_unsupported', 'This server does not convert music.');
      const name = nameOf(source, wanted.target);
      const size = wanted.offsetS === 0 ? kept.get(name) : undefined;
      if (size !== undefined) {
        await use(name, size);
        return sendContent(
          request,
          response,
          contentOf(name, size, wanted.target, (range) => readOwnFile(join(folder, name), range)),
        );
      }
      const job = jobFor(source, wanted);
      const leave = job.enter();
      response.once('close', leave);
      try {
        await sendGrowing(request, response, name, job, wanted);
      } finally {
        leave();
        if (wanted.offsetS > 0) await job.remove();
      }
    },
    async close() {
      closed = true;
      for (const job of begun) job.stop();
      await server?.close();
    },
  };
}

const nameOf = ({ versionId }: ConvertedSource, { format, bitRate }: Target) => `${versionId}-${bitRate}.${format}`;

/** What a job makes, and behind its end zeros, which players pass over. */
async function* filled(job: Job, start: number, end: number): AsyncGenerator<Buffer, void, undefined> {
  let position = start;
  for await (const piece of job.read(start, end)) {
    position += piece.length;
    yield piece;
  }
  while (position < end) {
    const length = Math.min(BLOCK_BYTES, end - position);
    position += length;
    yield Buffer.alloc(length);
  }
}

/** Files of earlier runs with their sizes, the least recently used first; what was not finished is removed. */
async function readKept(folder: string): Promise<Map<string, number>> {
  await mkdir(folder, { recursive: true });
  const found: { name: string; size: number; usedAt: number }[] = [];
  for (const name of await readdir(folder)) {
    const path = join(folder, name);
    if (name.endsWith(PART)) {
      await rm(path, { force: true });
      continue;
    }
    const { size, mtimeMs } = await stat(path);
    found.push({ name, size, usedAt: mtimeMs });
  }
  found.sort((a, b) => a.usedAt - b.usedAt);
  return new Map(found.map(({ name, size }) => [name, size]));
}
