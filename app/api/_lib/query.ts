import * as z from 'zod/mini';
import { page } from '@/lib/contracts/catalog';
import { EnxameError } from '@/lib/contracts/errors';
import { id } from '@/lib/contracts/ids';
import { InvalidBody } from './problem';

/** `offset` and `limit` of the address. @throws {EnxameError} `invalid_request` */
export function readPage(url: URL): { offset: number; limit: number } {
  const given = ['offset', 'limit'].flatMap((name) => {
    const text = url.searchParams.get(name);
    return text === null || text === '' ? [] : [[name, Number(text)]];
  });
  const parsed = z.safeParse(page, Object.fromEntries(given));
  if (!parsed.success) throw new InvalidBody(parsed.error.issues);
  return parsed.data;
}

/** The identifier in the path. What cannot be one names nothing. @throws {EnxameError} `not_found` */
export function readId(params: Record<string, string>, form: z.ZodMiniType<string> = id): string {
  const parsed = z.safeParse(form, params.id);
  if (!parsed.success) throw new EnxameError('not_found', 'Nothing was found under this id.');
  return parsed.data;
}
