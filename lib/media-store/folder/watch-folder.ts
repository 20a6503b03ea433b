import { watch } from 'node:fs';
import { stat, statfs } from 'node:fs/promises';
import type { SubscribeCallback } from '@parcel/watcher';
import type { WatchProblem } from '@/lib/contracts/reasons';
import { type MediaStore, type Watched, WatchRefused } from '../media-store';

/**
 * File systems whose other machines change files unseen by this one, by the numbers of statfs(2): NFS, SMB (three), CIFS, 9P (of virtual
 * machines), AFS, Ceph, and FUSE, which most others are behind (sshfs, rclone).
 */
const REMOTE = new Set([0x6969, 0x517b, 0xff534d42, 0xfe534d42, 0x01021997, 0x5346414f, 0x00c36400, 0x65735546]);

/** Watches by the system's own means, through @parcel/watcher: inotify, FSEvents, ReadDirectoryChangesW. @throws {WatchRefused} */
export const watchFolder: MediaStore['watch'] = async (folder, onEvents, onLost): Promise<Watched> => {
  if (await isRemote(folder)) throw new WatchRefused('network_folder');
  const identity = await identityOf(folder);
  const subscription = await subscribe(folder, (error, events) => {
    if (error !== null) return onLost(problemOf(error));
    onEvents(events);
    const problem = events.some(({ type }) => type === 'create') ? limitReached(folder) : null;
    if (problem !== null) onLost(problem);
  });
  return {
    isSame: async () => (await identityOf(folder).catch(() => null)) === identity,
    close: () => subscription.unsubscribe(),
  };
};

async function subscribe(folder: string, take: SubscribeCallback) {
  try {
    // Loaded where it is needed: a system that it has no binary for still serves.
    const watcher = await import('@parcel/watcher');
    return await watcher.subscribe(folder, take);
  } catch (error) {
    throw new WatchRefused(problemOf(error), error);
  }
}

/** Linux has a limit of folders that all programs of a user may watch (fs.inotify.max_user_watches), and one of watchers. */
function problemOf(error: unknown): WatchProblem {
  const text = error instanceof Error ? error.message : String(error);
  return /no space left|ENOSPC|too many open files|EMFILE/i.test(text) ? 'too_many_folders' : 'not_watchable';
}

/** A new folder that exceeds the limit goes unwatched without a word, so it is asked for whether one more could be watched. */
function limitReached(folder: string): WatchProblem | null {
  if (process.platform !== 'linux') return null;
  try {
    watch(folder, { persistent: false }).close();
    return null;
  } catch (error) {
    const problem = problemOf(error);
    // Gone, say: that is told by itself.
    return problem === 'too_many_folders' ? problem : null;
  }
}

async function isRemote(folder: string): Promise<boolean> {
  if (process.platform === 'win32') return folder.startsWith('\\\\');
  if (process.platform !== 'linux') return false;
  return await statfs(folder).then(
    ({ type }) => REMOTE.has(type >>> 0),
    () => false,
  );
}

async function identityOf(folder: string): Promise<string> {
  try {
    const { dev, ino } = await stat(folder);
    return `${dev}:${ino}`;
  } catch (error) {
    throw new WatchRefused('not_watchable', error);
  }
}
