import { DrizzleQueryError } from 'drizzle-orm/errors';
import { pino } from 'pino';
import { expect, it } from 'vitest';
import { logOptions } from './log';

/** As node-postgres and PGlite make it; PGlite adds the query and its parameters. */
const refused = (code: string, message: string) =>
  Object.assign(new Error(message), {
    code,
    severity: 'ERROR',
    detail: 'Failing row contains (Bob Secret, bob@example.org).',
    table: 'user',
    query: 'insert into "user" values ($1, $2)',
    params: ['Bob Secret', 'bob@example.org'],
  });

it.each([
  ['a duplicate', refused('23505', 'duplicate key value violates unique constraint "user_email_unique"')],
  ['a value', refused('22P02', 'invalid input syntax for type uuid: "bob@example.org"')],
])('the log has no value of a query that failed for %s', (_what, cause) => {
  const lines: string[] = [];
  const log = pino(logOptions, { write: (text: string) => lines.push(text) });
  const query = 'insert into "user" values ($1, $2)';
  const error = new DrizzleQueryError(query, ['Bob Secret', 'bob@example.org'], cause);
  log.child({ part: 'x' }).error({ error }, 'a request failed');
  log.error(error);
  log.warn({ error: new Error('wrapped', { cause: error }) }, 'again');
  const text = lines.join('');
  expect(text).not.toMatch(/secret|example\.org/i);
  expect(text).toContain('insert into');
  expect(text).toContain(cause.code);
  expect(text).toContain('log.test.ts');
});
