/** Which of the files that an import finds new are files that it knows, in another place. */

/** What a file says of itself wherever it lies. */
export interface Traits {
  /** Names below its imported folder down to its own, by which its place is compared. */
  path: readonly string[];
  /** Null: it was read before hashes were kept, or has no sound. */
  audioHash: string | null;
  /** Bytes. */
  size: number;
  durationS: number;
  titleKey: string;
  artistKey: string;
  albumKey: string;
}

export interface NewFile extends Traits {
  mediaKey: string;
}

/**
 * `there`: its file is where it was. `gone`: it is not. `away`: the whole imported folder is missing or empty, so that nothing is known about
 * the file. `unknown`: nobody can tell, as where the disk does not answer.
 */
export type Place = 'there' | 'gone' | 'away' | 'unknown';

export interface KnownFile extends Traits {
  trackId: string;
  place: Place;
}

/** Lengths of one file that two readers tell differ by less (s). */
const SAME_LENGTH_S = 0.05;

/**
 * Finds the tracks that new files are. A file that is still where it was has been copied, and its copy is another track. Each track gets one
 * file at most; where several have the same sound, those that agree most in names and place belong together.
 * @returns track ids by the new files' keys
 */
export function findMoves(files: readonly NewFile[], known: readonly KnownFile[]): Map<string, string> {
  const pairs = files.flatMap((file) => known.filter((one) => mayBe(file, one)).map((one) => pair(file, one)));
  const found = new Map<string, string>();
  const taken = new Set<string>();
  const sure = pairs.filter(({ sameSound }) => sameSound);
  // Without hashes only what nothing else could be: a wrong guess would give one track's place in playlists to another.
  const guessed = pairs.filter((one) => !one.sameSound && isOnly(one, pairs));
  for (const { key, trackId } of [...sure.toSorted(byLikeness), ...guessed]) {
    if (found.has(key) || taken.has(trackId)) continue;
    found.set(key, trackId);
    taken.add(trackId);
  }
  return found;
}

interface Pair {
  key: string;
  trackId: string;
  sameSound: boolean;
  likeness: number;
}

function mayBe(file: NewFile, known: KnownFile): boolean {
  if (known.place === 'there' || known.place === 'unknown') return false;
  // A disk that is not mounted comes back. Only what lies in the same place below another folder is that folder, renamed.
  if (known.place === 'away' && !endsWith(file.path, known.path) && !endsWith(known.path, file.path)) return false;
  if (known.audioHash !== null) return known.audioHash === file.audioHash;
  const sameLength = known.size === file.size && Math.abs(known.durationS - file.durationS) < SAME_LENGTH_S;
  return sameLength && (nameOf(known) === nameOf(file) || sameTags(known, file) >= 2);
}

function pair(file: NewFile, known: KnownFile): Pair {
  return {
    key: file.mediaKey,
    trackId: known.trackId,
    sameSound: known.audioHash !== null,
    likeness: 4 * sameTags(file, known) + sameEnd(file.path, known.path),
  };
}

function byLikeness(a: Pair, b: Pair): number {
  return b.likeness - a.likeness || (a.key < b.key ? -1 : a.key > b.key ? 1 : a.trackId < b.trackId ? -1 : 1);
}

function isOnly({ key, trackId }: Pair, pairs: readonly Pair[]): boolean {
  return pairs.filter((other) => other.key === key || other.trackId === trackId).length === 1;
}

function sameTags(a: Traits, b: Traits): number {
  return (['titleKey', 'artistKey', 'albumKey'] as const).filter((name) => a[name] === b[name]).length;
}

const nameOf = ({ path }: Traits) => path.at(-1)?.normalize('NFC').toLowerCase();

/** How many names agree, from the file's own upwards. */
function sameEnd(a: readonly string[], b: readonly string[]): number {
  let same = 0;
  while (same < Math.min(a.length, b.length) && a.at(-1 - same) === b.at(-1 - same)) same++;
  return same;
}

function endsWith(path: readonly string[], end: readonly string[]): boolean {
  return end.length > 0 && sameEnd(path, end) === end.length;
}
