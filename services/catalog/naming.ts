import { createHash } from 'node:crypto';
import type { ArtistRole } from '@/lib/contracts/catalog';
import { MAX_GENRES } from '@/lib/contracts/tag-edits';
import { DEFAULT_TAG_RULES, type TagRules } from '@/lib/contracts/tag-rules';
import { makeArtistSplit, makeGenreSplit, type SplitNames } from './artist-split';
import type { ArtistName } from './artists';
import { foldName, genreKey, uniqueBy } from './identity';
import { albumFolder, MAX_NAME_CHARS, name, namesFromPath, number } from './path-names';
import type { AlbumTags } from './schema';
import type { ArtistTags, Tags } from './tag-values';
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
  /** Files of one value are of one album; a digest, since folders may have long names. */
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

export const UNKNOWN_ARTIST = 'Unknown artist';
export const VARIOUS_ARTISTS = 'Various Artists';
const MAX_COMMENT_CHARS = 2_000;
/** More than any track has; what a tag may hold has no bound of its own. */
const MAX_CREDITS = 100;
const MAX_RELEASE_TYPES = 10;
/** Beats a minute; more is no tempo. */
const MAX_BPM = 999;
/** What MusicBrainz calls the artist of compilations. */
const VARIOUS_ARTISTS_MBID = '89ad4ac3-39f7-470e-963a-56509c546377';
/** What other programs call it. */
const VARIOUS = new Set(['various artists', 'various', 'va', 'v.a.', 'v/a', 'vários artistas', 'varios artistas']);
const MBID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** Guests do not make another artist. */
const GUESTS = /\s*(?:[([]\s*(?:feat|ft|featuring|with)\b|\b(?:feat|ft|featuring)\b).*$/iu;
const PARTNERS = /\s*[;/,&]\s.*$/u;

/** How texts that name several are split. */
export interface Splits {
  /** Artists of a track or an album. */
  artists: (text: string) => SplitNames;
  /** Others who took part: there, no word stands before guests. */
  others: (text: string) => SplitNames;
  genres: (text: string) => SplitNames;
}

export function makeSplits(rules: TagRules): Splits {
  return {
    artists: makeArtistSplit(rules),
    others: makeArtistSplit({ ...rules, guestWords: [] }),
    genres: makeGenreSplit(rules),
  };
}
const DEFAULT_SPLITS = makeSplits(DEFAULT_TAG_RULES);
/** What an administrator wrote is one name. */
const unsplit: Splits['artists'] = (text) => ({ names: text === '' ? [] : [text], shown: text });

/**
 * Names a file by its tags, else by its path.
 * @param path names from the imported folder's own down to the file, such as `['Music', 'Artist', 'Album', '01 Title.mp3']`
 * @param folder where the file lies, as text that is the same for all its neighbours
 */
export function nameFile(tags: Tags, path: readonly string[], folder: string, splits = DEFAULT_SPLITS): Names {
  const fromPath = namesFromPath(path);
  const title = name(tags.title) || fromPath.title;
  const ofAlbum = creditedArtists(tags.albumArtist, splits);
  const own = creditedArtists(tags.artist, splits);
  const artists = [own, ofAlbum].find(({ names }) => names.length > 0) ?? someArtist(fromPath.artist || UNKNOWN_ARTIST);
  const isOfMany = ofAlbum.names.length === 0 && tags.compilation === true;
  const albumArtists = isOfMany ? someArtist(VARIOUS_ARTISTS) : ofAlbum;
  const credits = [
    ...artists.names.map((one) => ({ ...one, role: 'artist' as const, detail: null })),
    ...albumArtists.names.map((one) => ({ ...one, role: 'albumArtist' as const, detail: null })),
    ...otherCredits(tags, splits),
  ].slice(0, MAX_CREDITS);
  const releaseDate = date(tags.date);
  const originalDate = date(tags.originalDate);
  const album = {
    title: name(tags.album) || fromPath.album,
    sortTitle: name(tags.sortAlbum) || null,
    artists: albumArtists.names.map((one) => one.name),
    artistCredit: albumArtists.credit,
    releaseDate,
    originalDate,
    compilation: tags.compilation === true,
    label: name(tags.label) || null,
    releaseTypes: releaseTypes(tags.releaseTypes),
    releaseMbid: mbid(tags.releaseMbid),
    releaseGroupMbid: mbid(tags.releaseGroupMbid),
    folder: albumFolder(folder, fromPath.disc !== null),
  };
  return {
    title,
    sortTitle: name(tags.sortTitle) || null,
    artist: artists.credit ?? artists.names[0]?.name ?? UNKNOWN_ARTIST,
    artistCredit: artists.credit,
    credits,
    genres: genresOf(tags, splits),
    album,
    albumGroup: groupOf(album),
    albumArtistGuessed: albumArtists.names.length === 0,
    trackNo: number(tags.trackNo) ?? fromPath.trackNo,
    discNo: number(tags.discNo) ?? fromPath.disc,
    discSubtitle: name(tags.discSubtitle) || fromPath.discSubtitle,
    year: yearOf(releaseDate) ?? yearOf(originalDate),
    bpm: tags.bpm !== undefined && tags.bpm > 0 && tags.bpm <= MAX_BPM ? tags.bpm : null,
    comment: cleanText(repairText(tags.comment ?? ''), MAX_COMMENT_CHARS) || null,
    recordingMbid: mbid(tags.recordingMbid),
    releaseTrackMbid: mbid(tags.releaseTrackMbid),
  };
}

/** Files of one folder that name the same album of the same artists, and the same release, if any, are of one album. */
function groupOf({ folder, releaseMbid, artists, title }: AlbumTags & { folder: string }): string {
  return digest(folder, releaseMbid ?? '', ...artists.map(foldName), '', foldName(title));
}

interface CreditedArtists {
  names: ArtistName[];
  /** How to show them together; null where that is the one name. */
  credit: string | null;
}

/** Artists with the ids and sort names that belong to them: where there are as many of them as of names. */
function creditedArtists(tags: ArtistTags | undefined, { artists }: Splits): CreditedArtists {
  const split = tags?.exact ? unsplit : artists;
  const splitSort = tags?.exactSort ? unsplit : artists;
  const splitShown = tags?.exactShown ? unsplit : artists;
  const values = (tags?.values ?? []).map(name).filter((value) => value !== '');
  const found = values.map(split);
  const names = uniqueBy(
    found.flatMap((one) => one.names),
    foldName,
  );
  const mbids = (tags?.mbids ?? []).flatMap((text) => text.split(/[\s;/,]+/)).flatMap((text) => mbid(text) ?? []);
  const sortNames = (tags?.sortNames ?? []).flatMap((text) => splitSort(name(text)).names);
  const credited = names.map((one, i) => ({
    name: VARIOUS.has(foldName(one)) ? VARIOUS_ARTISTS : one,
    mbid: mbids.length === names.length ? (mbids[i] ?? null) : null,
    sortName: sortNames.length === names.length ? (sortNames[i] ?? null) : null,
  }));
  const printed = splitShown(name(tags?.shown)).shown;
  const namesAll = tags?.exactShown || names.every((one) => foldName(printed).includes(foldName(one)));
  const credit = namesAll ? printed : found.map(({ shown }) => shown).join(', ');
  const [only] = credited;
  const isNamed = only === undefined || (credited.length === 1 && foldName(only.name) === foldName(credit));
  const isVarious = credited.length === 1 && only?.name === VARIOUS_ARTISTS;
  return { names: credited.map(ofVarious), credit: isNamed || isVarious ? null : credit.slice(0, MAX_NAME_CHARS) };
}

function someArtist(named: string): CreditedArtists {
  return { names: [{ name: named, mbid: null, sortName: null }], credit: null };
}

/** With its id or without, "Various Artists" is the same. */
function ofVarious(artist: ArtistName): ArtistName {
  const isVarious = artist.mbid === VARIOUS_ARTISTS_MBID || artist.name === VARIOUS_ARTISTS;
  return isVarious ? { name: VARIOUS_ARTISTS, mbid: null, sortName: null } : artist;
}

function otherCredits({ others = [] }: Tags, splits: Splits): Credit[] {
  const all = others.slice(0, MAX_CREDITS).flatMap(({ role, name: text, detail, exact }) =>
    (exact ? unsplit : splits.others)(name(text)).names.map((one) => ({
      role,
      name: one,
      mbid: null,
      sortName: null,
      detail: name(detail) || null,
    })),
  );
  return uniqueBy(all, (one) => `${one.role}\n${foldName(one.name)}\n${one.detail}`);
}

function genresOf({ genres = [], exactGenres }: Tags, splits: Splits): string[] {
  const split = exactGenres ? unsplit : splits.genres;
  const all = genres.slice(0, MAX_GENRES).flatMap((text) => split(name(text)).names);
  return uniqueBy(all, genreKey).slice(0, MAX_GENRES);
}

function releaseTypes(tagged: readonly string[] = []): string[] {
  const all = tagged
    .flatMap((text) =>
      name(text)
        .toLowerCase()
        .split(/\s*[;/,]\s*/),
    )
    .filter((type) => type !== '');
  return [...new Set(all)].slice(0, MAX_RELEASE_TYPES);
}

/** Whose album it is, from the artists of its tracks: theirs where they agree but for guests, else Various Artists. */
export function commonArtist(artists: readonly string[]): string {
  const alone = artists.map((artist) => artist.replace(GUESTS, '').trim() || artist);
  const firsts = new Set(alone.map((artist) => normalise(artist.replace(PARTNERS, ''))));
  const [shortest] = alone.toSorted((a, b) => a.length - b.length);
  return firsts.size === 1 && shortest !== undefined ? shortest : VARIOUS_ARTISTS;
}

function digest(...parts: string[]): string {
  return createHash('sha256').update(parts.join('\n')).digest('base64url');
}

function mbid(text: string | undefined): string | null {
  const id = text?.trim().toLowerCase() ?? '';
  return MBID.test(id) ? id : null;
}

/** `1974`, `1974-8-2`, `1974.08`, `19740802`, `1974-08-02T00:00:00Z`, and what else holds a year; month and day only where they can be. */
function date(text: string | undefined): string | null {
  const written = name(text);
  const [, year, month, day] = /^(\d{4})(?:[-./]?(\d{1,2})(?:[-./]?(\d{1,2}))?)?(?!\d)/.exec(written) ?? [];
  if (year === undefined) return yearText(/(?<!\d)(\d{4})(?!\d)/.exec(written)?.[1]);
  const known = yearText(year);
  if (known === null || !isBetween(month, 12)) return known;
  const ofMonth = `${known}-${month?.padStart(2, '0')}`;
  return isBetween(day, 31) ? `${ofMonth}-${day?.padStart(2, '0')}` : ofMonth;
}

const yearText = (digits: string | undefined) => (digits === undefined || Number(digits) === 0 ? null : digits);
const isBetween = (digits: string | undefined, most: number) => Number(digits) >= 1 && Number(digits) <= most;
const yearOf = (written: string | null) => (written === null ? null : number(Number(written.slice(0, 4))));
