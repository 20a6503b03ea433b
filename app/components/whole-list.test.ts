import { QueryClient } from '@tanstack/react-query';
import { afterEach, expect, it } from 'vitest';
import { MAX_LIST_PAGE, MAX_QUEUE_ITEMS } from '@/lib/contracts/choices';
import { allPages, type Joined, wholeList } from './whole-list';

interface List {
  rows: number[];
  total: number;
}
const joined: Joined<List> = {
  isWhole: ({ rows, total }) => rows.length >= total,
  isEmpty: ({ rows }) => rows.length === 0,
  join: (one, next) => ({ ...one, rows: [...one.rows, ...next.rows] }),
};

const client = new QueryClient({ defaultOptions: { queries: { staleTime: 30_000 } } });
afterEach(() => client.clear());

const numbers = (count: number) => Array.from({ length: count }, (_, n) => n);

it('620 tracks are read whole, and the first 500 are shown meanwhile', async () => {
  const all = numbers(620);
  let asked = 0;
  let isAsked = () => {};
  const secondPart = new Promise<void>((resolve) => {
    isAsked = resolve;
  });
  let goOn = () => {};
  const queryFn = wholeList<List>(async (offset) => {
    asked += 1;
    if (offset > 0) {
      isAsked();
      await new Promise<void>((resolve) => {
        goOn = resolve;
      });
    }
    return { rows: all.slice(offset, offset + MAX_LIST_PAGE), total: all.length };
  }, joined);
  const query = { queryKey: ['album'], queryFn };
  const whole = client.fetchQuery(query);
  await secondPart;
  expect(client.getQueryData<List>(['album'])?.rows).toHaveLength(MAX_LIST_PAGE);
  // Who plays all of it meanwhile waits for all of it.
  const played = client.fetchQuery(query);
  goOn();
  expect((await whole).rows).toEqual(all);
  expect((await played).rows).toEqual(all);
  expect(asked).toBe(2);
});

it('ends where a list has shrunk meanwhile', async () => {
  const queryFn = wholeList<List>(
    async (offset) => ({ rows: offset === 0 ? numbers(MAX_LIST_PAGE) : [], total: MAX_LIST_PAGE + 1 }),
    joined,
  );
  expect((await client.fetchQuery({ queryKey: ['album'], queryFn })).rows).toHaveLength(MAX_LIST_PAGE);
});

it('all pages of a list come, also where a page has less than was asked for, and no more than fill a queue', async () => {
  const of = (total: number) =>
    allPages(async ({ offset, limit }) => ({
      items: Array.from({ length: Math.min(limit, total - offset) }, (_, n) => offset + n).filter((n) => n % 100 !== 7),
      total,
    }));
  expect(await of(1234)).toHaveLength(1234 - 13);
  expect(await of(100_000)).toHaveLength(MAX_QUEUE_ITEMS + 1);
});
