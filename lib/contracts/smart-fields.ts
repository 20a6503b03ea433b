/** What rules of smart playlists can be about, apart from the schemas, so that a page can draw their editor without those. */

/** How a field is compared. `moment` and `date` are both days to who writes a rule: one is a point in time, the other as exact as the tags say. */
export type SmartFieldType = 'text' | 'number' | 'moment' | 'date' | 'flag';

/** Every field, in the order in which the editor lists them. Those of plays and marks are of the playlist's owner. */
export const SMART_FIELDS = {
  title: 'text',
  artist: 'text',
  albumArtist: 'text',
  album: 'text',
  genre: 'text',
  year: 'number',
  originalYear: 'number',
  releaseDate: 'date',
  originalDate: 'date',
  addedAt: 'moment',
  changedAt: 'moment',

  playCount: 'number',
  skipCount: 'number',
  lastPlayed: 'moment',
  loved: 'flag',
  lovedAt: 'moment',
  /** Stars; what is not rated has 0. */
  rating: 'number',
  albumLoved: 'flag',
  albumRating: 'number',
  artistLoved: 'flag',
  artistRating: 'number',

  composer: 'text',
  lyricist: 'text',
  writer: 'text',
  arranger: 'text',
  conductor: 'text',
  performer: 'text',
  remixer: 'text',
  producer: 'text',
  engineer: 'text',
  mixer: 'text',
  djMixer: 'text',

  trackNo: 'number',
  discNo: 'number',
  discSubtitle: 'text',
  label: 'text',
  releaseType: 'text',
  compilation: 'flag',
  comment: 'text',
  /** Seconds. */
  duration: 'number',
  /** Beats a minute. */
  bpm: 'number',
  hasCover: 'flag',
  hasLyrics: 'flag',
  fileName: 'text',
  /** Ending of the file's name, such as `flac`. */
  fileType: 'text',
  /** Millions of bytes. */
  size: 'number',
  /** kbit/s, of the whole file. */
  bitRate: 'number',
} as const satisfies Record<string, SmartFieldType>;

export type SmartField = keyof typeof SMART_FIELDS;
export const SMART_FIELD_NAMES = Object.keys(SMART_FIELDS) as [SmartField, ...SmartField[]];

/** Of these a track may have several, and lists cannot be sorted by them. */
const UNSORTED = [
  'composer',
  'lyricist',
  'writer',
  'arranger',
  'conductor',
  'performer',
  'remixer',
  'producer',
  'engineer',
  'mixer',
  'djMixer',
  'releaseType',
] as const;
export type SmartSortKey = Exclude<SmartField, (typeof UNSORTED)[number]> | 'random';
/** By what a list can be sorted. `random`: by chance, another order each day. */
export const SMART_SORT_KEYS = [
  'random',
  ...SMART_FIELD_NAMES.filter((field) => !(UNSORTED as readonly string[]).includes(field)),
] as [SmartSortKey, ...SmartSortKey[]];

export const SMART_OPERATORS = {
  text: ['is', 'isNot', 'contains', 'notContains', 'startsWith', 'endsWith', 'isPresent', 'isMissing'],
  number: ['is', 'isNot', 'gt', 'lt', 'inTheRange', 'isPresent', 'isMissing'],
  moment: ['inTheLast', 'notInTheLast', 'before', 'after', 'inTheRange', 'isPresent', 'isMissing'],
  date: ['inTheLast', 'notInTheLast', 'before', 'after', 'inTheRange', 'isPresent', 'isMissing'],
  flag: ['is'],
} as const satisfies Record<SmartFieldType, readonly string[]>;

export type SmartOperator = (typeof SMART_OPERATORS)[SmartFieldType][number];
export const SMART_OPERATOR_NAMES = [...new Set(Object.values(SMART_OPERATORS).flat())] as [
  SmartOperator,
  ...SmartOperator[],
];

/** A text, a number, yes or no, a day as `2026-11-30`, a number of days, or two of these; null where the operator needs none. */
export type SmartValue = string | number | boolean | readonly [string, string] | readonly [number, number] | null;

export interface SmartCondition {
  readonly field: SmartField;
  readonly op: SmartOperator;
  readonly value: SmartValue;
}
/** All, or any, of these must hold. A group without rules says nothing. */
export interface SmartGroup {
  readonly match: 'all' | 'any';
  readonly rules: readonly (SmartCondition | SmartGroup)[];
}
export interface SmartSort {
  readonly by: SmartSortKey;
  readonly order: 'asc' | 'desc';
}
export interface SmartRules extends SmartGroup {
  /** The first counts most. None: by artist and album. */
  readonly sort: readonly SmartSort[];
  /** Tracks at most; null: all that fit. */
  readonly limit: number | null;
}

/** Groups within groups, the outermost counted. */
export const MAX_SMART_DEPTH = 3;
/** Conditions and groups of one playlist, so that it stays a query that the database plans at once. */
export const MAX_SMART_RULES = 100;
export const MAX_SMART_SORTS = 3;
export const MAX_SMART_TEXT_CHARS = 200;
export const MAX_SMART_LIMIT = 1_000_000;
/** A hundred years. */
export const MAX_SMART_DAYS = 36_525;

export const isSmartGroup = (rule: SmartCondition | SmartGroup): rule is SmartGroup => 'match' in rule;

/** Conditions and groups, itself counted. */
export function countSmartRules(rule: SmartCondition | SmartGroup): number {
  return isSmartGroup(rule) ? rule.rules.reduce((sum, one) => sum + countSmartRules(one), 1) : 1;
}

const isDay = (text: unknown): text is string =>
  typeof text === 'string' && /^\d{4}-\d{2}-\d{2}$/.test(text) && !Number.isNaN(Date.parse(text));

/** Why a condition says nothing, as the end of a sentence that begins with its field; null: it is right. */
export function faultOfCondition({ field, op, value }: SmartCondition): string | null {
  const type = SMART_FIELDS[field];
  const operators: readonly SmartOperator[] = SMART_OPERATORS[type];
  if (!operators.includes(op)) return `cannot be compared by "${op}"`;
  if (op === 'isPresent' || op === 'isMissing') return value === null ? null : 'needs no value to be there or not';
  if (type === 'flag') return typeof value === 'boolean' ? null : 'must be compared with true or false';
  if (type === 'text') return typeof value === 'string' && value !== '' ? null : 'must be compared with a text';
  if (op === 'inTheLast' || op === 'notInTheLast') {
    const isCount = typeof value === 'number' && Number.isInteger(value) && value >= 1 && value <= MAX_SMART_DAYS;
    return isCount ? null : `must be compared with a number of days from 1 to ${MAX_SMART_DAYS}`;
  }
  const isOne = type === 'number' ? (one: unknown) => typeof one === 'number' && Number.isFinite(one) : isDay;
  const what = type === 'number' ? 'number' : 'day such as 2026-11-30';
  if (op !== 'inTheRange') return isOne(value) ? null : `must be compared with a ${what}`;
  if (!Array.isArray(value)) return `must be compared with a first and a last ${what}`;
  const [first, last] = value;
  if (!isOne(first) || !isOne(last)) return `must be compared with a first and a last ${what}`;
  return first <= last ? null : `must be compared with a range that begins before it ends`;
}

/** Why rules cannot be used, as the end of a sentence that begins with "The rules"; null: they can. */
export function faultOfRules(rules: SmartGroup): string | null {
  if (countSmartRules(rules) > MAX_SMART_RULES + 1) return `may be at most ${MAX_SMART_RULES} conditions and groups`;
  return faultIn(rules);
}

function faultIn(group: SmartGroup): string | null {
  for (const rule of group.rules) {
    if (isSmartGroup(rule)) {
      const fault = faultIn(rule);
      if (fault !== null) return fault;
      continue;
    }
    const fault = faultOfCondition(rule);
    if (fault !== null) return `name "${rule.field}", which ${fault}`;
  }
  return null;
}
