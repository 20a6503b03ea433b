/** What a file's name and its folders say of it. */
import { cleanText, repairText } from './text';

/** Longer names are cut; what a tag may hold has no bound of its own. */
export const MAX_NAME_CHARS = 300;
const MAX_NUMBER = 9_999;
/** Anything but white space and characters that show nothing: U+200B, variation selectors, a byte order mark, blank Braille. */
const VISIBLE = /[^\s\p{Default_Ignorable_Code_Point}\p{Cf}\u2800]/u;

/** `01 - `, `1. `, `A1 `, `2-07 `, `(03) `. A name that is a number only is kept. */
const LEADING_NUMBER = /^[([]?(?:\d{1,2}[-.])?\d{1,3}[)\]]?(?:\s*[-–_.)]\s*|\s+)(?=\S)/u;
/** A folder that is one disc of an album, with the disc's own title behind its number: `Disc 01 (Birth)`, `CD2 - Live`. */
const DISC_FOLDER =
  /^(?:cd|dis[ck]o?|vol(?:ume)?)[\s._-]*(\d{1,2})(?:$|\s*[([]([^)\]]*)[)\]]$|[\s._:-]+([^\s([].*)$)/iu;

/** @param path names from the imported folder's own down to the file */
export function namesFromPath(path: readonly string[]) {
  const file = path.at(-1) ?? '';
  const bare = file.replace(/\.[^.]+$/u, '').replaceAll('_', ' ');
  const numbered = LEADING_NUMBER.exec(bare)?.[0] ?? '';
  const rest = bare.slice(numbered.length).trim();
  const [before, ...after] = rest.split(/\s+[-–]\s+/u);
  const dashed = after.length > 0;
  const folders = path.slice(0, -1);
  const disc = folders.length > 1 ? discFolder(folders.at(-1) ?? '') : null;
  if (disc !== null) folders.pop();
  const digits = /(\d{1,3})\D*$/u.exec(numbered)?.[1];
  return {
    title: name(dashed ? after.join(' - ') : rest) || name(file) || '?',
    // `Music/Artist/Album/file`: the imported folder itself names no artist.
    artist: (dashed ? name(before) : '') || (folders.length > 2 ? name(folders.at(-2)) : ''),
    album: name(folders.at(-1)) || '?',
    trackNo: digits === undefined ? null : number(Number(digits)),
    disc: disc?.number ?? null,
    discSubtitle: disc?.subtitle ?? null,
  };
}

/** The disc that a folder of this name is; null for any other. */
export function discFolder(folder: string): { number: number | null; subtitle: string | null } | null {
  const found = DISC_FOLDER.exec(folder);
  return found && { number: number(Number(found[1])), subtitle: name(found[2] ?? found[3]) || null };
}

/** `The Wall (Disc 1)` beside `The Wall (Disc 2)`: the name without its end is the same for both. */
const DISC_SUFFIX = /(?<=[^\\/\s._-])[\s._-]*[([]?(?:cd|dis[ck]o?)[\s._-]*\d{1,2}[)\]]?$/iu;

/** Where the files of an album lie that this folder has some of: the folder above that of a disc, and one name for those of discs side by side. */
export function albumFolder(folder: string, isDisc: boolean): string {
  return isDisc ? parentOf(folder) : folder.replace(DISC_SUFFIX, '');
}

export function parentOf(folder: string): string {
  return folder.replace(/[\\/][^\\/]*$/u, '');
}

/** A name as it is shown: repaired, on one line, not too long. Empty, too, for a text that shows nothing. */
export function name(text: string | undefined): string {
  const cleaned = cleanText(repairText(text ?? ''), MAX_NAME_CHARS);
  return VISIBLE.test(cleaned) ? cleaned : '';
}

/** A number of a track, a disc or a year; null for what can be none. */
export function number(value: number | null | undefined): number | null {
  return Number.isInteger(value) && typeof value === 'number' && value > 0 && value <= MAX_NUMBER ? value : null;
}
