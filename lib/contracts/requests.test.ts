import { expect, it } from 'vitest';
import * as z from 'zod/mini';
import { operations } from './api/openapi';
import { messageData } from './messages';
import { rpc } from './rpc';

/** Never in a database or a header: a password is hashed, a playlist's file is cleaned line by line. */
const NOT_TEXT = /password$|^playlistsImport\.text$/i;

type Def = { type: string } & Record<string, unknown>;

/** Every string that a schema takes, with where it stands. */
function strings(schema: unknown, at: string): { at: string; schema: z.ZodMiniType }[] {
  const def = (schema as { _zod: { def: Def } })._zod.def;
  if (def.type === 'string') return [{ at, schema: schema as z.ZodMiniType }];
  const within = Object.entries((def.shape as object | undefined) ?? {}).map(([key, inner]) => [`${at}.${key}`, inner]);
  const others = [def.innerType, def.element, def.in, def.valueType, ...((def.options as unknown[]) ?? [])];
  return [...within, ...others.map((inner) => [at, inner])].flatMap(([name, inner]) =>
    typeof inner === 'object' && inner !== null ? strings(inner, String(name)) : [],
  );
}

const requests = operations.flatMap(({ id, endpoint: { params, query, body } }) =>
  [params, query, body].flatMap((schema) => (schema === undefined ? [] : [[id, schema] as const])),
);
const questions = Object.entries(rpc).map(([name, { params }]) => [name, params] as const);
const fields = [...requests, ...questions, ...Object.entries(messageData)].flatMap(([name, schema]) =>
  strings(schema, name),
);

it('finds the fields', () => expect(fields.length).toBeGreaterThan(100));

it.each(['\0', '\ud800', '\udfff'])('no text of a request may hold %j', (bad) => {
  const taken = fields.filter(({ at, schema }) => {
    // Long enough for any, and right but for the one character where it is free text.
    return !NOT_TEXT.test(at) && z.safeParse(schema, `a long${bad} text`).success;
  });
  // Facts are made by services, and never by who asks.
  expect(taken.map(({ at }) => at).filter((at) => !at.startsWith('changed.'))).toEqual([]);
});
