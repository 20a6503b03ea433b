import { constants, type Stats } from 'node:fs';
import { access, readdir, stat } from 'node:fs/promises';
import { basename, isAbsolute, relative, resolve, sep } from 'node:path';
import { EnxameError } from '@/lib/contracts/errors';
import {
  type ListedFolder,
  MediaError,
  type MediaState,
  type MediaStore,
  type MediaStoreDescription,
  type OpenMedia,
} from '../media-store';
import { listFolders, reasonOf } from './list-folders';
import { openFile, readWholeFile } from './open-file';
import { watchFolder } from './watch-folder';

/** Files in folders of this machine, wherever they lie: a key is a file's absolute path. */
export class FolderStore implements MediaStore {
  readonly separator = sep;

  describe(): MediaStoreDescription {
    return { kind: 'folder' };
  }

  async folderKey(named: string): Promise<string> {
    if (!isAbsolute(named)) {
      throw new EnxameError('invalid_request', `Enter the full path of the folder, starting with ${resolve('/')}.`);
    }
    const folder = resolve(named);
    try {
      if (!(await stat(folder)).isDirectory())
        throw new EnxameError('invalid_request', `${folder} is a file, not a folder.`);
      await access(folder, constants.R_OK | constants.X_OK);
      await readdir(folder);
    } catch (error) {
      if (error instanceof EnxameError) throw error;
      throw new EnxameError('invalid_request', `The folder ${folder} cannot be read: ${reasonOf(error)}`, {
        cause: error,
      });
    }
    return folder;
  }

  async isFolder(key: string): Promise<boolean> {
    try {
      return (await told(stat(key))).isDirectory();
    } catch (error) {
      if (error instanceof MediaError && error.code === 'missing') return false;
      throw error;
    }
  }

  async *list(folder: string, part?: { folder: string; below: boolean }): AsyncGenerator<ListedFolder> {
    try {
      yield* listFolders(folder, part);
    } catch (error) {
      throw asMediaError(error);
    }
  }

  readonly watch = watchFolder;

  async stat(key: string): Promise<MediaState> {
    const stats = await told(stat(key));
    if (!stats.isFile()) throw new MediaError('not_a_file');
    return stateOf(stats);
  }

  async open(key: string, maxBytes: number): Promise<OpenMedia> {
    const file = await told(openFile(key, maxBytes));
    return {
      state: stateOf(file.stats),
      read: (into, position) => told(file.read(into, position)),
      stat: async () => stateOf(await told(file.stat())),
      close: () => told(file.close()),
    };
  }

  async readWhole(key: string, maxBytes: number): Promise<Buffer> {
    return await told(readWholeFile(key, maxBytes));
  }

  nameOf(key: string): string {
    return basename(key);
  }

  namesFrom(folder: string, key: string): string[] {
    return [basename(folder), ...relative(folder, key).split(sep)];
  }

  shownIn(folder: string, key: string): string {
    return relative(folder, key) || key;
  }

  prefixOf(folder: string): string {
    return folder.endsWith(sep) ? folder : folder + sep;
  }

  childKey(folder: string, name: string): string {
    return this.prefixOf(folder) + name;
  }
}

/** The inode too: a file that was moved over another is not that one, though an open handle still reads it. */
function stateOf({ size, mtimeMs, dev, ino }: Stats): MediaState {
  return { size, mtimeMs, identity: `${dev}:${ino}` };
}

/** What the file system answers, in the words of every store. */
async function told<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    throw asMediaError(error);
  }
}

function asMediaError(error: unknown): unknown {
  if (error instanceof MediaError || !(error instanceof Error && 'syscall' in error)) return error;
  switch ('code' in error ? error.code : undefined) {
    case 'ENOENT':
    case 'ENOTDIR':
      return new MediaError('missing', error);
    case 'EACCES':
    case 'EPERM':
      return new MediaError('forbidden', error);
    case 'EIO':
      return new MediaError('disk_error', error);
    default:
      return new MediaError('unreadable', error);
  }
}
