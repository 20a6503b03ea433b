import { createHash } from 'node:crypto';
import type { ArtistRole } from '@/lib/contracts/catalog';
import type { ArtistName } from './artists';
import { foldName } from './identity';
import type { AlbumTags } from './schema';
import { cleanText, normalise, repairText } from './text';

/** What the catalogue calls a file, with everything that its tags left out made up from where it lies. */
export interface Names {
  title: string;
  sortTitle: string | null;
  /** Its artists as the tags credit them together. */
  artist: string;
  /** The same where it is not just the one artist's name, else null. */
  artistCredit: string | null;
  /** Everybody that the tags name, in their order within each role. At least one has the role `artist`. */
  credits: Credit[];
  genres: string[];
  album: AlbumTags;
  /** Same for all files of one album; a digest, since folders may have long names. */
  albumGroup: string;
  /** No tag named the album's artist: it is known only when all files of the album are (see {@link commonArtist}). */
  albumArtistGuessed: boolean;
  trackNo: number | null;
  discNo: number | null;
  discSubtitle: string | null;
  year: number | null;
  bpm: number | null;
  comment: string | null;
  recordingMbid: string | null;
  releaseTrackMbid: string | null;
}

/** What one artist did for a track. */
export interface Credit extends ArtistName {
  role: ArtistRole;
  /** Of a performer: instrument or voice. */
  detail: string | null;
}

/** As far as a file's own tags tell. */
export interface Tags {
  title?: string | undefined;
  artist?: string | undefined;
  album?: string | undefined;
  albumArtist?: string | undefined;
  compilation?: boolean | undefined;
  trackNo?: number | undefined;
  discNo?: number | undefined;
  year?: number | undefined;
}

export const UNKNOWN_ARTIST = 'Unknown artist';
export const VARIOUS_ARTISTS = 'Various Artists';
/** Longer names are cut; what a tag may hold has no bound of its own. */
const MAX_NAME_CHARS = 300;
const MAX_NUMBER = 9_999;

/** `01 - `, `1. `, `A1 `, `2-07 `, `(03) `. A name that is a number only is kept. */
const LEADING_NUMBER = /^[([]?(?:\d{1,2}[-.])?\d{1,3}[)\]]?(?:\s*[-–_.)]\s*|\s+)(?=\S)/u;
/** A folder that is one disc of an album. */
const DISC_FOLDER = /^(?:cd|dis[ck]o?|vol(?:ume)?)[\s._-]*(\d{1,2})$/iu;
/** Guests do not make another artist. */
const GUESTS = /\s*(?:[([]\s*(?:feat|ft|featuring|with)\b|\b(?:feat|ft|featuring)\b).*$/iu;
const PARTNERS = /\s*[;/,&]\s.*$/u;

/**
 * Names a file by its tags, else by its path.
 * @param path names from the imported folder's own down to the file, such as `['Music', 'Artist', 'Album', '01 Title.mp3']`
 * @param folder where the file lies, as text that is the same for all its neighbours
 */
export function nameFile(tags: Tags, path: readonly string[], folder: string): Names {
  const fromPath = namesFromPath(path);
  const title = name(tags.title) || fromPath.title;
  const artist = name(tags.artist) || name(tags.albumArtist) || fromPath.artist || UNKNOWN_ARTIST;
  const album = name(tags.album) || fromPath.album;
  const tagged = name(tags.albumArtist) || (tags.compilation === true ? VARIOUS_ARTISTS : '');
  // Two albums called "Greatest Hits" without an album artist are told apart by their folders.
  const where = fromPath.disc === null ? folder : parentOf(folder);
  const year = number(tags.year);
  return {
    title,
    sortTitle: null,
    artist,
    artistCredit: null,
    credits: [credit('artist', artist), ...(tagged === '' ? [] : [credit('albumArtist', tagged)])],
    genres: [],
    album: {
      title: album,
      sortTitle: null,
      artistCredit: null,
      releaseDate: year === null ? null : String(year).padStart(4, '0'),
      originalDate: null,
      compilation: tags.compilation === true,
      label: null,
      releaseTypes: [],
      releaseMbid: null,
      releaseGroupMbid: null,
    },
    albumGroup: digest(tagged === '' ? 'folder' : 'artist', tagged === '' ? where : foldName(tagged), foldName(album)),
    albumArtistGuessed: tagged === '',
    trackNo: number(tags.trackNo) ?? fromPath.trackNo,
    discNo: number(tags.discNo) ?? fromPath.disc,
    discSubtitle: null,
    year,
    bpm: null,
    comment: null,
    recordingMbid: null,
    releaseTrackMbid: null,
  };
}

function credit(role: ArtistRole, named: string): Credit {
  return { role, name: named, sortName: null, mbid: null, detail: null };
}

/** Whose album it is, from the artists of its tracks: theirs where they agree but for guests, else Various Artists. */
export function commonArtist(artists: readonly string[]): string {
  const alone = artists.map((artist) => artist.replace(GUESTS, '').trim() || artist);
  const firsts = new Set(alone.map((artist) => normalise(artist.replace(PARTNERS, ''))));
  const [shortest] = alone.toSorted((a, b) => a.length - b.length);
  return firsts.size === 1 && shortest !== undefined ? shortest : VARIOUS_ARTISTS;
}

function namesFromPath(path: readonly string[]) {
  const file = path.at(-1) ?? '';
  const bare = file.replace(/\.[^.]+$/u, '').replaceAll('_', ' ');
  const numbered = LEADING_NUMBER.exec(bare)?.[0] ?? '';
  const rest = bare.slice(numbered.length).trim();
  const [before, ...after] = rest.split(/\s+[-–]\s+/u);
  const dashed = after.length > 0;
  const folders = path.slice(0, -1);
  const disc = folders.length > 1 ? DISC_FOLDER.exec(folders.at(-1) ?? '')?.[1] : undefined;
  if (disc !== undefined) folders.pop();
  const digits = /(\d{1,3})\D*$/u.exec(numbered)?.[1];
  return {
    title: name(dashed ? after.join(' - ') : rest) || name(file) || '?',
    // `Music/Artist/Album/file`: the imported folder itself names no artist.
    artist: (dashed ? name(before) : '') || (folders.length > 2 ? name(folders.at(-2)) : ''),
    album: name(folders.at(-1)) || '?',
    trackNo: digits === undefined ? null : number(Number(digits)),
    disc: disc === undefined ? null : number(Number(disc)),
  };
}

function digest(...parts: string[]): string {
  return createHash('sha256').update(parts.join('\n')).digest('base64url');
}

function parentOf(folder: string): string {
  return folder.replace(/[\\/][^\\/]*$/u, '');
}

function name(text: string | undefined): string {
  return cleanText(repairText(text ?? ''), MAX_NAME_CHARS);
}

function number(value: number | null | undefined): number | null {
  return Number.isInteger(value) && typeof value === 'number' && value > 0 && value <= MAX_NUMBER ? value : null;
}
