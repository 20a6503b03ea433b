import type * as z from 'zod/mini';

/** Fields whose name in the contract is not what people call them. */
const NAMES: Readonly<Record<string, string>> = {
  q: 'search text',
  ids: 'IDs',
  trackIds: 'track IDs',
  entryIds: 'entry IDs',
  text: 'file',
  at: 'time',
};

/** What a field is called in a sentence: `trackIds.0` is one of the track IDs, `displayName` the display name. */
export function nameOfField(path: readonly PropertyKey[]): string {
  const field = path.findLast((part) => typeof part === 'string') as string | undefined;
  if (field === undefined) return 'request body';
  const words = field.replace(
    /([a-z])([A-Z])/g,
    (_, before: string, after: string) => `${before} ${after.toLowerCase()}`,
  );
  return NAMES[field] ?? words.replace(/(^| )id$/i, '$1ID');
}

/** Why a field was refused, as the end of a sentence that begins with its name: `may have at most 200 characters`. */
export function faultOfField(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case 'too_big':
      return limited(issue.origin, 'most', issue.maximum);
    case 'too_small':
      return limited(issue.origin, 'least', issue.minimum);
    case 'invalid_value':
      return issue.values.length === 1
        ? `must be ${String(issue.values[0])}`
        : `must be one of ${issue.values.map(String).join(', ')}`;
    case 'invalid_type':
      return `is missing, or is no ${NOUNS[issue.expected] ?? 'valid value'}`;
    case 'invalid_format':
      return issue.format === 'regex' ? given(issue.message) : `must be a valid ${FORMATS[issue.format] ?? 'value'}`;
    default:
      return given(issue.message);
  }
}

/** A whole sentence. */
export function sentenceOfIssue(issue: z.core.$ZodIssue): string {
  return `The ${nameOfField(issue.path)} ${faultOfField(issue)}.`;
}

const NOUNS: Readonly<Record<string, string>> = {
  string: 'text',
  number: 'number',
  int: 'whole number',
  boolean: 'true or false',
  array: 'list',
  object: 'object',
};
const FORMATS: Readonly<Record<string, string>> = { email: 'email address', uuid: 'UUID', url: 'address' };

function limited(origin: string, side: 'most' | 'least', limit: number | bigint): string {
  const unit = origin === 'string' ? 'character' : origin === 'array' ? 'item' : null;
  if (unit === null) return `must be at ${side} ${limit}`;
  const verb = side === 'most' ? 'may' : 'must';
  return `${verb} have at ${side} ${limit} ${unit}${Number(limit) === 1 ? '' : 's'}`;
}

/** A rule's own words; zod's stand for those that have none. */
function given(message: string): string {
  return message === 'Invalid input' || message === '' ? 'is not valid' : message;
}
