/** Smart playlists of Navidrome (`.nsp`): their rules as ours. What has no counterpart here is refused by its name, and never left out. */
import { EnxameError } from '@/lib/contracts/errors';
import { smartRules } from '@/lib/contracts/smart';
import {
  faultOfCondition,
  MAX_SMART_DEPTH,
  SMART_FIELDS,
  SMART_SORT_KEYS,
  type SmartCondition,
  type SmartField,
  type SmartGroup,
  type SmartOperator,
  type SmartRules,
  type SmartSort,
  type SmartSortKey,
  type SmartValue,
} from '@/lib/contracts/smart-fields';
import { oneLine } from './contents';

interface SmartPlaylistFile {
  name: string;
  description: string;
  rules: SmartRules;
}

/** Their names of fields, in lower case. */
const FIELDS: Readonly<Record<string, SmartField>> = {
  title: 'title',
  artist: 'artist',
  albumartist: 'albumArtist',
  album: 'album',
  genre: 'genre',
  year: 'year',
  originalyear: 'originalYear',
  releasedate: 'releaseDate',
  date: 'releaseDate',
  recordingdate: 'releaseDate',
  originaldate: 'originalDate',
  dateadded: 'addedAt',
  datemodified: 'changedAt',
  playcount: 'playCount',
  lastplayed: 'lastPlayed',
  loved: 'loved',
  dateloved: 'lovedAt',
  rating: 'rating',
  albumloved: 'albumLoved',
  albumrating: 'albumRating',
  artistloved: 'artistLoved',
  artistrating: 'artistRating',
  composer: 'composer',
  lyricist: 'lyricist',
  arranger: 'arranger',
  conductor: 'conductor',
  performer: 'performer',
  remixer: 'remixer',
  producer: 'producer',
  engineer: 'engineer',
  mixer: 'mixer',
  djmixer: 'djMixer',
  tracknumber: 'trackNo',
  track: 'trackNo',
  discnumber: 'discNo',
  disc: 'discNo',
  discsubtitle: 'discSubtitle',
  recordlabel: 'label',
  releasetype: 'releaseType',
  albumtype: 'releaseType',
  compilation: 'compilation',
  comment: 'comment',
  duration: 'duration',
  bpm: 'bpm',
  hascoverart: 'hasCover',
  filetype: 'fileType',
  size: 'size',
  bitrate: 'bitRate',
};
const BYTES_IN_MB = 1_000_000;

/** Their names of operators, in lower case. */
const OPERATORS: Readonly<Record<string, SmartOperator>> = {
  is: 'is',
  eq: 'is',
  isnot: 'isNot',
  neq: 'isNot',
  gt: 'gt',
  lt: 'lt',
  contains: 'contains',
  notcontains: 'notContains',
  startswith: 'startsWith',
  endswith: 'endsWith',
  intherange: 'inTheRange',
  before: 'before',
  after: 'after',
  inthelast: 'inTheLast',
  notinthelast: 'notInTheLast',
  ismissing: 'isMissing',
  ispresent: 'isPresent',
};
/** What a file may say beside its rules. Whether it is public is for its new owner to say. */
const KNOWN = ['name', 'comment', 'all', 'any', 'sort', 'order', 'limit', 'public'];

type Json = Record<string, unknown>;
const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const refused = (sentence: string, cause?: unknown) => new EnxameError('invalid_request', sentence, { cause });

/** @throws {EnxameError} `invalid_request` for text that is no such file, and for rules that there are not here: the sentence names them */
export function readNsp(text: string): SmartPlaylistFile {
  const given = parse(text);
  const unknown = Object.keys(given).filter((key) => !KNOWN.includes(key.toLowerCase()));
  if (unknown.length > 0) throw refused(`This smart playlist says what Enxame does not know: ${named(unknown)}.`);
  const file: Json = Object.fromEntries(Object.entries(given).map(([key, value]) => [key.toLowerCase(), value]));
  const { name, comment, all, any, limit = null } = file;
  if ((all === undefined) === (any === undefined)) {
    throw refused('A smart playlist has its rules in "all" or in "any", and in one of them.');
  }
  const faults: string[] = [];
  const group = groupOf(file, 1, faults);
  const sort = sortOf(file, faults);
  if (faults.length > 0) throw refused(`This smart playlist has rules that Enxame does not know: ${named(faults)}.`);
  const parsed = smartRules.safeParse({ ...group, sort, limit: limit === 0 ? null : limit });
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw refused(
      `This smart playlist cannot be used: ${String(issue?.path.join('.') ?? '')} ${issue?.message ?? ''}.`,
    );
  }
  return {
    name: typeof name === 'string' ? oneLine(name) : '',
    description: typeof comment === 'string' ? oneLine(comment) : '',
    rules: parsed.data as SmartRules,
  };
}

/** No one writes so long a one by hand (characters). */
const MAX_NSP_CHARS = 256 * 1024;

function parse(text: string): Json {
  if (text.length > MAX_NSP_CHARS) throw new EnxameError('too_large', 'A smart playlist may have at most 256 KiB.');
  let found: unknown;
  try {
    found = JSON.parse(text.replace(/^\ufeff/, ''));
  } catch (cause) {
    throw refused('This file is no smart playlist of Navidrome: it is not valid JSON.', cause);
  }
  if (!isObject(found)) throw refused('This file is no smart playlist of Navidrome.');
  return found;
}

/** What was not understood, each once, no more than a sentence holds. */
const MAX_NAMED = 10;
function named(faults: readonly string[]): string {
  const distinct = [...new Set(faults.map((fault) => oneLine(fault, 100)))];
  const shown = distinct.slice(0, MAX_NAMED).join(', ');
  return distinct.length > MAX_NAMED ? `${shown}, and ${distinct.length - MAX_NAMED} more` : shown;
}

function groupOf(given: Json, depth: number, faults: string[]): SmartGroup {
  const match = given.all === undefined ? 'any' : 'all';
  const rules = given[match];
  if (depth > MAX_SMART_DEPTH) {
    faults.push(`groups within groups deeper than ${MAX_SMART_DEPTH}`);
    return { match, rules: [] };
  }
  if (!Array.isArray(rules)) {
    faults.push(`"${match}" that is no list`);
    return { match, rules: [] };
  }
  const known = rules.flatMap((rule): (SmartCondition | SmartGroup)[] => {
    if (!isObject(rule)) {
      faults.push('a rule that is no object');
      return [];
    }
    if (rule.all !== undefined || rule.any !== undefined) {
      const keys = Object.keys(rule);
      if (keys.length === 1) return [groupOf(rule, depth + 1, faults)];
      faults.push(`"${keys.join('" with "')}"`);
      return [];
    }
    const condition = conditionOf(rule, faults);
    return condition === null ? [] : [condition];
  });
  return { match, rules: known };
}

/** What a table of names, in lower case, has for one; nothing of what every object has. */
function namedIn<T>(table: Readonly<Record<string, T>>, name: string): T | undefined {
  const key = name.toLowerCase();
  return Object.hasOwn(table, key) ? table[key] : undefined;
}

/** `{"contains": {"title": "love"}}` */
function conditionOf(rule: Json, faults: string[]): SmartCondition | null {
  const [[operator, about] = ['', null], ...more] = Object.entries(rule);
  const op = namedIn(OPERATORS, operator);
  if (op === undefined || more.length > 0) {
    faults.push(`"${[operator, ...more.map(([other]) => other)].join('" with "')}"`);
    return null;
  }
  const [[fieldName, value] = ['', null], ...fields] = isObject(about) ? Object.entries(about) : [];
  const field = namedIn(FIELDS, fieldName);
  if (field === undefined || fields.length > 0) {
    faults.push(`"${[fieldName, ...fields.map(([other]) => other)].join('" with "')}"`);
    return null;
  }
  const condition = translated(field, op, value);
  const fault = faultOfCondition(condition);
  if (fault === null) return condition;
  faults.push(`"${operator}" of "${fieldName}" (${fault})`);
  return null;
}

function translated(field: SmartField, op: SmartOperator, value: unknown): SmartCondition {
  if (op === 'isMissing' || op === 'isPresent') {
    const isSo = value === true || value === 'true' || value === 1;
    return { field, op: isSo === (op === 'isMissing') ? 'isMissing' : 'isPresent', value: null };
  }
  const type = SMART_FIELDS[field];
  // They compare flags, too, by "is not".
  if (type === 'flag' && op === 'isNot') return { field, op: 'is', value: !isTrue(value) };
  if (type === 'flag') return { field, op, value: isTrue(value) };
  if (type === 'text') return { field, op, value: typeof value === 'number' ? String(value) : (value as SmartValue) };
  const scaled = (one: unknown) => {
    const number = typeof one === 'string' && /^-?\d+(\.\d+)?$/.test(one) ? Number(one) : one;
    return field === 'size' && typeof number === 'number' ? number / BYTES_IN_MB : number;
  };
  return { field, op, value: (Array.isArray(value) ? value.map(scaled) : scaled(value)) as SmartValue };
}

const isTrue = (value: unknown) => value === true || value === 'true' || value === 1;

/** `"-rating,title"`: by rating, the highest first, then by title. `order` turns all of it round. */
function sortOf({ sort, order }: Json, faults: string[]): SmartSort[] {
  if (sort === undefined || sort === '') return [];
  if (typeof sort !== 'string') {
    faults.push('"sort" that is no text');
    return [];
  }
  if (order !== undefined && order !== 'asc' && order !== 'desc') faults.push(`the order "${String(order)}"`);
  return sort.split(',').flatMap((part): SmartSort[] => {
    const [, sign = '', name = ''] = /^\s*([+-]?)\s*(.*?)\s*$/.exec(part) ?? [];
    const key = name.toLowerCase() === 'random' ? 'random' : namedIn(FIELDS, name);
    if (key === undefined || !(SMART_SORT_KEYS as readonly string[]).includes(key)) {
      faults.push(`the order by "${name}"`);
      return [];
    }
    const isTurned = (sign === '-') !== (order === 'desc');
    return [{ by: key as SmartSortKey, order: isTurned ? 'desc' : 'asc' }];
  });
}
