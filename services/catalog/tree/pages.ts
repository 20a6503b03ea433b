/**
 * Folders as pages name them. Listeners are told the names of folders below those that were imported, and never where those are: an imported
 * folder is named by a hash, and the rest by its path from there.
 */
import { createHash } from 'node:crypto';
import type { Folder } from '@/lib/contracts/catalog';
import { EnxameError } from '@/lib/contracts/errors';
import type { RpcParsedParams, RpcResult } from '@/lib/contracts/rpc';
import type { MediaStore } from '@/lib/media-store/media-store';
import { tracksByIds } from '../browse';
import type { Deps } from '../deps';
import { childrenOf, countIn, countWithin, roots, tracksOf } from './tree';

type Library = Pick<Deps, 'orm' | 'media'>;

/** The library's folders that have music. */
export async function rootFolders({ orm, media }: Library): Promise<Folder[]> {
  const counted = await Promise.all(
    (await roots(orm)).map(async (key) => ({
      root: idOf(key),
      path: '',
      name: nameOf(media, key),
      trackCount: await countWithin(orm, media, key),
    })),
  );
  return counted.filter(({ trackCount }) => trackCount > 0);
}

/** What lies in a folder: its folders, and a part of its own tracks. @throws {EnxameError} `not_found` */
export async function folderPage(
  { orm, media }: Library,
  { root, path = '', offset, limit }: RpcParsedParams<'catalog.musicFolder'>,
): Promise<RpcResult<'catalog.musicFolder'>> {
  const rootKey = (await roots(orm)).find((key) => idOf(key) === root);
  const names = path.split('/').filter((name) => name !== '');
  const isElsewhere = names.some((name) => name === '.' || name === '..' || name.includes(media.separator));
  if (rootKey === undefined || isElsewhere) throw noSuchFolder();
  const key = names.reduce((above, name) => media.childKey(above, name), rootKey);
  const children = await childrenOf(orm, media, key);
  const total = await countIn(orm, key);
  if (children.length === 0 && total === 0) throw noSuchFolder();
  const rootName = nameOf(media, rootKey);
  return {
    folder: { root, path: names.join('/'), name: names.at(-1) ?? rootName, rootName },
    folders: children.map((child) => ({ root, path: [...names, child.name].join('/'), ...child })),
    tracks: await tracksByIds(orm, await tracksOf(orm, [key], { offset, limit })),
    total,
  };
}

const noSuchFolder = () => new EnxameError('not_found', 'There is no such folder in the library.');

/** That of a whole disk has none. */
const nameOf = (media: MediaStore, key: string) => media.nameOf(key) || key;

/** As ids of everything else: says nothing about the path. */
const idOf = (key: string) => createHash('sha256').update(`folder:${key}`).digest('base64url').slice(0, 22);
