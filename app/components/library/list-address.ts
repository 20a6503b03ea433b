'use client';
/** How a list is sorted and narrowed stands in the page's address: it can be shared, and Back leads to it. */
import { useSearchParams } from 'next/navigation';
import { useMemo } from 'react';

export interface ListAddress<S extends string> {
  q: string;
  sort: S;
  order: 'asc' | 'desc';
  seed: number;
  fromYear?: number;
  toYear?: number;
}

const LARGEST_SEED = 0x7fff_ffff;
export const newSeed = () => Math.floor(Math.random() * LARGEST_SEED);

/** @param sorts the first is the one that no address names */
export function readListAddress<S extends string>(
  parameters: Pick<URLSearchParams, 'get'>,
  sorts: readonly [S, ...S[]],
): ListAddress<S> {
  const wanted = parameters.get('sort');
  const number = (name: string, largest: number) => {
    const text = parameters.get(name) ?? '';
    return /^\d{1,10}$/.test(text) && Number(text) <= largest ? Number(text) : undefined;
  };
  const [fromYear, toYear] = [number('from', 9999), number('to', 9999)];
  return {
    q: (parameters.get('q') ?? '').slice(0, MAX_FILTER_CHARS),
    sort: sorts.find((sort) => sort === wanted) ?? sorts[0],
    order: parameters.get('order') === 'desc' ? 'desc' : 'asc',
    seed: number('seed', LARGEST_SEED) ?? 0,
    ...(fromYear !== undefined && { fromYear }),
    ...(toYear !== undefined && { toYear }),
  };
}

export const MAX_FILTER_CHARS = 200;

export function useListAddress<S extends string>(sorts: readonly [S, ...S[]]): ListAddress<S> {
  const parameters = useSearchParams();
  return useMemo(() => readListAddress(parameters, sorts), [parameters, sorts]);
}

/** Not a navigation. @param values null: no longer in the address */
export function changeAddress(values: Record<string, string | null>): void {
  const next = new URLSearchParams(location.search);
  for (const [name, value] of Object.entries(values)) {
    if (value === null || value === '') next.delete(name);
    else next.set(name, value);
  }
  const text = next.toString();
  history.replaceState(null, '', text === '' ? location.pathname : `${location.pathname}?${text}`);
}
