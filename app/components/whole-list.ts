import type { QueryClient, QueryKey } from '@tanstack/react-query';
import { MAX_LIST_PAGE, MAX_QUEUE_ITEMS } from '@/lib/contracts/choices';

/** How the parts of a list that comes in several answers are put together. */
export interface Joined<T> {
  isWhole(list: T): boolean;
  isEmpty(part: T): boolean;
  join(list: T, next: T): T;
}

/**
 * Asks for a list part by part, until it is whole. The page shows the first part as soon as it is there; whoever fetches the query (to play
 * all of it) gets all of it.
 */
export function wholeList<T>(
  part: (offset: number, signal: AbortSignal) => Promise<T>,
  { isWhole, isEmpty, join }: Joined<T>,
) {
  return async ({ client, queryKey, signal }: { client: QueryClient; queryKey: QueryKey; signal: AbortSignal }) => {
    let list: T = await part(0, signal);
    // Long ago: to whoever fetches it, it is not there yet.
    if (!isWhole(list) && client.getQueryData(queryKey) === undefined) {
      client.setQueryData(queryKey, list, { updatedAt: 1 });
    }
    for (let offset = MAX_LIST_PAGE; !isWhole(list); offset += MAX_LIST_PAGE) {
      const next = await part(offset, signal);
      // It has shrunk meanwhile.
      if (isEmpty(next)) break;
      list = join(list, next);
    }
    return list;
  };
}

/** As many as every list of the gateway gives at a time. */
const PAGE = 200;

/** All of a list for a queue: page by page, up to one more than a queue holds, which then says so. */
export async function allPages<T>(
  fetch: (page: { offset: number; limit: number }) => Promise<{ items: readonly T[]; total: number }>,
): Promise<T[]> {
  const all: T[] = [];
  for (let offset = 0, total = 1; offset < total && all.length <= MAX_QUEUE_ITEMS; offset += PAGE) {
    const part = await fetch({ offset, limit: PAGE });
    all.push(...part.items);
    total = part.total;
  }
  return all.slice(0, MAX_QUEUE_ITEMS + 1);
}
