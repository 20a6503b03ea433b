/** Edited fields over the tags of a file: pure. */
import { TAG_FIELDS, type TagEdits, type TagField, type TagValues } from '@/lib/contracts/tag-edits';
import { foldName } from '../identity';
import type { Credit, Names } from '../naming';
import type { ArtistTags, Tags } from '../tag-values';

/** What a tag may hold has no bound of its own; names are cut far below this (characters). */
const MAX_KEPT_CHARS = 4_000;
const MAX_KEPT_VALUES = 200;

/** Tags as naming takes them: what the file says, with what was edited in its place. */
export function withEdits(tags: Tags, edits: TagEdits): Tags {
  const plain = {
    ...('title' in edits && { title: edits.title ?? undefined }),
    ...('sortTitle' in edits && { sortTitle: edits.sortTitle ?? undefined }),
    ...('album' in edits && { album: edits.album ?? undefined }),
    ...('sortAlbum' in edits && { sortAlbum: edits.sortAlbum ?? undefined }),
    ...('date' in edits && { date: edits.date ?? undefined }),
    ...('originalDate' in edits && { originalDate: edits.originalDate ?? undefined }),
    ...('trackNo' in edits && { trackNo: edits.trackNo ?? undefined }),
    ...('discNo' in edits && { discNo: edits.discNo ?? undefined }),
    ...('discSubtitle' in edits && { discSubtitle: edits.discSubtitle ?? undefined }),
    ...('compilation' in edits && { compilation: edits.compilation ?? undefined }),
    ...('label' in edits && { label: edits.label ?? undefined }),
    ...('bpm' in edits && { bpm: edits.bpm ?? undefined }),
    ...('comment' in edits && { comment: edits.comment ?? undefined }),
    ...('genres' in edits && { genres: edits.genres ?? [], exactGenres: true }),
  };
  const composers = (edits.composers ?? []).map((name) => ({ role: 'composer' as const, name, exact: true }));
  const others = (tags.others ?? []).filter(({ role }) => role !== 'composer');
  return {
    ...tags,
    ...plain,
    ...('composers' in edits && { others: [...composers, ...others] }),
    artist: artistsWith(tags.artist, edits.artists, edits.artistCredit, edits.artistSort),
    albumArtist: artistsWith(tags.albumArtist, edits.albumArtists, edits.albumArtistCredit, edits.albumArtistSort),
    // A release has one title and its artists: with others it is another one.
    ...(namesAnotherAlbum(tags, edits) && { releaseMbid: undefined, releaseTrackMbid: undefined }),
  };
}

function artistsWith(
  tags: ArtistTags | undefined,
  names: TagValues['artists'] | undefined,
  credit: TagValues['artistCredit'] | undefined,
  sort: TagValues['artistSort'] | undefined,
): ArtistTags | undefined {
  const sorted = sort === undefined ? {} : { sortNames: sort ?? [], exactSort: true };
  if (names === null) return undefined;
  if (names !== undefined) {
    // Ids of MusicBrainz are of whom the file names.
    return {
      shown: credit ?? names.join(', '),
      values: names,
      exact: true,
      exactShown: true,
      sortNames: [],
      mbids: [],
      ...sorted,
    };
  }
  if (tags === undefined) return undefined;
  const shown = credit === undefined ? {} : { shown: credit ?? '', exactShown: credit !== null };
  return { ...tags, ...shown, ...sorted };
}

function namesAnotherAlbum(tags: Tags, edits: TagEdits): boolean {
  const same = (a: string | null | undefined, b: string | null | undefined) => foldName(a ?? '') === foldName(b ?? '');
  if ('album' in edits && !same(edits.album, tags.album)) return true;
  if (!('albumArtists' in edits)) return false;
  return !same((edits.albumArtists ?? []).join('\n'), (tags.albumArtist?.values ?? []).join('\n'));
}

/** What a file's names say in the fields that can be edited. */
export function valuesOf(names: Names): TagValues {
  const of = (role: Credit['role']) => names.credits.filter((credit) => credit.role === role);
  const listed = (credits: Credit[]) => (credits.length === 0 ? null : credits.map(({ name }) => name));
  const sorted = (credits: Credit[]) =>
    credits.some(({ sortName }) => sortName !== null) ? credits.map(({ name, sortName }) => sortName ?? name) : null;
  const { album } = names;
  return {
    title: names.title,
    artists: listed(of('artist')),
    artistCredit: names.artistCredit,
    album: album.title,
    albumArtists: listed(of('albumArtist')),
    albumArtistCredit: album.artistCredit,
    genres: names.genres.length === 0 ? null : names.genres,
    date: album.releaseDate,
    originalDate: album.originalDate,
    trackNo: names.trackNo,
    discNo: names.discNo,
    discSubtitle: names.discSubtitle,
    compilation: album.compilation,
    composers: listed(of('composer')),
    label: album.label,
    bpm: names.bpm,
    comment: names.comment,
    sortTitle: names.sortTitle,
    sortAlbum: album.sortTitle,
    artistSort: sorted(of('artist')),
    albumArtistSort: sorted(of('albumArtist')),
  };
}

/** Of the fields, those that these edits have. */
export function pick(edits: TagEdits, fields: readonly TagField[]): TagEdits {
  return Object.fromEntries(fields.flatMap((field) => (field in edits ? [[field, edits[field]]] : [])));
}

/** These edits with some fields as `to` has them: a field that `to` has not is edited no more. */
export function replace(edits: TagEdits, fields: readonly TagField[], to: TagEdits): TagEdits {
  const others = TAG_FIELDS.filter((field) => !fields.includes(field));
  return { ...pick(edits, others), ...pick(to, fields) };
}

/** Whether two edits have the same in a field. */
export function isSame(field: TagField, a: TagEdits, b: TagEdits): boolean {
  return field in a === field in b && JSON.stringify(a[field]) === JSON.stringify(b[field]);
}

/**
 * What is edited of a track after an edit of it was taken back.
 * @param fields that the edit touched
 * @returns with the fields that somebody edited again meanwhile, and so stay
 */
export function undo(
  now: TagEdits,
  fields: readonly TagField[],
  { before, after }: { before: TagEdits; after: TagEdits },
): { edits: TagEdits; kept: TagField[] } {
  const back = fields.filter((field) => isSame(field, now, after));
  return { edits: replace(now, back, before), kept: fields.filter((field) => !back.includes(field)) };
}

/** Tags as the database can keep them: it takes neither NUL nor halves of surrogate pairs, and what is endless is cut. */
export function keepable(tags: Tags): Tags {
  return kept(tags) as Tags;
}

const wellFormed = (text: string) => Buffer.from(text, 'utf8').toString('utf8');

function kept(value: unknown): unknown {
  if (typeof value === 'string') return wellFormed(value.slice(0, MAX_KEPT_CHARS).replaceAll('\0', ' '));
  if (typeof value === 'number') return Number.isFinite(value) ? value : undefined;
  if (Array.isArray(value)) return value.slice(0, MAX_KEPT_VALUES).map(kept);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, kept(one)]));
}

/** Likewise, of the names that a file lies below. */
export function keepablePath(path: readonly string[]): string[] {
  return path.map((name) => wellFormed(name.replaceAll('\0', ' ')));
}
