/** The library as folders on disk, for apps that browse by them. A folder has no row: its id is made of its names. */
import { createHash } from 'node:crypto';
import { and, asc, eq } from 'drizzle-orm';
import type { Song } from '@/lib/contracts/catalog';
import { EnxameError } from '@/lib/contracts/errors';
import type { Orm } from '@/lib/database/database';
import type { MediaStore } from '@/lib/media-store/media-store';
import { isShown } from './browse';
import { importedFolders } from './music-folders';
import { tracks } from './schema';

const ID_BYTES = 16;

/** What tells where a folder of the media store lies below the folders that were imported. */
export type FolderIds = (folderKey: string) => { id: string; name: string }[];

/** @returns for a folder's key, it and the folders above it, from the imported one down */
export async function folderIds(orm: Orm, media: Pick<MediaStore, 'namesFrom' | 'prefixOf'>): Promise<FolderIds> {
  const roots = await importedFolders(orm);
  return (folderKey) => {
    const root = roots.find((one) => folderKey === one || folderKey.startsWith(media.prefixOf(one))) ?? folderKey;
    const names = folderKey === root ? media.namesFrom(root, root).slice(0, 1) : media.namesFrom(root, folderKey);
    return names.map((name, depth) => ({ id: idOf([root, ...names.slice(1, depth + 1)]), name }));
  };
}

const idOf = (path: string[]) =>
  createHash('sha256').update(JSON.stringify(path)).digest().subarray(0, ID_BYTES).toString('base64url');

/** Id of the folder that a file lies in. */
export const folderIdOf = (ids: FolderIds, folderKey: string): string => ids(folderKey).at(-1)?.id ?? '';

interface Node {
  name: string;
  parentId: string | null;
  /** Names by id. */
  children: Map<string, string>;
  /** Folders of the media store that are this one. */
  keys: string[];
}

const isOutermost = ({ parentId }: Node) => parentId === null;

/** A folder with what lies in it, or, without an id, the imported folders as one. */
export async function readFolder(
  orm: Orm,
  media: Pick<MediaStore, 'namesFrom' | 'prefixOf'>,
  wanted: string | undefined,
  songsIn: (trackIds: string[]) => Promise<Song[]>,
) {
  const ids = await folderIds(orm, media);
  const keys = await orm.selectDistinct({ key: tracks.folderKey }).from(tracks).where(isShown(false));
  const nodes = new Map<string, Node>();
  for (const { key } of keys) {
    const path = ids(key);
    for (const [depth, { id, name }] of path.entries()) {
      const above = path[depth - 1]?.id ?? null;
      const node: Node = nodes.get(id) ?? { name, parentId: above, children: new Map(), keys: [] };
      nodes.set(id, node);
      if (above !== null) nodes.get(above)?.children.set(id, name);
      if (depth === path.length - 1) node.keys.push(key);
    }
  }
  const inMind = wanted === undefined ? [...nodes.values()].filter(isOutermost) : [nodes.get(wanted)];
  const here = inMind.filter((node) => node !== undefined);
  if (wanted !== undefined && here.length === 0) throw new EnxameError('not_found', 'This folder does not exist.');
  const folders = here.flatMap(({ children }) => [...children].map(([id, name]) => ({ id, name })));
  const found: string[] = [];
  for (const key of here.flatMap((node) => node.keys)) found.push(...(await tracksIn(orm, key)));
  return {
    folder:
      wanted === undefined ? null : { id: wanted, name: here[0]?.name ?? '', parentId: here[0]?.parentId ?? null },
    folders: folders.sort((a, b) => (a.name < b.name ? -1 : 1)),
    songs: await songsIn(found),
  };
}

async function tracksIn(orm: Orm, folderKey: string): Promise<string[]> {
  const rows = await orm
    .select({ id: tracks.id })
    .from(tracks)
    .where(and(eq(tracks.folderKey, folderKey), isShown(false)))
    .orderBy(asc(tracks.mediaKey));
  return rows.map(({ id }) => id);
}
