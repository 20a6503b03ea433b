/** The library by its folders on disk, as the old interface browses. */
import { EnxameError, isEnxameError } from '@/lib/contracts/errors';
import type { Child } from '@/lib/contracts/subsonic';
import type { RestCall } from './endpoint';
import { albumById, albumsOf, assertId, folderOf, songsOf } from './library';
import { albumAsFolder, IGNORED_ARTICLES, indexed, songOf } from './shapes';

type Ask = RestCall['ask'];

const folderAsChild = ({ id, name }: { id: string; name: string }, parent: string | null): Child => ({
  id,
  ...(parent === null ? {} : { parent }),
  isDir: true,
  title: name,
});

/**
 * The folders within the imported ones, and the songs that lie beside them. Always all of them, as of now: when the library changed last is
 * known to nobody, and an app that asks for what is newer must not miss it.
 */
export async function indexes(ask: Ask, now = Date.now()) {
  const { folders, songs } = await folderOf(ask);
  return {
    ignoredArticles: IGNORED_ARTICLES,
    lastModified: now,
    index: indexed(folders),
    child: songs.map(songOf),
  };
}

/** A folder; also an album or an artist, which lists of the old interface call folders. @throws {EnxameError} `not_found` */
export async function directory(ask: Ask, given: string) {
  const id = assertId(given);
  const found = (await orNull(folder(ask, id))) ?? (await orNull(album(ask, id))) ?? (await orNull(artist(ask, id)));
  if (found === null) throw new EnxameError('not_found', 'This folder does not exist.');
  return found;
}

async function folder(ask: Ask, id: string) {
  const { folder: here, folders, songs } = await folderOf(ask, id);
  return {
    id,
    ...(here?.parentId == null ? {} : { parent: here.parentId }),
    name: here?.name ?? '',
    child: [...folders.map((one) => folderAsChild(one, id)), ...songs.map(songOf)],
  };
}

async function album(ask: Ask, id: string) {
  const found = await albumById(ask, id);
  const child = (await songsOf(ask, { albumId: id })).map((song) => ({ ...songOf(song), parent: id }));
  return { id, parent: found.artistId, name: found.title, child };
}

async function artist(ask: Ask, id: string) {
  const found = await ask('catalog.artist', { id });
  const albums = await albumsOf(ask, { artistId: id, sort: 'newestYear' });
  return { id, name: found.artist.name, child: albums.map((one) => ({ ...albumAsFolder(one), parent: id })) };
}

const orNull = <T>(asked: Promise<T>): Promise<T | null> =>
  asked.catch((error: unknown) => {
    if (isEnxameError(error) && error.code === 'not_found') return null;
    throw error;
  });
