import type { AnswerOf } from '@/lib/contracts/api/endpoint';
import type { marks } from '@/lib/contracts/api/marks';
import type { Mark } from '@/lib/contracts/marks';

export type FavouritesPage = AnswerOf<typeof marks.favourites>;

/**
 * The pages of a list of favourites after a change.
 * @param changed marks of the list's kind, as they are now
 * @returns null: one became a favourite that the list does not show, and it has to be read anew
 */
export function pagesWithout(pages: readonly FavouritesPage[], changed: readonly Mark[]): FavouritesPage[] | null {
  const now = new Map(changed.map((mark) => [mark.id, mark]));
  const shown = new Set(pages.flatMap((page) => page.favourites.map((mark) => mark.id)));
  if (changed.some((mark) => mark.lovedAt !== null && !shown.has(mark.id))) return null;
  const gone = changed.filter((mark) => mark.lovedAt === null && shown.has(mark.id)).length;
  const stays = ({ id }: { id: string }) => now.get(id)?.lovedAt !== null;
  return pages.map((page) => ({
    favourites: page.favourites.filter(stays).map((mark) => now.get(mark.id) ?? mark),
    total: page.total - gone,
    tracks: page.tracks.filter(stays),
    albums: page.albums.filter(stays),
    artists: page.artists.filter(stays),
  }));
}

/** Where the next page begins; undefined: there is no more. What was removed since moved all others up. */
export function nextOffset(pages: readonly FavouritesPage[]): number | undefined {
  const read = pages.reduce((sum, page) => sum + page.favourites.length, 0);
  return read < (pages.at(-1)?.total ?? 0) && (pages.at(-1)?.favourites.length ?? 0) > 0 ? read : undefined;
}
