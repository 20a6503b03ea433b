/** The library in whole pages, for endpoints that answer more at a time than a question to the catalog may. */
import type { Artist, ListedAlbum, Song } from '@/lib/contracts/catalog';
import { EnxameError } from '@/lib/contracts/errors';
import { id as idSchema } from '@/lib/contracts/ids';
import type { RpcParams, RpcResult } from '@/lib/contracts/rpc';
import { inParts } from '@/lib/util/in-parts';
import type { RestCall } from './endpoint';

type Ask = RestCall['ask'];

/** Rows that one question answers. */
const PAGE = 500;

/** @throws {EnxameError} `not_found` for what can name nothing here */
export function assertId(given: string): string {
  if (idSchema.safeParse(given).success) return given;
  throw new EnxameError('not_found', 'Nothing was found under this id.');
}

/** Those that can be ids at all. */
export const onlyIds = (given: readonly string[]) => given.filter((text) => idSchema.safeParse(text).success);

/** Songs by id, in the order asked; what is not there, withdrawn or missing is left out. */
export async function songsById(ask: Ask, ids: readonly string[]): Promise<Song[]> {
  const distinct = [...new Set(onlyIds(ids))];
  const answers = inParts(distinct, PAGE).map((part) => ask('catalog.songs', { ids: part }));
  const found = (await Promise.all(answers)).flatMap(({ songs }) => songs);
  const byId = new Map(found.map((song) => [song.id, song]));
  return ids.flatMap((id) => {
    const song = byId.get(id);
    return song === undefined || song.withdrawn || song.missing ? [] : song;
  });
}

/** @throws {EnxameError} `not_found` */
export async function songById(ask: Ask, id: string): Promise<Song> {
  const [song] = await songsById(ask, [assertId(id)]);
  if (song === undefined) throw new EnxameError('not_found', 'This song does not exist.');
  return song;
}

export async function songsOf(ask: Ask, wanted: Omit<RpcParams<'catalog.songs'>, 'offset' | 'limit'>): Promise<Song[]> {
  return wholeList(async (offset) => (await ask('catalog.songs', { ...wanted, offset, limit: PAGE })).songs);
}

export async function albumsOf(
  ask: Ask,
  wanted: Omit<RpcParams<'catalog.albumList'>, 'offset' | 'limit'>,
): Promise<ListedAlbum[]> {
  return wholeList(async (offset) => (await ask('catalog.albumList', { ...wanted, offset, limit: PAGE })).albums);
}

/** A folder with all of its songs; without an id the library's folders as one. @throws {EnxameError} `not_found` */
export async function folderOf(ask: Ask, id?: string): Promise<RpcResult<'catalog.folder'>> {
  const page = (offset: number) => ask('catalog.folder', { ...(id === undefined ? {} : { id }), offset, limit: PAGE });
  const first = await page(0);
  const songs = await wholeList(async (offset) => (offset === 0 ? first : await page(offset)).songs);
  return { ...first, songs };
}

/** Every artist that has albums. */
export async function allArtists(ask: Ask): Promise<Artist[]> {
  return wholeList(async (offset) => (await ask('catalog.artistIndex', { offset, limit: PAGE })).artists);
}

/** Those that exist, in the order asked. */
export async function albumsById(ask: Ask, ids: readonly string[]): Promise<ListedAlbum[]> {
  const distinct = [...new Set(onlyIds(ids))];
  const answers = inParts(distinct, PAGE).map((part) => ask('catalog.albumList', { ids: part }));
  return (await Promise.all(answers)).flatMap(({ albums }) => albums);
}

/** @throws {EnxameError} `not_found` */
export async function albumById(ask: Ask, id: string): Promise<ListedAlbum> {
  const { albums } = await ask('catalog.albumList', { ids: [assertId(id)] });
  const [album] = albums;
  if (album === undefined) throw new EnxameError('not_found', 'This album does not exist.');
  return album;
}

async function wholeList<T>(page: (offset: number) => Promise<T[]>): Promise<T[]> {
  const all: T[] = [];
  for (;;) {
    const rows = await page(all.length);
    all.push(...rows);
    if (rows.length < PAGE) return all;
  }
}
