import * as z from 'zod/mini';
import { EnxameError } from '@/lib/contracts/errors';
import { InvalidBody } from './problem';

/** The parameters of the path. A value that does not fit names nothing. @throws {EnxameError} `not_found` */
export function readParams(schema: z.ZodMiniObject | undefined, given: Record<string, string>): unknown {
  if (schema === undefined) return {};
  const parsed = z.safeParse(schema, given);
  if (!parsed.success) throw new EnxameError('not_found', 'Nothing was found under this id.');
  return parsed.data;
}

/** The query as values. An empty text counts as absent; commas separate the items of a list. @throws {EnxameError} `invalid_request` */
export function readQuery(schema: z.ZodMiniObject | undefined, search: URLSearchParams): unknown {
  if (schema === undefined) return {};
  const given = Object.entries(schema.shape as Record<string, z.core.$ZodType>).flatMap(([name, field]) => {
    const text = search.get(name) ?? '';
    return text === '' ? [] : [[name, fieldValue(text, field)]];
  });
  const parsed = z.safeParse(schema, Object.fromEntries(given));
  if (!parsed.success) throw new InvalidBody(parsed.error.issues);
  return parsed.data;
}

function fieldValue(text: string, field: z.core.$ZodType): unknown {
  const { type, innerType } = field._zod.def as { type: string; innerType?: z.core.$ZodType };
  // A default, or what may be absent.
  if (innerType !== undefined) return fieldValue(text, innerType);
  if (type === 'number') return Number(text);
  if (type === 'array') return text.split(',').filter((item) => item !== '');
  return text;
}
