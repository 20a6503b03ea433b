import { expect, it } from 'vitest';
import { someTrack } from '@/lib/contracts/catalog.fixture';
import type { Mark } from '@/lib/contracts/marks';
import { type FavouritesPage, nextOffset, pagesWithout } from './favourites-pages';

const mark = (id: string, lovedAt: number | null = 5, rating: number | null = null): Mark => ({
  kind: 'track',
  id,
  lovedAt,
  rating,
});
const page = (total: number, ...ids: string[]): FavouritesPage => ({
  favourites: ids.map((id) => mark(id)),
  total,
  tracks: ids.map((id) => someTrack({ id })),
  albums: [],
  artists: [],
});
const shown = (pages: FavouritesPage[] | null) =>
  pages?.map(({ total, favourites, tracks }) => [total, favourites.map(({ id }) => id), tracks.map(({ id }) => id)]);

it('takes out what is no favourite any more, on every page', () => {
  const after = pagesWithout(
    [page(5, 'a', 'b'), page(5, 'c', 'd')],
    [mark('b', null), mark('c', null), mark('x', null)],
  );
  expect(shown(after)).toEqual([
    [3, ['a'], ['a']],
    [3, ['d'], ['d']],
  ]);
});

it('keeps the list for a rating, and has it read anew for what it does not show', () => {
  expect(pagesWithout([page(2, 'a', 'b')], [mark('a', 5, 4)])?.[0]?.favourites[0]?.rating).toBe(4);
  expect(pagesWithout([page(2, 'a', 'b')], [mark('x')])).toBeNull();
});

it('reads on from where the rest begins now', () => {
  expect(nextOffset([page(5, 'a', 'b'), page(5, 'c')])).toBe(3);
  expect(nextOffset([page(3, 'a', 'b'), page(3, 'c')])).toBeUndefined();
  expect(nextOffset([page(3, 'a', 'b'), page(3)])).toBeUndefined();
});
