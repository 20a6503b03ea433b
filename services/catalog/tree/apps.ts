/** Folders as apps name them: each by an id of its own, which is made of the names of its path, since a folder has no row. */
import { createHash } from 'node:crypto';
import type { Song } from '@/lib/contracts/catalog';
import { EnxameError } from '@/lib/contracts/errors';
import { encodeId, ID_BYTES } from '@/lib/contracts/ids';
import type { RpcParsedParams, RpcResult } from '@/lib/contracts/rpc';
import type { Orm } from '@/lib/database/database';
import type { MediaStore } from '@/lib/media-store/media-store';
import { BoundedMap } from '@/lib/util/bounded-map';
import { isShown } from '../browse';
import type { Deps } from '../deps';
import { rootOf } from '../folders/folders';
import { tracks } from '../schema';
import { childrenOf, roots, tracksOf } from './tree';

/** A folder as an app sees it. */
interface Place {
  id: string;
  name: string;
  parentId: string | null;
}
/** What tells how apps name a folder of the media store. */
export type Places = (folderKey: string) => Place;

/** Keys by id. An id says nothing of its key, but is of no other: what was found once need not be looked for again. */
const known = new BoundedMap<string, string>(20_000);

/** How apps name folders as long as the library has the folders that it has now. */
export async function appPlaces(orm: Orm, media: MediaStore): Promise<Places> {
  const rootKeys = await roots(orm);
  return (folderKey) => {
    const root = rootKeys.includes(folderKey) ? folderKey : (rootOf(media, rootKeys, folderKey) ?? folderKey);
    const names = folderKey === root ? [] : media.namesFrom(root, folderKey).slice(1);
    const id = idOf([root, ...names]);
    known.set(id, folderKey);
    const parentId = names.length === 0 ? null : idOf([root, ...names.slice(0, -1)]);
    return { id, name: names.at(-1) ?? (media.nameOf(root) || root), parentId };
  };
}

const idOf = (path: string[]) =>
  encodeId(createHash('sha256').update(JSON.stringify(path)).digest().subarray(0, ID_BYTES));

/**
 * A folder with its folders and a part of its songs, or, without an id, the library's folders as one.
 * @throws {EnxameError} `not_found`
 */
export async function readFolder(
  { orm, media }: Pick<Deps, 'orm' | 'media'>,
  { id, offset, limit }: RpcParsedParams<'catalog.folder'>,
  songsOf: (trackIds: string[]) => Promise<Song[]>,
): Promise<RpcResult<'catalog.folder'>> {
  const places = await appPlaces(orm, media);
  const keys = id === undefined ? await roots(orm) : [await keyOf(orm, media, places, id)];
  const folders: Place[] = [];
  for (const key of keys) {
    const children = await childrenOf(orm, media, key);
    folders.push(...children.map(({ name }) => places(media.childKey(key, name))));
  }
  const songs = await songsOf(await tracksOf(orm, keys, { offset, limit }));
  const [key = ''] = keys;
  // Nothing lies there any more.
  if (id !== undefined && folders.length + songs.length === 0 && offset === 0) throw noSuchFolder();
  return {
    folder: id === undefined ? null : places(key),
    folders: folders.map(({ id: its, name }) => ({ id: its, name })).toSorted((a, b) => (a.name < b.name ? -1 : 1)),
    songs,
  };
}

/** @throws {EnxameError} `not_found` */
async function keyOf(orm: Orm, media: MediaStore, places: Places, id: string): Promise<string> {
  const before = known.get(id);
  // The library may have other folders since.
  if (before !== undefined && places(before).id === id) return before;
  const rows = await orm.selectDistinct({ key: tracks.folderKey }).from(tracks).where(isShown(false));
  const rootKeys = await roots(orm);
  const seen = new Set<string>();
  for (const { key } of rows) {
    const root = rootOf(media, rootKeys, key);
    const names = root === undefined ? [] : media.namesFrom(root, key).slice(1);
    let at = root ?? key;
    for (const name of [null, ...names]) {
      if (name !== null) at = media.childKey(at, name);
      if (seen.has(at)) continue;
      seen.add(at);
      if (places(at).id === id) return at;
    }
  }
  throw noSuchFolder();
}

const noSuchFolder = () => new EnxameError('not_found', 'This folder does not exist.');
