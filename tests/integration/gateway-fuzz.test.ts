/** Every address of the gateway that takes a body, with bodies that no page of ours would send. */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { problem } from '@/lib/contracts/errors';
import { newId } from '@/lib/contracts/ids';
import { ADMIN, cookiesOf, type Product, startProduct } from '@/testing/product';
import { HANGS_MS } from '@/testing/wait';

const API = join('app', 'api');
const SEED = Number(process.env.TEST_SEED ?? Math.floor(Math.random() * 2 ** 31));
const BODIES_PER_ADDRESS = 20;
/** One account may change things 200 times at once; the bodies of this many addresses are below. */
const ADDRESSES_PER_ACCOUNT = 8;

interface Address {
  method: string;
  path: string;
}

/** From the folders themselves, so that a new route is among them. */
async function addresses(): Promise<Address[]> {
  const files = (await readdir(API, { recursive: true })).filter((file) => file.endsWith('route.ts')).sort();
  const found = await Promise.all(
    files.map(async (file) => {
      const source = await readFile(join(API, file), 'utf8');
      const methods = [...source.matchAll(/export const (POST|PUT|PATCH|DELETE)\b/g)].map((match) => match[1] ?? '');
      const path = `/api/${file.replace(/\/?route\.ts$/, '').replace('[...unknown]', 'nothing/here')}`;
      return methods.map((method) => ({ method, path }));
    }),
  );
  // Last: its account is nobody's from then on.
  return found.flat().sort((a, b) => Number(a.path.endsWith('sign-out')) - Number(b.path.endsWith('sign-out')));
}

const nested = (depth: number) => `${'{"a":['.repeat(depth)}${']}'.repeat(depth)}`;
const KEYS = ['name', 'trackIds', 'trackId', 'peerId', 'playlistId', 'email', 'password', 'folder', 'entryIds', 'text'];

/** JSON, and what only claims to be. */
const anyBody = fc.oneof(
  fc.json(),
  fc
    .dictionary(fc.constantFrom(...KEYS, '__proto__', 'constructor'), fc.jsonValue())
    .map((value) => JSON.stringify(value)),
  // Right at first sight.
  fc
    .record(
      {
        name: fc.string({ unit: 'binary' }),
        trackIds: fc.array(fc.oneof(fc.constant(null).map(newId), fc.string())),
        trackId: fc.constant(null).map(newId),
        peerId: fc.constant(null).map(newId),
        headAtS: fc.double(),
        revision: fc.integer(),
        description: fc.string({ maxLength: 3_000 }),
        text: fc.string({ unit: 'binary', maxLength: 3_000 }),
        format: fc.constantFrom('m3u8', 'xspf', 'pls'),
      },
      { requiredKeys: [] },
    )
    .map((value) => JSON.stringify(value)),
  fc.jsonValue().map((value) => JSON.stringify(value).slice(0, -1)),
  fc.string({ unit: 'binary', maxLength: 200 }),
  fc.constantFrom(
    '',
    'null',
    '[]',
    nested(5_000),
    '{"__proto__":{"role":"admin"}}',
    `{"name":"${'\\ud800'.repeat(50)}","trackIds":["\\u0000"]}`,
    `{"name":"${'x'.repeat(2_000_000)}"}`,
    `[${'1,'.repeat(100_000)}1]`,
  ),
);
const anyType = fc.oneof(
  { weight: 7, arbitrary: fc.constant('application/json') },
  {
    weight: 1,
    arbitrary: fc.constantFrom('application/json; charset=utf-16', 'text/plain', 'multipart/form-data', ''),
  },
);

let product: Product;
const cookies: string[] = [];

/** An administrator, so that no body is refused before it is read. */
async function signIn(who: { email: string; password: string }): Promise<string> {
  const response = await fetch(`${product.url}/api/auth/sign-in/email`, {
    method: 'POST',
    headers: { origin: product.url, 'content-type': 'application/json' },
    body: JSON.stringify(who),
  });
  return cookiesOf(response);
}

const all = await addresses();

beforeAll(async () => {
  product = await startProduct();
  for (let i = 0; i < Math.ceil(all.length / ADDRESSES_PER_ACCOUNT); i++) {
    const who = { name: `Admin ${i}`, email: `admin${i}@example.org`, password: 'a long pass phrase' };
    await product.api('POST', '/api/people', { ...who, role: 'admin' });
    cookies.push(await signIn(who));
  }
});
afterAll(() => product?.stop());

describe(`nonsense (TEST_SEED=${SEED})`, () => {
  it('finds the addresses', () => expect(all.length).toBeGreaterThan(20));

  it.each(all.map((address, i) => ({ ...address, i })))('$method $path', async ({ method, path, i }) => {
    const id = fc.oneof(fc.constant(null).map(newId), fc.constantFrom('%00', '..%2f..', 'x'.repeat(3_000), "';--"));
    await fc.assert(
      fc.asyncProperty(anyBody, anyType, id, async (body, type, someId) => {
        const cookie = cookies[Math.floor(i / ADDRESSES_PER_ACCOUNT)] ?? '';
        const response = await fetch(product.url + path.replace('[id]', someId), {
          method,
          headers: { origin: product.url, cookie, ...(type === '' ? {} : { 'content-type': type }) },
          body: Buffer.from(body),
          signal: AbortSignal.timeout(HANGS_MS),
        });
        const text = await response.text();
        expect(response.status, text).toBeLessThan(500);
        // Refused for what it is, and not for how often it came.
        expect(response.status).not.toBe(429);
        expect(text).not.toMatch(/node_modules|\bat \S+ \(|\.ts:\d/);
        if (response.status >= 400) problem.parse(JSON.parse(text));
      }),
      { numRuns: BODIES_PER_ADDRESS, seed: SEED, endOnFailure: true },
    );
  });

  it('leaves the server well, and its first administrator one', async () => {
    expect(await (await fetch(`${product.url}/api/health`)).json()).toMatchObject({ status: 'ok' });
    expect(await product.api('GET', '/api/me')).toMatchObject({ account: { email: ADMIN.email, role: 'admin' } });
  });
});
