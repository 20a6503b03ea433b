/** What a request to the OpenSubsonic API says, in its address or in a form. */
import * as z from 'zod/mini';
import { readText } from '../_lib/input';
import { ERROR, RestError } from './envelope';

/** A form names the songs of a whole queue: 5,000 of them take 200 KB. */
const MAX_FORM_BYTES = 512 * 1024;

/**
 * The parameters of the address, and of a form behind them (`formPost`). `id[]` is `id`.
 * @throws {EnxameError} `too_large`
 */
export async function readParameters(request: Request): Promise<URLSearchParams> {
  const given = [...new URL(request.url).searchParams];
  const type = request.headers.get('content-type') ?? '';
  if (request.method === 'POST' && type.startsWith('application/x-www-form-urlencoded')) {
    given.push(...new URLSearchParams(await readText(request, MAX_FORM_BYTES)));
  }
  return new URLSearchParams(given.map(([name, value]) => [name.replace(/\[\d*\]$/, ''), value]));
}

/** Parameters as the values of a schema. One that is there more than once is a list, or else its first value counts. @throws {RestError} */
export function parseParameters<S extends z.ZodMiniObject>(schema: S, given: URLSearchParams): z.output<S> {
  const values = Object.entries(schema.shape as Record<string, z.core.$ZodType>).flatMap(([name, field]) => {
    const texts = given.getAll(name);
    const value = readValue(texts, field);
    return value === undefined ? [] : [[name, value]];
  });
  const parsed = z.safeParse(schema, Object.fromEntries(values));
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const name = String(issue?.path[0] ?? '');
  if (!given.has(name)) throw new RestError(ERROR.missingParameter, `The parameter "${name}" is missing.`);
  throw new RestError(ERROR.generic, `The parameter "${name}" is not valid.`);
}

function readValue(texts: string[], field: z.core.$ZodType): unknown {
  const def = field._zod.def as {
    type: string;
    innerType?: z.core.$ZodType;
    element?: z.core.$ZodType;
    in?: z.core.$ZodType;
  };
  const { type, element } = def;
  if (type === 'array') {
    return element === undefined ? texts : texts.flatMap((text) => readValue([text], element) ?? []);
  }
  // A default, what may be absent, or what is made of it afterwards.
  const inner = def.innerType ?? def.in;
  if (inner !== undefined) return readValue(texts, inner);
  const [text] = texts;
  if (text === undefined || type === 'string') return text;
  // Of what is not a text, an empty value says nothing.
  if (text === '') return undefined;
  if (type === 'number') return Number(text);
  if (type === 'boolean') return /^(true|1|yes)$/i.test(text);
  return text;
}
