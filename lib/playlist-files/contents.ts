import type { TrackTags } from '@/lib/contracts/catalog';
import { EnxameError } from '@/lib/contracts/errors';
import { MAX_PLAYLIST_ENTRIES } from '@/lib/contracts/playlists';

/** A track as a playlist file names it. */
export interface FileTrack extends TrackTags {
  /** Path or address of the sound, as the file has it. */
  location: string;
}

/** A playlist as players pass it on. Names are empty where the file says nothing. */
export interface PlaylistFile {
  name: string;
  description: string;
  tracks: FileTrack[];
}

/**
 * Every reader asks before it makes another track, so that a file with too many costs no more than one that is full.
 * @throws {EnxameError} `too_large`
 */
export function assertRoomForTrack(made: number): void {
  if (made >= MAX_PLAYLIST_ENTRIES) {
    throw new EnxameError('too_large', `A playlist may have at most ${MAX_PLAYLIST_ENTRIES} entries.`);
  }
}

/** What {@link TrackTags} may hold. */
export const MAX_CHARS = 1_000;

/** One line of text without control characters or halves of surrogate pairs, which neither format can hold. */
export function oneLine(text: string, maxChars = MAX_CHARS): string {
  // Cut first: the rest of a long text would be cleaned for nothing.
  const line = wellFormed(text.trim().slice(0, maxChars)).replace(/[\p{Cc}\u2028\u2029\ufeff\ufffe\uffff]+/gu, ' ');
  return wellFormed(line.trim().slice(0, maxChars));
}

const wellFormed = (text: string) => Buffer.from(text, 'utf8').toString('utf8');

/**
 * Name of the file that a path or an address ends in, without folders: `C:\Music\a.mp3`, `file:///Music/%C3%A9.mp3`, `../a.mp3`.
 * What is not percent-encoded after all (`100%.mp3`) stays as it is.
 */
export function fileNameOf(location: string): string {
  const path = /^https?:/i.test(location) ? location.replace(/[?#].*$/s, '') : location;
  return oneLine(decoded(path).split(/[/\\]/).at(-1) ?? '');
}

/** At most so many: what is above them is another program's disk, or another machine's. */
const MAX_FOLDERS = 6;

/** Names of the folders before a location's file, the outermost first. A drive, a server and `..` are none. */
export function foldersOf(location: string): string[] {
  const path = /^https?:/i.test(location) ? '' : decoded(location.replace(/^file:\/*/i, ''));
  return path
    .split(/[/\\]/)
    .slice(0, -1)
    .map((name) => oneLine(name))
    .filter((name) => !/^(?:\.{0,2}|~|[a-z]:)$/i.test(name))
    .slice(-MAX_FOLDERS);
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
