/**
 * The one place where files of the music folder are opened. Anything can lie in that folder: a pipe, a device or a link to one would
 * hang the process or fill its memory. So only regular files are opened, nothing is read past the size that a file had, and every wait ends.
 */
import { constants, type Stats } from 'node:fs';
import { type FileHandle, open, stat } from 'node:fs/promises';
import { MediaError } from '../media-store';

/** A sleeping disk needs about 10 s to spin up; a network drive whose server is gone never answers. */
export const FILE_TIMEOUT_MS = 30_000;
/** Node has four threads for all work on files and names: those that wait for a dead drive must leave some to the others. */
const MAX_STUCK = 1;

/**
 * O_NONBLOCK: opening a pipe does not wait for somebody who writes into it. O_NOCTTY: a terminal does not become that of this process.
 * Windows has neither.
 */
const FLAGS = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0) | (constants.O_NOCTTY ?? 0);

export interface OpenFile {
  /** As the file was when it was opened. */
  readonly stats: Stats;
  /** Fills `into` from `position` on. @returns bytes read, fewer only at the end of the file as it was @throws {MediaError} `too_slow` */
  read(into: Uint8Array, position: number): Promise<number>;
  /** As the file is now. @throws {MediaError} `too_slow` */
  stat(): Promise<Stats>;
  close(): Promise<void>;
}

/**
 * @param maxBytes larger files are refused
 * @throws {MediaError} `not_a_file`, `too_large`, `too_slow`; else what the system answers, such as ENOENT, EACCES or ELOOP
 */
export async function openFile(path: string, maxBytes: number): Promise<OpenFile> {
  // Looked at first, because opening a device can already do something: rewind a tape, or arm a watchdog.
  check(await inTime(() => stat(path)), maxBytes);
  let wanted = true;
  const opening = async () => {
    const handle = await open(path, FLAGS);
    if (!wanted) await handle.close();
    return handle;
  };
  const handle = await inTime(opening).catch((error: unknown) => {
    wanted = false;
    throw error;
  });
  try {
    // Looked at again through the descriptor: something else may lie at that path by now.
    return new OpenedFile(handle, check(await inTime(() => handle.stat()), maxBytes));
  } catch (error) {
    handle.close().catch(() => {});
    throw error;
  }
}

/** The whole file. @throws as {@link openFile} */
export async function readWholeFile(path: string, maxBytes: number): Promise<Buffer> {
  const file = await openFile(path, maxBytes);
  try {
    const bytes = Buffer.allocUnsafe(file.stats.size);
    return bytes.subarray(0, await file.read(bytes, 0));
  } finally {
    await file.close();
  }
}

function check(stats: Stats, maxBytes: number): Stats {
  if (!stats.isFile()) throw new MediaError('not_a_file');
  if (stats.size > maxBytes) throw new MediaError('too_large');
  return stats;
}

class OpenedFile implements OpenFile {
  private isStuck = false;

  constructor(
    private readonly handle: FileHandle,
    readonly stats: Stats,
  ) {}

  async read(into: Uint8Array, position: number): Promise<number> {
    // Files of /proc say that they hold nothing, and may then have no end.
    const length = Math.max(0, Math.min(into.length, this.stats.size - position));
    let done = 0;
    while (done < length) {
      const { bytesRead } = await this.wait(() => this.handle.read(into, done, length - done, position + done));
      if (bytesRead === 0) break;
      done += bytesRead;
    }
    return done;
  }

  stat(): Promise<Stats> {
    return this.wait(() => this.handle.stat());
  }

  /** A handle closes only when its reads have ended: one that is stuck is not waited for. */
  async close(): Promise<void> {
    const closing = this.handle.close();
    if (this.isStuck) closing.catch(() => {});
    else await closing;
  }

  private async wait<T>(start: () => Promise<T>): Promise<T> {
    try {
      return await inTime(start);
    } catch (error) {
      this.isStuck ||= error instanceof MediaError;
      throw error;
    }
  }
}

let stuck = 0;

/**
 * What `start` begins, if it ends in time. While something begun earlier is still stuck, nothing new is begun.
 * @throws {MediaError} `too_slow`; else what the work throws
 */
export async function inTime<T>(start: () => Promise<T>): Promise<T> {
  if (stuck >= MAX_STUCK) throw new MediaError('too_slow');
  const work = start();
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      stuck++;
      const settled = () => stuck--;
      work.then(settled, settled);
      reject(new MediaError('too_slow'));
    }, FILE_TIMEOUT_MS);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
