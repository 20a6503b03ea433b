/** What the tags of a file say, however its format says it. */
import type { IAudioMetadata } from 'music-metadata';
import type { ArtistRole } from '@/lib/contracts/catalog';

/** As the tags have it: neither cleaned nor cut. What they leave out is undefined, or empty. */
export interface Tags {
  title?: string | undefined;
  sortTitle?: string | undefined;
  artist?: ArtistTags | undefined;
  albumArtist?: ArtistTags | undefined;
  /** Who else took part, by role, in the tags' order. */
  others?: readonly { role: ArtistRole; name: string; detail?: string | undefined; exact?: boolean }[];
  album?: string | undefined;
  sortAlbum?: string | undefined;
  compilation?: boolean | undefined;
  trackNo?: number | undefined;
  discNo?: number | undefined;
  discSubtitle?: string | undefined;
  /** Dates as they are written. */
  date?: string | undefined;
  originalDate?: string | undefined;
  label?: string | undefined;
  releaseTypes?: readonly string[];
  genres?: readonly string[];
  /** An administrator named them: nothing splits them. */
  exactGenres?: boolean;
  bpm?: number | undefined;
  comment?: string | undefined;
  /** MusicBrainz ids. */
  recordingMbid?: string | undefined;
  releaseTrackMbid?: string | undefined;
  releaseMbid?: string | undefined;
  releaseGroupMbid?: string | undefined;
}

/** Artists of a track, or of an album. */
export interface ArtistTags {
  /** As it is printed: `A feat. B`. */
  shown: string;
  /** Each value of the tag; one value may still name several artists. */
  values: readonly string[];
  sortNames?: readonly string[];
  mbids?: readonly string[];
  /** An administrator said so: nothing splits the values, the text that is shown, or the sort names. */
  exact?: boolean;
  exactShown?: boolean;
  exactSort?: boolean;
}

/** Tags with a list of names of their own, as music-metadata calls them. */
const ROLES = {
  composer: 'composer',
  lyricist: 'lyricist',
  writer: 'writer',
  arranger: 'arranger',
  conductor: 'conductor',
  remixer: 'remixer',
  producer: 'producer',
  engineer: 'engineer',
  mixer: 'mixer',
  djmixer: 'djMixer',
} as const satisfies Record<string, ArtistRole>;
/** What ID3v2 calls them in its list of involved people. Anything else there is an instrument. */
const INVOLVED: Readonly<Record<string, ArtistRole>> = {
  arranger: 'arranger',
  producer: 'producer',
  engineer: 'engineer',
  mix: 'mixer',
  mixer: 'mixer',
  'dj-mix': 'djMixer',
  lyricist: 'lyricist',
  composer: 'composer',
  conductor: 'conductor',
};
const INVOLVED_TAGS = new Set(['TMCL', 'TIPL', 'IPLS', 'IPL']);
/** `Name (instrument)`, as Vorbis comments have it. */
const PERFORMER = /^(.*\S)\s*\(([^()]+)\)\s*$/su;
/** What iTunes and others hide in comments. */
const NO_COMMENT = /^(?:iTun|ID3v1|MusicMatch|Songs-DB)/i;

/**
 * @param slashed texts of ID3v2.3 as they are written ({@link textsWithSlash}): what was cut at their slashes becomes whole again, unless
 * other tags say that it is several names
 */
export function tagsOf(
  { common, native }: Pick<IAudioMetadata, 'common' | 'native'>,
  slashed: readonly string[],
): Tags {
  const whole = (values: readonly string[] | undefined) => joinSlashes(values ?? [], slashed);
  return {
    title: common.title,
    sortTitle: common.titlesort,
    artist: artistTags(common.artist, common.artists, common.artistsort, common.musicbrainz_artistid, slashed),
    albumArtist: artistTags(
      ...([
        common.albumartist,
        common.albumartists,
        common.albumartistsort,
        common.musicbrainz_albumartistid,
        slashed,
      ] as const),
    ),
    others: [
      ...Object.entries(ROLES).flatMap(([name, role]) =>
        whole(common[name as keyof typeof ROLES]).map((one) => ({ role, name: one })),
      ),
      ...performers(native),
    ],
    album: common.album,
    sortAlbum: common.albumsort,
    compilation: common.compilation,
    trackNo: common.track.no ?? undefined,
    discNo: common.disk.no ?? undefined,
    discSubtitle: [common.discsubtitle].flat()[0],
    date: common.releasedate ?? common.date ?? dateOfParts(native, common.year),
    originalDate: common.originaldate ?? numberText(common.originalyear),
    label: common.label?.[0],
    releaseTypes: whole(common.releasetype),
    genres: common.genre ?? [],
    bpm: common.bpm,
    comment: common.comment?.find(({ descriptor, text }) => text && !NO_COMMENT.test(descriptor ?? ''))?.text,
    recordingMbid: common.musicbrainz_recordingid,
    releaseTrackMbid: common.musicbrainz_trackid,
    releaseMbid: common.musicbrainz_albumid,
    releaseGroupMbid: common.musicbrainz_releasegroupid,
  };
}

/** Whether music-metadata may have cut a text of an older ID3v2 at its slashes. */
export function mayBeCut(native: IAudioMetadata['native']): boolean {
  return ['ID3v2.2', 'ID3v2.3'].some((kind) => {
    const ids = (native[kind] ?? []).map(({ id }) => id);
    return new Set(ids).size < ids.length;
  });
}

function artistTags(
  one: string | undefined,
  all: readonly string[] | undefined,
  sortNames: string | undefined,
  mbids: readonly string[] | undefined,
  slashed: readonly string[],
): ArtistTags | undefined {
  if (one === undefined && all === undefined) return undefined;
  const cut = all ?? (one === undefined ? [] : [one]);
  const joined = joinSlashes(cut, slashed);
  // Its ids, or what is printed, tell that a text with a slash names several.
  const shown = slashed.find((text) => pieces(text)[0] === one) ?? one ?? joined.join(', ');
  const areSeveral =
    joined.length < cut.length &&
    (mbids?.length === cut.length || (!shown.includes('/') && cut.every((name) => shown.includes(name))));
  return {
    shown,
    values: areSeveral ? cut : joined,
    sortNames: sortNames === undefined ? [] : [sortNames],
    mbids: mbids ?? [],
  };
}

/** The text that these values were cut from, else the values. */
function joinSlashes(values: readonly string[], slashed: readonly string[]): readonly string[] {
  if (values.length < 2) return values;
  const text = slashed.find((one) => [...new Set(pieces(one))].join('\0') === values.join('\0'));
  return text === undefined ? values : [text];
}

const pieces = (text: string) => text.split('/').map((piece) => piece.trim());

/** Performers with their instruments, which music-metadata leaves as they are. */
function performers(native: IAudioMetadata['native']): NonNullable<Tags['others']> {
  return Object.values(native)
    .flat()
    .flatMap(({ id, value }): NonNullable<Tags['others']>[number][] => {
      const name = id.slice(id.lastIndexOf(':') + 1).toUpperCase();
      if (name === 'PERFORMER' && typeof value === 'string') return [performer(value)];
      if (!INVOLVED_TAGS.has(name) || typeof value !== 'object' || value === null) return [];
      return Object.entries(value).flatMap(([what, names]) => (Array.isArray(names) ? involved(what, names) : []));
    });
}

function performer(value: string) {
  const [, name = value, detail] = PERFORMER.exec(value) ?? [];
  return { role: 'performer' as const, name, detail };
}

function involved(what: string, names: unknown[]): NonNullable<Tags['others']>[number][] {
  const known = INVOLVED[what.trim().toLowerCase()];
  return names
    .filter((name) => typeof name === 'string')
    .map((name) => (known === undefined ? { role: 'performer' as const, name, detail: what } : { role: known, name }));
}

/** ID3v2.3 has the year in one frame, and day and month (`DDMM`) in another. */
function dateOfParts(native: IAudioMetadata['native'], year: number | undefined): string | undefined {
  const dayAndMonth = native['ID3v2.3']?.find(({ id }) => id === 'TDAT')?.value;
  const [, day, month] = (typeof dayAndMonth === 'string' && /^(\d\d)(\d\d)$/.exec(dayAndMonth)) || [];
  const text = numberText(year);
  return text === undefined || day === undefined ? text : `${text}-${month}-${day}`;
}

function numberText(value: number | undefined): string | undefined {
  return value === undefined || !Number.isFinite(value) ? undefined : String(value);
}
