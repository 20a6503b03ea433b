/** Tags as an administrator edits them: kept in the catalogue, over what the files say. The files stay as they are. */
import * as z from 'zod/mini';
import { line } from './fields';
import { accountId, epochMs, id } from './ids';

/** Tracks that one edit may be of. */
export const MAX_EDITED_TRACKS = 5_000;
/** An event names the tracks of which it tells, up to this many. */
export const MAX_TRACKS_TOLD = 500;
/** Artists, or genres, of one track. */
const MAX_NAMES = 50;
/** Genres of one track. */
export const MAX_GENRES = 20;
const MAX_NAME_CHARS = 300;
export const MAX_COMMENT_CHARS = 2_000;
const MAX_NUMBER = 9_999;
const MAX_BPM = 999;

const text = z.nullable(line(MAX_NAME_CHARS, 1));
const namesUpTo = (max: number) => z.nullable(z.array(line(MAX_NAME_CHARS, 1)).check(z.minLength(1), z.maxLength(max)));
const names = namesUpTo(MAX_NAMES);
const number = z.nullable(z.int().check(z.gte(1), z.lte(MAX_NUMBER)));
/** `1974`, `1974-08` or `1974-08-12`. */
const date = z.nullable(
  z
    .string()
    .check(
      z.trim(),
      z.regex(
        /^(?!0000)\d{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01]))?)?$/,
        'must be a year, a month (1974-08) or a day (1974-08-12)',
      ),
    ),
);

/** What can be edited, and the form of each value. Null: as though the file had no such tag. */
export const tagValues = z.object({
  title: text,
  /** Names of artists are taken as they are: nothing splits them. */
  artists: names,
  /** The artists as they are printed together; null: their names, with commas between them. */
  artistCredit: text,
  album: text,
  albumArtists: names,
  albumArtistCredit: text,
  genres: namesUpTo(MAX_GENRES),
  /** Of the release. */
  date,
  /** Of the first release of this music. */
  originalDate: date,
  trackNo: number,
  discNo: number,
  discSubtitle: text,
  compilation: z.nullable(z.boolean()),
  composers: names,
  label: text,
  bpm: z.nullable(z.number().check(z.gt(0), z.lte(MAX_BPM))),
  comment: z.nullable(line(MAX_COMMENT_CHARS, 1)),
  sortTitle: text,
  sortAlbum: text,
  /** As many as there are artists, in their order. */
  artistSort: names,
  albumArtistSort: names,
});
export type TagValues = z.infer<typeof tagValues>;
export type TagField = keyof TagValues;

export const TAG_FIELDS = Object.keys(tagValues.shape) as [TagField, ...TagField[]];
const tagField = z.enum(TAG_FIELDS);

/** Some of the fields: what an edit sets, or what was edited of a track. */
export const tagEdits = z.partial(tagValues);
export type TagEdits = z.infer<typeof tagEdits>;

const editedTracks = z.array(id).check(z.minLength(1), z.maxLength(MAX_EDITED_TRACKS));

export const tagsAsked = z.object({ tracks: editedTracks });

/** What some tracks have in their fields. */
export const tagSheet = z.object({
  tracks: z.int(),
  /** Where all have the same. */
  values: tagEdits,
  /** What the files say, where all say the same. */
  fileValues: tagEdits,
  /** Fields in which they differ. */
  mixed: z.array(tagField),
  /** Fields that were edited, in how many of them. */
  edited: z.record(z.string(), z.int()),
});
export type TagSheet = z.infer<typeof tagSheet>;

/** Sets fields of tracks, and gives others back to what the files say. */
export const tagChange = z.object({
  tracks: editedTracks,
  set: z._default(tagEdits, {}),
  revert: z._default(z.array(tagField).check(z.maxLength(TAG_FIELDS.length)), []),
});
export type TagChange = z.output<typeof tagChange>;

/** What became of a change. */
export const tagChanged = z.object({
  /** Null: nothing changed. */
  editId: z.nullable(id),
  /** That changed. */
  tracks: z.int(),
  /** Of an undo: tracks of which fields stay as they are, since they were edited again meanwhile. */
  kept: z.int(),
});
export type TagChanged = z.infer<typeof tagChanged>;

export const tagEdit = z.object({
  id,
  accountId,
  at: epochMs,
  kind: z.enum(['edit', 'undo']),
  /** Of the fields, those that it touched. */
  set: z.array(tagField),
  reverted: z.array(tagField),
  tracks: z.int(),
  /** Of one track, its title when it was edited; else of what they are, an album's title. */
  name: z.nullable(z.string().check(z.maxLength(1000))),
  undone: z.boolean(),
});
export type TagEdit = z.infer<typeof tagEdit>;
