/**
 * The library as it lies on the disk. Listeners are told the names of folders below those that were imported, and never where those are: an
 * imported folder is named by a hash, and the rest by its path from there.
 */
import { createHash } from 'node:crypto';
import { and, asc, eq, ne, type SQL, sql } from 'drizzle-orm';
import type { Folder } from '@/lib/contracts/catalog';
import { EnxameError } from '@/lib/contracts/errors';
import type { RpcParsedParams, RpcResult } from '@/lib/contracts/rpc';
import type { Orm } from '@/lib/database/database';
import { isShown, type Paging, selectTracks } from './browse';
import { folders } from './import-schema';
import { tracks } from './schema';
import { escapeLike } from './text';

/** Folders that were imported, without those that lie in another of them. */
export async function rootFolders(orm: Orm): Promise<Folder[]> {
  const roots = await importedFolders(orm);
  const counted = await Promise.all(
    roots.map(async (key) => ({
      root: idOf(key),
      path: '',
      name: lastName(key),
      trackCount: await orm.$count(tracks, and(isShown(false), isWithin(key))),
    })),
  );
  return counted.filter(({ trackCount }) => trackCount > 0);
}

/** What lies in a folder: its folders, and a part of its own tracks. @throws {EnxameError} `not_found` */
export async function folderPage(
  orm: Orm,
  { root, path = '', offset, limit }: RpcParsedParams<'catalog.musicFolder'> & Paging,
): Promise<RpcResult<'catalog.musicFolder'>> {
  const rootKey = (await importedFolders(orm)).find((key) => idOf(key) === root);
  if (rootKey === undefined) throw noSuchFolder();
  const separator = separatorOf(rootKey);
  const names = path.split('/').filter((name) => name !== '');
  const key = [rootKey, ...names].join(separator).replace(`${separator}${separator}`, separator);
  const below = key.endsWith(separator) ? key : `${key}${separator}`;
  const name = sql<string>`split_part(substr(${tracks.folderKey}, ${below.length + 1}::int), ${separator}, 1)`;
  const children = await orm
    .select({ name, trackCount: sql<number>`count(*)::int` })
    .from(tracks)
    .where(and(isShown(false), ne(tracks.folderKey, key), isWithin(key)))
    // By place: PostgreSQL does not see that two parameters of the same value are the same expression.
    .groupBy(sql`1`)
    .orderBy(sql`1`);
  const own = and(eq(tracks.folderKey, key), isShown(false));
  const total = await orm.$count(tracks, own);
  if (children.length === 0 && total === 0) throw noSuchFolder();
  return {
    folder: { root, path: names.join('/'), name: names.at(-1) ?? lastName(rootKey), rootName: lastName(rootKey) },
    folders: children.map((child) => ({ root, path: [...names, child.name].join('/'), ...child })),
    tracks: await selectTracks(orm).where(own).orderBy(asc(tracks.mediaKey)).offset(offset).limit(limit),
    total,
  };
}

const noSuchFolder = () => new EnxameError('not_found', 'There is no such folder in the library.');

/** Keys of the folders that were imported, without those that lie in another of them. */
export async function importedFolders(orm: Orm): Promise<string[]> {
  const rows = await orm.select({ key: folders.key }).from(folders).orderBy(asc(folders.key));
  return outermost(rows.map(({ key }) => key));
}

/** Without the folders that lie in another of them. */
export function outermost(folders: readonly string[]): string[] {
  return folders.filter((folder) => !folders.some((other) => other !== folder && folder.startsWith(asParent(other))));
}

/** It, or what lies below it. */
function isWithin(key: string): SQL {
  return sql`(${tracks.folderKey} = ${key} or ${tracks.folderKey} like ${`${escapeLike(asParent(key))}%`})`;
}

function asParent(key: string): string {
  const separator = separatorOf(key);
  return key.endsWith(separator) ? key : `${key}${separator}`;
}

/** Keys of folders are paths of the machine that has them. */
const separatorOf = (key: string) => (key.startsWith('/') || !key.includes('\\') ? '/' : '\\');

const lastName = (key: string) => key.split(separatorOf(key)).filter(Boolean).at(-1) ?? key;

/** As ids of everything else: says nothing about the path. */
const idOf = (key: string) => createHash('sha256').update(`folder:${key}`).digest('base64url').slice(0, 22);
