/** The library as folders on disk, by the media store's keys. What pages and apps are told of it: pages.ts and apps.ts. */
import { and, asc, eq, inArray, ne, sql } from 'drizzle-orm';
import type { Orm } from '@/lib/database/database';
import type { MediaStore } from '@/lib/media-store/media-store';
import { isShown, type Paging } from '../browse';
import { isWithin } from '../folders/folders';
import { folders } from '../import-schema';
import { tracks } from '../schema';

/** Keys of the library's folders, in order. They do not lie in each other. */
export async function roots(orm: Orm): Promise<string[]> {
  const rows = await orm.select({ key: folders.key }).from(folders).orderBy(asc(folders.key));
  return rows.map(({ key }) => key);
}

/** Folders directly in a folder that have music in them or below them, by name, with how many tracks that is. */
export async function childrenOf(
  orm: Orm,
  media: MediaStore,
  key: string,
): Promise<{ name: string; trackCount: number }[]> {
  // PostgreSQL counts characters otherwise than JavaScript does.
  const below = sql`substr(${tracks.folderKey}, char_length(${media.prefixOf(key)}::text) + 1)`;
  return await orm
    .select({
      name: sql<string>`split_part(${below}, ${media.separator}::text, 1)`,
      trackCount: sql<number>`count(*)::int`,
    })
    .from(tracks)
    .where(and(isShown(false), ne(tracks.folderKey, key), isWithin(media, key)))
    // By place: PostgreSQL does not see that two parameters of the same value are the same expression.
    .groupBy(sql`1`)
    .orderBy(sql`1`);
}

/** How many tracks lie in a folder or below it. */
export function countWithin(orm: Orm, media: MediaStore, key: string): Promise<number> {
  return orm.$count(tracks, and(isShown(false), isWithin(media, key)));
}

/** How many tracks lie directly in a folder. */
export function countIn(orm: Orm, key: string): Promise<number> {
  return orm.$count(tracks, liesIn([key]));
}

/** Ids of a part of the tracks that lie directly in these folders, by their keys. */
export async function tracksOf(orm: Orm, keys: readonly string[], { offset, limit }: Paging): Promise<string[]> {
  if (keys.length === 0) return [];
  const rows = await orm
    .select({ id: tracks.id })
    .from(tracks)
    .where(liesIn(keys))
    .orderBy(asc(tracks.mediaKey))
    .offset(offset)
    .limit(limit);
  return rows.map(({ id }) => id);
}

function liesIn([first = '', ...others]: readonly string[]) {
  const inThem = others.length === 0 ? eq(tracks.folderKey, first) : inArray(tracks.folderKey, [first, ...others]);
  return and(inThem, isShown(false));
}
