import { mkdir, unlink } from 'node:fs/promises';
import { connect, createServer, type Server } from 'node:net';
import { join, relative } from 'node:path';
import { StartError } from '@/lib/config/config';

/**
 * Makes sure that one process alone uses a data folder: PGlite would lose data silently and notice nothing.
 * The lock is a listening UNIX socket, so that the operating system gives it up with the process, also on kill -9,
 * and no stale file is ever mistaken for a living owner.
 * @returns a function that gives the lock up
 * @throws {StartError} when another process holds it, or the folder cannot be written
 */
export async function lockFolder(folder: string): Promise<() => Promise<void>> {
  try {
    await mkdir(folder, { recursive: true });
  } catch (error) {
    throw new StartError(
      `The data folder ${folder} cannot be created: ${(error as Error).message}. Set DATA_DIR to another folder.`,
    );
  }
  // A socket's path may have 107 bytes: the relative one is often the shorter.
  const absolute = join(folder, 'in-use.sock');
  const short = relative(process.cwd(), absolute);
  const path = short.length < absolute.length ? short : absolute;
  const server = await listen(path).catch(async (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EADDRINUSE') throw notWritable(folder, error);
    if (await isAlive(path)) {
      throw new StartError(
        `The data folder ${folder} is in use by another Enxame process. Stop that process, or set DATA_DIR to another folder.`,
      );
    }
    await unlink(path);
    return await listen(path);
  });
  return () => new Promise((resolve) => server.close(() => resolve()));
}

function listen(path: string): Promise<Server> {
  return new Promise((resolve, reject) => {
    const server = createServer((socket) => socket.destroy());
    server.once('error', reject);
    server.listen(path, () => {
      server.unref();
      resolve(server);
    });
  });
}

function isAlive(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(path);
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}

function notWritable(folder: string, error: Error): StartError {
  return new StartError(`The data folder ${folder} is not writable: ${error.message}. Set DATA_DIR to another folder.`);
}
