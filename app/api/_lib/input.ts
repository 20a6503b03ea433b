import * as z from 'zod/mini';
import { MAX_BODY_BYTES } from '@/lib/contracts/api/endpoint';
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

/** So much of what is too large is read and thrown away: what stays unread blocks the client's connection for its next request. */
const DRAINED_BYTES = 4 * 1024 * 1024;

/**
 * The request's JSON. Takes no more than `maxBytes`, whatever `content-length` says.
 * @throws {EnxameError} `format_unsupported`, `too_large`, `invalid_request`
 */
export async function readJson(request: Request, maxBytes = MAX_BODY_BYTES): Promise<unknown> {
  const type = request.headers.get('content-type') ?? '';
  if (!/^application\/json\s*(;|$)/i.test(type)) {
    throw new EnxameError(
      'format_unsupported',
      'The request body must be JSON, with the content type application/json.',
    );
  }
  const text = await readText(request, maxBytes);
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new EnxameError('invalid_request', 'The request body is not valid JSON.', { cause });
  }
}

/** As {@link readJson}, any text. @throws {EnxameError} `too_large` */
export async function readText(request: Request, maxBytes: number): Promise<string> {
  const tooLarge = () => new EnxameError('too_large', `The request body may have at most ${maxBytes} bytes.`);
  if (Number(request.headers.get('content-length') ?? 0) > maxBytes + DRAINED_BYTES) throw tooLarge();
  const parts: Uint8Array[] = [];
  let length = 0;
  const reader = request.body?.getReader();
  while (reader !== undefined) {
    const { done, value } = await reader.read();
    if (done) break;
    length += value.length;
    if (length <= maxBytes) parts.push(value);
    if (length > maxBytes + DRAINED_BYTES) {
      await reader.cancel().catch(() => {});
      break;
    }
  }
  if (length > maxBytes) throw tooLarge();
  return Buffer.concat(parts).toString('utf8');
}
