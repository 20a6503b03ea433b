import { isAudioName } from '@/lib/assets/formats';
import { EnxameError } from '@/lib/contracts/errors';
import type { WatchProblem } from '@/lib/contracts/reasons';
import {
  coverAmong,
  type FolderEvent,
  inOrder,
  isHidden,
  type ListedFolder,
  lyricsAmong,
  MediaError,
  type MediaState,
  type MediaStore,
  type MediaStoreDescription,
  type OpenMedia,
  skippedAmong,
  type Watched,
  WatchRefused,
} from '../media-store';

interface MemoryFile {
  bytes: Uint8Array;
  mtimeMs: number;
  identity: string;
}

/** A media store for tests: files that are only in this process. A key is a path that begins with a slash. */
export class MemoryStore implements MediaStore {
  readonly separator = '/';
  private readonly files = new Map<string, MemoryFile>();
  private readonly folders = new Set(['/']);
  private readonly watchers = new Set<{ folder: string; onEvents: (events: FolderEvent[]) => void }>();
  private refusal: WatchProblem | null = null;
  private changes = 0;

  /** Writes a file as an editor does that saves in place: whoever has it open reads the new bytes. Folders are made. */
  put(key: string, bytes: Uint8Array): void {
    const change = ++this.changes;
    const file = this.files.get(key);
    if (file === undefined) this.files.set(key, { bytes, mtimeMs: change, identity: String(change) });
    else Object.assign(file, { bytes, mtimeMs: change });
    this.makeFolder(parentOf(key));
    this.tell({ type: file === undefined ? 'create' : 'update', path: key });
  }

  /** Puts another file in the place of one: whoever has the old one open goes on reading that. */
  replace(key: string, bytes: Uint8Array): void {
    this.files.delete(key);
    this.put(key, bytes);
  }

  /** The next folder that is watched is refused, for this reason. */
  refuseWatching(problem: WatchProblem | null): void {
    this.refusal = problem;
  }

  /** And the folders above it. */
  makeFolder(key: string): void {
    for (let folder = key; folder !== '/'; folder = parentOf(folder)) this.folders.add(folder);
  }

  /** A file, or a folder with all that is in it. */
  remove(key: string): void {
    const isIn = (other: string) => other === key || other.startsWith(this.prefixOf(key));
    for (const file of [...this.files.keys()].filter(isIn)) this.files.delete(file);
    for (const folder of [...this.folders].filter(isIn)) this.folders.delete(folder);
    this.tell({ type: 'delete', path: key });
  }

  async watch(
    folder: string,
    onEvents: (events: FolderEvent[]) => void,
    _onLost: (problem: WatchProblem) => void,
  ): Promise<Watched> {
    if (this.refusal !== null) throw new WatchRefused(this.refusal);
    const watcher = { folder, onEvents };
    this.watchers.add(watcher);
    return {
      isSame: async () => this.folders.has(folder),
      close: async () => {
        this.watchers.delete(watcher);
      },
    };
  }

  get watched(): string[] {
    return [...this.watchers].map(({ folder }) => folder);
  }

  private tell(event: FolderEvent): void {
    for (const { folder, onEvents } of this.watchers) {
      if (event.path === folder || event.path.startsWith(this.prefixOf(folder))) onEvents([event]);
    }
  }

  describe(): MediaStoreDescription {
    throw new Error('what is in the memory of this thread cannot be described to another');
  }

  async folderKey(named: string): Promise<string> {
    if (!named.startsWith('/')) {
      throw new EnxameError('invalid_request', 'Enter the full path of the folder, starting with /.');
    }
    const folder = named.replace(/(?<=.)\/+$/, '');
    if (this.folders.has(folder)) return folder;
    throw new EnxameError(
      'invalid_request',
      this.files.has(folder) ? `${folder} is a file, not a folder.` : `The folder ${folder} does not exist.`,
    );
  }

  async isFolder(key: string): Promise<boolean> {
    return this.folders.has(key);
  }

  async *list(folder: string, part = { folder, below: true }): AsyncGenerator<ListedFolder> {
    if (!this.folders.has(folder)) throw new MediaError('missing');
    const waiting = [part.folder];
    for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
      if (part.below) waiting.push(...this.childrenOf(next, this.folders).toReversed());
      yield this.look(next);
    }
  }

  private look(folder: string): ListedFolder {
    if (!this.folders.has(folder)) {
      const reason = 'This folder cannot be read: it does not exist.';
      const problems = [{ key: folder, reason, code: 'folder_unreadable' as const }];
      return { folder, files: [], picture: null, problems, skipped: [], unreadable: true };
    }
    const keys = this.childrenOf(folder, this.files.keys());
    const names = keys.map((key) => this.nameOf(key));
    const cover = coverAmong(names);
    const lyricsBeside = lyricsAmong(names);
    const look = (key: string) => {
      const { size, mtimeMs } = stateOf(this.find(key));
      return { key, size, mtimeMs };
    };
    const files = keys
      .filter((key) => isAudioName(this.nameOf(key)))
      .map((key) => {
        const lyrics = lyricsBeside(this.nameOf(key));
        return { ...look(key), lyrics: lyrics === undefined ? null : look(this.childKey(folder, lyrics)) };
      });
    const picture = cover === undefined ? null : look(this.childKey(folder, cover));
    return { folder, files, picture, problems: [], skipped: skippedAmong(names), unreadable: false };
  }

  /** Those of `keys` that lie directly in a folder and are not hidden. */
  private childrenOf(folder: string, keys: Iterable<string>): string[] {
    const children = [...keys]
      .filter((key) => key !== '/' && parentOf(key) === folder)
      .map((key) => ({ key, name: this.nameOf(key) }))
      .filter(({ name }) => !isHidden(name));
    return inOrder(children).map(({ key }) => key);
  }

  async stat(key: string): Promise<MediaState> {
    return stateOf(this.find(key));
  }

  async open(key: string, maxBytes: number): Promise<OpenMedia> {
    const file = this.find(key);
    const state = stateOf(file);
    if (state.size > maxBytes) throw new MediaError('too_large');
    return {
      state,
      async read(into, position) {
        const bytes = file.bytes.subarray(position, Math.min(position + into.length, state.size));
        into.set(bytes);
        return bytes.length;
      },
      stat: async () => stateOf(file),
      close: async () => undefined,
    };
  }

  async readWhole(key: string, maxBytes: number): Promise<Buffer> {
    const file = await this.open(key, maxBytes);
    const bytes = Buffer.alloc(file.state.size);
    return bytes.subarray(0, await file.read(bytes, 0));
  }

  nameOf(key: string): string {
    return key.slice(key.lastIndexOf('/') + 1);
  }

  namesFrom(folder: string, key: string): string[] {
    return [this.nameOf(folder), ...this.shownIn(folder, key).split('/')];
  }

  shownIn(folder: string, key: string): string {
    return key === folder ? key : key.slice(this.prefixOf(folder).length);
  }

  prefixOf(folder: string): string {
    return folder.endsWith('/') ? folder : `${folder}/`;
  }

  childKey(folder: string, name: string): string {
    return this.prefixOf(folder) + name;
  }

  private find(key: string): MemoryFile {
    const file = this.files.get(key);
    if (file !== undefined) return file;
    throw new MediaError(this.folders.has(key) ? 'not_a_file' : 'missing');
  }
}

function stateOf({ bytes, mtimeMs, identity }: MemoryFile): MediaState {
  return { size: bytes.length, mtimeMs, identity };
}

function parentOf(key: string): string {
  return key.slice(0, key.lastIndexOf('/')) || '/';
}
