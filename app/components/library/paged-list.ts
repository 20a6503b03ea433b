'use client';
/** Long lists of the server of which the page has only the parts in sight. */
import { type QueryKey, type UseQueryResult, useQueries, useQueryClient } from '@tanstack/react-query';
import { useCallback, useMemo, useRef, useState } from 'react';

/** A part of a list, and how long all of it is. */
export interface Part<T> {
  items: readonly T[];
  total: number;
}

export interface PagedSource<T> {
  /** Names the list, with everything that it is sorted and narrowed by. */
  key: QueryKey;
  pageSize: number;
  fetch: (page: { offset: number; limit: number }, signal: AbortSignal) => Promise<Part<T>>;
}

export interface PagedList<T> {
  /** Undefined: not known yet. */
  total: number | undefined;
  /** What is there of the list, each at its place; the others are holes. */
  rows: readonly (T | undefined)[];
  /** The list that was asked for is on its way, and this is the one before. */
  isOld: boolean;
  error: unknown;
  isPending: boolean;
  refetch: () => void;
  /** Says which rows are in sight. */
  want: (first: number, last: number) => void;
  /** These rows, from the server where they are not there yet. @throws what the server answers */
  load: (places: readonly number[]) => Promise<T[]>;
}

/** A part that was in sight for less is not asked for: the list is being scrolled fast (ms). */
const SETTLE_MS = 60;

/** Which parts of a list hold these rows. */
export function pagesOf(first: number, last: number, pageSize: number): number[] {
  const from = Math.max(0, Math.floor(first / pageSize));
  const to = Math.max(from, Math.floor(last / pageSize));
  return Array.from({ length: to - from + 1 }, (_, n) => from + n);
}

export function usePagedList<T>({ key, pageSize, fetch }: PagedSource<T>): PagedList<T> {
  const client = useQueryClient();
  const name = JSON.stringify(key);
  const [wanted, setWanted] = useState<{ name: string; pages: readonly number[] }>({ name, pages: [] });
  // The first has the length of the list, and is where another order begins.
  const pages = useMemo(
    () => [...new Set([0, ...(wanted.name === name ? wanted.pages : [])])].sort((a, b) => a - b),
    [wanted, name],
  );
  const pageQuery = (page: number) => ({
    queryKey: [...key, page],
    queryFn: async ({ signal }: { signal: AbortSignal }) => {
      if (page > 0) await settled(signal);
      return await fetch({ offset: page * pageSize, limit: pageSize }, signal);
    },
  });
  const combine = useCallback(
    (results: UseQueryResult<Part<T>>[]) => {
      const [first] = results;
      return {
        name,
        parts: new Map(results.flatMap(({ data }, n) => (data === undefined ? [] : [[pages[n] ?? 0, data] as const]))),
        error: results.find(({ error }) => error !== null)?.error ?? null,
        isPending: first?.isPending ?? true,
        refetch: () => {
          for (const { isError, refetch } of results) if (isError) void refetch();
        },
      };
    },
    [name, pages],
  );
  const now = useQueries({ queries: pages.map(pageQuery), combine });
  // Until another order or other words are there, the list stays as it was.
  const last = useRef(now);
  if (!now.isPending || last.current.name === name) last.current = now;
  const { parts, error, isPending, refetch } = last.current;
  const total = parts.get(0)?.total;
  const rows = useMemo(() => {
    const places = new Array<T | undefined>(total ?? 0);
    for (const [page, { items }] of parts) {
      items.forEach((item, n) => {
        const place = page * pageSize + n;
        if (place < places.length) places[place] = item;
      });
    }
    return places;
  }, [parts, total, pageSize]);

  const want = useCallback(
    (from: number, to: number) => {
      const inSight = pagesOf(from, to, pageSize);
      setWanted((before) =>
        before.name === name && before.pages.join() === inSight.join() ? before : { name, pages: inSight },
      );
    },
    [name, pageSize],
  );
  const load = async (places: readonly number[]) => {
    const found: T[] = [];
    const needed = new Map<number, Part<T>>();
    for (const place of places) {
      const page = Math.floor(place / pageSize);
      const part: Part<T> =
        needed.get(page) ?? (await client.fetchQuery<Part<T>>({ ...pageQuery(page), staleTime: KEPT_MS }));
      needed.set(page, part);
      const item = part.items[place - page * pageSize];
      if (item !== undefined) found.push(item);
    }
    return found;
  };
  return { total, rows, isOld: last.current.name !== name, error: now.error ?? error, isPending, refetch, want, load };
}

/** What the page has is taken as it is (ms). */
const KEPT_MS = 300_000;

function settled(signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, SETTLE_MS);
    signal.addEventListener('abort', () => {
      clearTimeout(timer);
      reject(signal.reason);
    });
  });
}
