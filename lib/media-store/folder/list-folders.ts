import type { Dirent } from 'node:fs';
import { readdir, realpath, stat } from 'node:fs/promises';
import { basename, join, relative, sep } from 'node:path';
import { isAudioName } from '@/lib/assets/formats';
import {
  coverAmong,
  inOrder,
  isHidden,
  type ListedFile,
  type ListedFolder,
  lyricsAmong,
  skippedAmong,
} from '../media-store';

/** Files whose size and time are asked at once. */
const STATS_AT_ONCE = 32;

/**
 * Every folder from `root` on and the audio files in it, in the order of their names. Hidden files and folders are left out. A symbolic
 * link to what the walk meets anyway is left out too, and each folder is walked once, so that loops end.
 * @param part only this folder of the walk; `below`: with those below it
 * @throws what the system answers when `root` cannot be found
 */
export async function* listFolders(root: string, part = { folder: root, below: true }): AsyncGenerator<ListedFolder> {
  const realRoot = await realpath(root);
  const walked = new Set<string>();
  const waiting = [part.folder];
  for (let folder = waiting.pop(); folder !== undefined; folder = waiting.pop()) {
    const found: ListedFolder = { folder, files: [], picture: null, problems: [], skipped: [], unreadable: false };
    try {
      const real = await realpath(folder);
      if (walked.has(real)) continue;
      walked.add(real);
      const entries = inOrder(await readdir(folder, { withFileTypes: true })).filter(({ name }) => !isHidden(name));
      const { files, folders, names } = await sort(folder, entries, realRoot, found.problems);
      if (part.below) waiting.push(...folders.reverse());
      await addFiles(found, files, names);
      found.skipped = skippedAmong(names);
      found.picture = await lookAt(folder, coverAmong(names));
    } catch (error) {
      found.unreadable = true;
      found.problems.push({
        key: folder,
        reason: `This folder cannot be read: ${reasonOf(error)}`,
        code: isForbidden(error) ? 'folder_forbidden' : 'folder_unreadable',
      });
    }
    yield found;
  }
}

/** @returns audio files and folders to walk by their path, and the names of all regular files */
async function sort(folder: string, entries: Dirent[], realRoot: string, problems: ListedFolder['problems']) {
  const files: string[] = [];
  const folders: string[] = [];
  const names: string[] = [];
  for (const entry of entries) {
    const path = join(folder, entry.name);
    const isAudio = isAudioName(entry.name);
    try {
      // A link to a picture that lies elsewhere in the music folder is a picture of this folder too.
      const target = entry.isSymbolicLink() ? await realpath(path) : null;
      const kind = target === null ? entry : await stat(target);
      if (kind.isFile()) names.push(entry.name);
      if (target !== null && isMetAnyway(target, realRoot)) continue;
      if (kind.isDirectory()) folders.push(path);
      else if (kind.isFile() && isAudio) files.push(path);
      else if (isAudio) problems.push({ key: path, reason: 'This is not a regular file.', code: 'not_a_file' });
    } catch (error) {
      if (isAudio) {
        problems.push({ key: path, reason: `This link cannot be followed: ${reasonOf(error)}`, code: 'broken_link' });
      }
    }
  }
  return { files, folders, names };
}

/** Below the root and not in a hidden folder (where git-annex, for one, keeps what its links lead to). */
function isMetAnyway(target: string, realRoot: string): boolean {
  const way = relative(realRoot, target).split(sep);
  return way[0] !== '..' && !way.some(isHidden);
}

/** @param names of all regular files of the folder */
async function addFiles(found: ListedFolder, paths: string[], names: string[]): Promise<void> {
  const lyricsBeside = lyricsAmong(names);
  for (let i = 0; i < paths.length; i += STATS_AT_ONCE) {
    const some = paths.slice(i, i + STATS_AT_ONCE);
    const stats = await Promise.allSettled(some.map((path) => stat(path)));
    const lyrics = await Promise.all(some.map((path) => lookAt(found.folder, lyricsBeside(basename(path)))));
    stats.forEach((result, j) => {
      const path = some[j] ?? '';
      if (result.status === 'rejected') {
        found.problems.push({
          key: path,
          reason: `This file cannot be read: ${reasonOf(result.reason)}`,
          code: isForbidden(result.reason) ? 'forbidden' : 'unreadable',
        });
      } else {
        const { size, mtimeMs } = result.value;
        found.files.push({ key: path, size, mtimeMs, lyrics: lyrics[j] ?? null });
      }
    });
  }
}

const codeOf = (error: unknown) => (error instanceof Error && 'code' in error ? String(error.code) : '');

const isForbidden = (error: unknown) => ['EACCES', 'EPERM'].includes(codeOf(error));

/** @returns null where there is no such file any more */
async function lookAt(folder: string, name: string | undefined): Promise<ListedFile['lyrics']> {
  if (name === undefined) return null;
  const key = join(folder, name);
  return await stat(key).then(
    ({ size, mtimeMs }) => ({ key, size, mtimeMs }),
    () => null,
  );
}

/** Words for what the file system answers, without the path. */
export function reasonOf(error: unknown): string {
  const code = codeOf(error);
  switch (code) {
    case 'ENOENT':
      return 'it does not exist.';
    case 'EACCES':
    case 'EPERM':
      return 'the server has no permission to read it.';
    case 'ENOTDIR':
      return 'it is not a folder.';
    case 'ELOOP':
      return 'its links form a loop.';
    case 'EIO':
      return 'the disk reports an error.';
    default:
      return code === '' ? 'the reason is unknown.' : `the system reports ${code}.`;
  }
}
