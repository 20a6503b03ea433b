/** Rules of smart playlists as conditions of SQL. Every value of a rule is a parameter. */
import { and, or, type SQL, sql } from 'drizzle-orm';
import type { ArtistRole } from '@/lib/contracts/catalog';
import {
  isSmartGroup,
  SMART_FIELDS,
  type SmartCondition,
  type SmartField,
  type SmartGroup,
} from '@/lib/contracts/smart-fields';
import { foldName, genreKey } from '../identity';
import { albumArtists, albums, artists, genres, lyrics, trackArtists, trackGenres, tracks } from '../schema';
import { escapeLike, normalise } from '../text';

const DAY_MS = 86_400_000;

/** How a text is compared: as search compares names, or letter for letter but for their case. */
type Fold = (text: string) => string;
const lowerCase: Fold = (text) => text.toLowerCase();

/** One value for each track, or several in another table. */
type Source =
  | { one: SQL; fold: Fold }
  /** `from`: rows of this track. `is`: where equality is told by more than `key`. */
  | { many: SQL; key: SQL; fold: Fold; is?: (value: string) => SQL };

const column = (text: SQL): Source => ({ one: sql`lower(${text})`, fold: lowerCase });
const keyed = (key: SQL): Source => ({ one: key, fold: normalise });

/** What tells artists apart decides whether a name is theirs, so that バンド is not ハント. */
const byName = {
  key: sql`a.key`,
  fold: normalise,
  is: (value: string) => sql`coalesce(a.folded = ${foldName(value)}, a.key = ${normalise(value)})`,
};
/** Those who have a role on a track. */
const withRole = (role: ArtistRole): Source => ({
  many: sql`${trackArtists} as credit join ${artists} as a on a.id = credit.artist_id where credit.track_id = ${tracks.id} and credit.role = ${role}`,
  ...byName,
});
const albumArtist: Source = {
  many: sql`${albumArtists} as aa join ${artists} as a on a.id = aa.artist_id where aa.album_id = ${tracks.albumId}`,
  ...byName,
};
const genre: Source = {
  many: sql`${trackGenres} as tg join ${genres} as g on g.id = tg.genre_id where tg.track_id = ${tracks.id}`,
  key: sql`g.key`,
  fold: genreKey,
};
const releaseType: Source = {
  many: sql`jsonb_array_elements_text(${albums.releaseTypes}) as release(type) where true`,
  key: sql`release.type`,
  fold: lowerCase,
};

/** The last part of a file's key, behind either slash. */
const fileName = sql`regexp_replace(${tracks.mediaKey}, '^.*[/\\\\]', '')`;

const TEXTS: Partial<Record<SmartField, Source>> = {
  title: keyed(sql`${tracks.titleKey}`),
  album: keyed(sql`${tracks.albumKey}`),
  artist: withRole('artist'),
  albumArtist,
  genre,
  composer: withRole('composer'),
  lyricist: withRole('lyricist'),
  writer: withRole('writer'),
  arranger: withRole('arranger'),
  conductor: withRole('conductor'),
  performer: withRole('performer'),
  remixer: withRole('remixer'),
  producer: withRole('producer'),
  engineer: withRole('engineer'),
  mixer: withRole('mixer'),
  djMixer: withRole('djMixer'),
  discSubtitle: column(sql`${tracks.discSubtitle}`),
  label: column(sql`${albums.label}`),
  releaseType,
  comment: column(sql`${tracks.comment}`),
  fileName: column(fileName),
  fileType: column(sql`substring(${fileName} from '\\.([^.]+)$')`),
};

const yearOf = (date: SQL) => sql`left(${date}, 4)::int`;

/** Values of numbers, days and flags, as the query that {@link ./choose} makes has them. Null: not known. */
export const VALUES: Partial<Record<SmartField, SQL>> = {
  year: sql`${tracks.year}`,
  originalYear: yearOf(sql`${albums.originalDate}`),
  releaseDate: sql`${albums.releaseDate}`,
  originalDate: sql`${albums.originalDate}`,
  addedAt: sql`${tracks.addedAt}`,
  changedAt: sql`${tracks.mtimeMs}`,
  playCount: sql`coalesce(heard.plays, 0)`,
  skipCount: sql`coalesce(heard.skips, 0)`,
  lastPlayed: sql`heard.last_at`,
  loved: sql`track_marks.loved_at is not null`,
  lovedAt: sql`track_marks.loved_at`,
  rating: sql`coalesce(track_marks.rating, 0)`,
  albumLoved: sql`album_marks.loved_at is not null`,
  albumRating: sql`coalesce(album_marks.rating, 0)`,
  artistLoved: sql`artist_marks.loved_at is not null`,
  artistRating: sql`coalesce(artist_marks.rating, 0)`,
  trackNo: sql`${tracks.trackNo}`,
  discNo: sql`${tracks.discNo}`,
  compilation: sql`${albums.compilation}`,
  duration: sql`${tracks.durationS}`,
  bpm: sql`${tracks.bpm}`,
  hasCover: sql`coalesce(${tracks.coverId}, ${albums.coverId}) is not null`,
  hasLyrics: sql`exists (select 1 from ${lyrics} as words where words.track_id = ${tracks.id})`,
  size: sql`${tracks.size} / 1e6`,
  bitRate: sql`${tracks.size} * 8 / nullif(${tracks.durationS}, 0) / 1000`,
};
/** What is 0 where nothing is known of it. */
const COUNTS: ReadonlySet<SmartField> = new Set(['playCount', 'skipCount', 'rating', 'albumRating', 'artistRating']);

/** @param now epoch ms, from which days are counted */
export function whereOf(group: SmartGroup, now: number): SQL | undefined {
  const parts = group.rules.flatMap((rule) => {
    const part = isSmartGroup(rule) ? whereOf(rule, now) : conditionOf(rule, now);
    // A group without rules holds always, and among others that any may hold it is left out.
    return part === undefined ? [] : [part];
  });
  return group.match === 'all' ? and(...parts) : or(...parts);
}

function conditionOf(condition: SmartCondition, now: number): SQL {
  const type = SMART_FIELDS[condition.field];
  if (type === 'text') return textCondition(condition);
  const value = VALUES[condition.field];
  if (value === undefined) throw new Error(`no column for ${condition.field}`);
  if (type === 'flag') return sql`(${value}) = ${condition.value === true}`;
  if (type === 'number') return numberCondition(value, condition);
  return dayCondition(type === 'moment' ? momentAt : dayAt, value, condition, now);
}

function textCondition({ field, op, value }: SmartCondition): SQL {
  const source = TEXTS[field];
  if (source === undefined) throw new Error(`no column for ${field}`);
  const text = String(value ?? '');
  const like = (key: SQL, before: string, after: string) =>
    sql`${key} like ${`${before}${escapeLike(source.fold(text))}${after}`}`;
  const fits = (key: SQL): SQL => {
    switch (op) {
      case 'contains':
      case 'notContains':
        return like(key, '%', '%');
      case 'startsWith':
        return like(key, '', '%');
      case 'endsWith':
        return like(key, '%', '');
      case 'isPresent':
      case 'isMissing':
        return sql`true`;
      default:
        return 'many' in source && source.is !== undefined ? source.is(text) : sql`${key} = ${source.fold(text)}`;
    }
  };
  const isNegative = op === 'isNot' || op === 'notContains' || op === 'isMissing';
  if ('many' in source) {
    const found = sql`exists (select 1 from ${source.many} and ${fits(source.key)})`;
    return isNegative ? sql`not ${found}` : found;
  }
  const found =
    op === 'isPresent' || op === 'isMissing'
      ? sql`coalesce(${source.one}, '') <> ''`
      : sql`coalesce(${fits(source.one)}, false)`;
  return isNegative ? sql`not ${found}` : found;
}

function numberCondition(value: SQL, { field, op, value: wanted }: SmartCondition): SQL {
  const number = (one: unknown) => sql`${Number(one)}::float8`;
  switch (op) {
    case 'isNot':
      return sql`(${value})::float8 is distinct from ${number(wanted)}`;
    case 'gt':
      return sql`(${value}) > ${number(wanted)}`;
    case 'lt':
      return sql`(${value}) < ${number(wanted)}`;
    case 'inTheRange': {
      const [first, last] = wanted as readonly [number, number];
      return sql`(${value}) between ${number(first)} and ${number(last)}`;
    }
    case 'isPresent':
      return COUNTS.has(field) ? sql`(${value}) > 0` : sql`(${value}) is not null`;
    case 'isMissing':
      return COUNTS.has(field) ? sql`(${value}) = 0` : sql`(${value}) is null`;
    default:
      return sql`(${value})::float8 = ${number(wanted)}`;
  }
}

/** How a kind of day is compared: `start` and `end` of a day, the day `days` before now. */
interface DayScale {
  start(day: string): SQL;
  end(day: string): SQL;
  ago(days: number, now: number): SQL;
}
/** Points in time, epoch ms; days are those of UTC. */
const momentAt: DayScale = {
  start: (day) => sql`${Date.parse(day)}::float8`,
  end: (day) => sql`${Date.parse(day) + DAY_MS}::float8`,
  ago: (days, now) => sql`${now - days * DAY_MS}::float8`,
};
/** Dates as tags have them: `1974`, `1974-08` or `1974-08-12`, which sort as texts. What begins as the day does is of it. */
const dayAt: DayScale = {
  start: (day) => sql`${day}::text`,
  // Behind every text that begins with the day.
  end: (day) => sql`${`${day}~`}::text`,
  ago: (days, now) => sql`${new Date(now - days * DAY_MS).toISOString().slice(0, 10)}::text`,
};

function dayCondition(scale: DayScale, value: SQL, { op, value: wanted }: SmartCondition, now: number): SQL {
  switch (op) {
    case 'inTheLast':
      return sql`${value} >= ${scale.ago(Number(wanted), now)}`;
    case 'notInTheLast':
      return sql`(${value} is null or ${value} < ${scale.ago(Number(wanted), now)})`;
    case 'before':
      return sql`${value} < ${scale.start(String(wanted))}`;
    case 'after':
      return sql`${value} >= ${scale.end(String(wanted))}`;
    case 'inTheRange': {
      const [first, last] = wanted as readonly [string, string];
      return sql`(${value} >= ${scale.start(first)} and ${value} < ${scale.end(last)})`;
    }
    case 'isPresent':
      return sql`${value} is not null`;
    default:
      return sql`${value} is null`;
  }
}
