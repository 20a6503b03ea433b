/**
 * Where the audio files are. Whoever wants to know of a file or read it asks the media store, by the file's key. A key is text that passes
 * through the database, the bus and worker threads; nobody opens it as a path. In every store a key is the folder's prefix and then the
 * file's own name, with `/` or `\` before each name: the catalogue's index of file names builds on that.
 */
import { skippedEnding } from '@/lib/assets/formats';
import type { ImportFault, WatchProblem } from '@/lib/contracts/reasons';

/** What there is to know of a file without reading it. */
export interface MediaState {
  /** Bytes. */
  size: number;
  /** Epoch ms of the last change, with fractions. */
  mtimeMs: number;
  /** Another one when another file was put in the place of this one. */
  identity: string;
}

/** An open file: what is read through it is one file, whatever is put in its place meanwhile. */
export interface OpenMedia {
  /** As the file was when it was opened. */
  readonly state: MediaState;
  /**
   * Fills `into` from byte `position` on.
   * @returns bytes read; fewer than asked for only at the end of the file, and never any past the size it was opened with
   * @throws {MediaError}
   */
  read(into: Uint8Array, position: number): Promise<number>;
  /** As the file is now. @throws {MediaError} */
  stat(): Promise<MediaState>;
  close(): Promise<void>;
}

/** An audio file that a listing found. */
export interface ListedFile {
  key: string;
  /** Bytes. */
  size: number;
  mtimeMs: number;
  /** The lyrics file beside it: of the same name, but for the ending. */
  lyrics: { key: string; size: number; mtimeMs: number } | null;
}

/** One folder of a listing. */
export interface ListedFolder {
  /** Key of the folder. */
  folder: string;
  /** Audio files, in the order of their names. */
  files: ListedFile[];
  /** The cover beside the files. */
  picture: { key: string; size: number; mtimeMs: number } | null;
  /** What could not be looked at, with a sentence each. */
  problems: { key: string; reason: string; code: ImportFault }[];
  /** Endings of the files of sound or film that are not played, one for each file. */
  skipped: string[];
  /** The folder itself could not be read: nothing is known about its files. */
  unreadable: boolean;
}

/** A change of a file or a folder. `update` is of a file's content. */
export interface FolderEvent {
  type: 'create' | 'update' | 'delete';
  path: string;
}

/** A folder that is watched. */
export interface Watched {
  /** Whether it is still the folder that was there at first, and not another disk's, or none. */
  isSame(): Promise<boolean>;
  close(): Promise<void>;
}

/** What a worker thread needs to open the same store: plain data, which crosses between threads. */
export interface MediaStoreDescription {
  /** `folder`: the file system of this machine; keys are absolute paths. */
  kind: 'folder';
}

export interface MediaStore {
  /** Stands before each name in a key: `/` or `\`. */
  readonly separator: string;
  /** @throws {Error} when the store lives in this thread only */
  describe(): MediaStoreDescription;
  /**
   * The key of the folder that a person calls `named`.
   * @throws {EnxameError} `invalid_request`, with a sentence, when it is not there or cannot be read
   */
  folderKey(named: string): Promise<string>;
  /** Whether there is a folder of that key; not where there is a file. @throws {MediaError} where nobody can tell */
  isFolder(key: string): Promise<boolean>;
  /**
   * The folder and every folder below it, each once and before those below it, in the order of their names, with the audio files in each.
   * What is hidden (a leading dot) is left out.
   * @param part only this folder of it, such as one that changed; `below`: with those below that
   * @throws {MediaError} when the first folder cannot be found; problems below it are listed
   */
  list(folder: string, part?: { folder: string; below: boolean }): AsyncGenerator<ListedFolder>;
  /**
   * Tells of changes in a folder and in those below it.
   * @param onEvents those of one moment come together @param onLost nothing is told any more
   * @throws {WatchRefused}
   */
  watch(
    folder: string,
    onEvents: (events: FolderEvent[]) => void,
    onLost: (problem: WatchProblem) => void,
  ): Promise<Watched>;
  /** @throws {MediaError} `missing`; `not_a_file`; `forbidden` and the like */
  stat(key: string): Promise<MediaState>;
  /** @param maxBytes larger files are refused @throws {MediaError} */
  open(key: string, maxBytes: number): Promise<OpenMedia>;
  /** The whole of a small file, such as a cover. @param maxBytes larger files are refused @throws {MediaError} */
  readWhole(key: string, maxBytes: number): Promise<Buffer>;
  /** A file's own name. */
  nameOf(key: string): string;
  /** Names from the folder's own down to the file's: `['Music', 'Artist', 'Album', '01 Title.mp3']`. */
  namesFrom(folder: string, key: string): string[];
  /** What people are shown of a key within a folder; the whole key of the folder itself. */
  shownIn(folder: string, key: string): string;
  /** What the keys of all that lies below a folder begin with, and no others. */
  prefixOf(folder: string): string;
  /** Key of what is called `name` in a folder. */
  childKey(folder: string, name: string): string;
}

/**
 * `missing`: there is nothing of that key. `not_a_file`: a folder, or what only looks like a file (a pipe, a device, a socket).
 * `too_large`: above the limit. `too_slow`: no answer in time. `forbidden`: no right to read it. `disk_error`: the disk says that it failed.
 * `unreadable`: anything else that the system answers.
 */
export type MediaFault =
  | 'missing'
  | 'not_a_file'
  | 'too_large'
  | 'too_slow'
  | 'forbidden'
  | 'disk_error'
  | 'unreadable';

const SENTENCES: Record<MediaFault, string> = {
  missing: 'There is no such file.',
  not_a_file: 'This is not a regular file.',
  too_large: 'This file is too large.',
  too_slow: 'The disk did not respond when this file was read.',
  forbidden: 'This file cannot be read: the server has no permission.',
  disk_error: 'This file cannot be read: the disk reports an error.',
  unreadable: 'This file cannot be read.',
};

/** A file that is not opened or not read on. The message is a sentence for people and names no path. */
export class MediaError extends Error {
  override readonly name = 'MediaError';
  readonly code: MediaFault;
  constructor(code: MediaFault, cause?: unknown) {
    super(SENTENCES[code], { cause });
    this.code = code;
  }
}

/** A folder that cannot be watched. */
export class WatchRefused extends Error {
  override readonly name = 'WatchRefused';
  readonly problem: WatchProblem;
  constructor(problem: WatchProblem, cause?: unknown) {
    super(`this folder cannot be watched: ${problem}`, { cause });
    this.problem = problem;
  }
}

/** Whether a store leaves this name out of its listings. */
export function isHidden(name: string): boolean {
  return name.startsWith('.');
}

const PICTURE = /\.(?:jpe?g|png|webp)$/i;
const COVER = /^(?:cover|folder|front)\.(?:jpe?g|png|webp)$/i;

/** Whether a file is a picture, by the ending of its name. */
export function isPictureName(name: string): boolean {
  return PICTURE.test(name);
}

/** Whether a file is taken for an album's cover, by its name. */
export function isCoverName(name: string): boolean {
  return COVER.test(name);
}

/** The best picture of an album among a folder's files: `cover.jpg` before `folder.jpg` before `front.jpg`. */
export function coverAmong(names: readonly string[]): string | undefined {
  return names.filter((name) => COVER.test(name)).toSorted()[0];
}

/** What a listing leaves out of a folder although it is sound or film. @param names of its regular files */
export function skippedAmong(names: readonly string[]): string[] {
  return names.flatMap((name) => skippedEnding(name) ?? []);
}

const LYRICS = /\.lrc$/i;

/** Whether a file is taken for lyrics, by the ending of its name. */
export function isLyricsName(name: string): boolean {
  return LYRICS.test(name);
}

/** Finds the lyrics file beside an audio file among the names of a folder: `01 Title.lrc` beside `01 title.mp3`. */
export function lyricsAmong(names: readonly string[]): (audioName: string) => string | undefined {
  const titleOf = (name: string) => name.slice(0, name.lastIndexOf('.')).toLowerCase();
  const byTitle = new Map(names.filter((name) => LYRICS.test(name)).map((name) => [titleOf(name), name]));
  return (audioName) => byTitle.get(titleOf(audioName));
}

/** Names in the order in which every store lists them. */
export function inOrder<T extends { name: string }>(entries: readonly T[]): T[] {
  return entries.toSorted((a, b) => (a.name < b.name ? -1 : 1));
}
