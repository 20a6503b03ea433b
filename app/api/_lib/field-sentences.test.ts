import { describe, expect, it } from 'vitest';
import * as z from 'zod/mini';
import { api } from '@/lib/contracts/api';
import type { Endpoint } from '@/lib/contracts/api/endpoint';
import { line } from '@/lib/contracts/fields';
import { id } from '@/lib/contracts/ids';
import { readQuery } from './input';
import { InvalidBody } from './problem';

function messageOf(schema: z.ZodMiniType, value: unknown): string {
  const parsed = z.safeParse(schema, value);
  return parsed.success ? 'accepted' : new InvalidBody(parsed.error.issues).message;
}

describe('what is refused', () => {
  it.each([
    [z.object({ name: line(5, 1) }), { name: 'longer' }, 'The name may have at most 5 characters.'],
    [z.object({ name: line(5, 1) }), { name: ' ' }, 'The name must have at least 1 character.'],
    [z.object({ name: line(5) }), { name: '\u0007' }, 'The name must not hold control characters.'],
    [z.object({ name: line(5) }), {}, 'The name is missing, or is no text.'],
    [z.object({ trackIds: z.array(id) }), { trackIds: ['x'] }, /^The track IDs .+\.$/],
    [z.object({ displayName: line(5) }), { displayName: 7 }, 'The display name is missing, or is no text.'],
    [z.object({ email: z.email() }), { email: 'x' }, 'The email must be a valid email address.'],
    [z.object({ as: z.enum(['a', 'b']) }), { as: 'c' }, 'The as must be one of a, b.'],
    [z.object({ limit: z.int().check(z.lte(200)) }), { limit: 201 }, 'The limit must be at most 200.'],
    [z.object({ a: line(5) }), 'text', 'The request body is missing, or is no object.'],
    [
      z.object({ name: line(5), email: z.email() }),
      { name: 'longer', email: 'x' },
      'The name may have at most 5 characters. The email must be a valid email address.',
    ],
  ])('is said in plain words (%#)', (schema, value, sentence) => {
    expect(messageOf(schema, value)).toEqual(typeof sentence === 'string' ? sentence : expect.stringMatching(sentence));
  });

  it('a search of more than 200 characters says so', () => {
    const search = () => readQuery(api.catalogue.search.query, new URLSearchParams({ q: 'x'.repeat(201) }));
    expect(search).toThrow('The search text may have at most 200 characters.');
  });

  const bodies = Object.values(api)
    .flatMap((group): Endpoint[] => Object.values(group))
    .flatMap((entry) =>
      entry.body === undefined ? [] : [{ path: `${entry.method} ${entry.path}`, body: entry.body }],
    );
  it.each(bodies)('$path never shows a name of the program', ({ body }) => {
    for (const value of [null, {}, { q: 1, trackIds: 1, playlistId: '-', entryIds: [1], revision: 'x', folder: '' }]) {
      expect(messageOf(body, value)).not.toMatch(/[a-z][A-Z]|_|Invalid input|undefined|\bq\b/);
    }
  });
});
