import { readdirSync } from 'node:fs';
import { dirname, join, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { operations } from '@/lib/contracts/api/openapi';
import type { Route } from './route';

const API = join(dirname(fileURLToPath(import.meta.url)), '..');
const files = readdirSync(API, { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith(`${sep}route.ts`) && !/^(_lib|\[\.\.\.unknown\])/.test(file))
  .sort();
const entries = new Map(operations.map(({ endpoint }) => [`${endpoint.method} ${endpoint.path}`, endpoint]));

/** The address of a route's folder, as the contract writes it. */
const addressOf = (file: string) =>
  `/api/${dirname(file)
    .split(sep)
    .join('/')
    .replace(/\[(\w+)\]/g, '{$1}')}`;
const methodsOf = async (file: string) =>
  Object.entries((await import(join(API, file))) as Record<string, Route>).map(
    ([method, route]) => [`${method} ${addressOf(file)}`, route.endpoint] as const,
  );

it.each(files)('each method of %s has its entry in the contract', async (file) => {
  for (const [address, endpoint] of await methodsOf(file)) {
    expect(endpoint, address).toBeDefined();
    expect(endpoint, address).toBe(entries.get(address));
  }
});

it('each entry of the contract has its route', async () => {
  const answered = (await Promise.all(files.map(methodsOf))).flat().map(([address]) => address);
  const byOrigin = operations.flatMap(({ endpoint }) =>
    endpoint.servedBy === 'origin' ? [`${endpoint.method} ${endpoint.path}`] : [],
  );
  expect([...answered, ...byOrigin].sort()).toEqual([...entries.keys()].sort());
  expect(entries.size).toBe(operations.length);
});
