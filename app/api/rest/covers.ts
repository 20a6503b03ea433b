import { EnxameError, isEnxameError } from '@/lib/contracts/errors';
import type { RestCall } from './endpoint';
import { albumsById, assertId, songsById } from './library';

/** The small picture of the catalog has so many pixels (services/catalog/covers.ts); whoever wants more gets the large one. */
const SMALL_PX = 320;
/** A picture never changes under its name. */
const CACHE = 'private, max-age=31536000, immutable';

/** The picture of that name, or that of the song, album, artist or playlist of that id. @throws {EnxameError} `not_found` */
export async function cover(ask: RestCall['ask'], id: string, sizePx: number | undefined): Promise<Response> {
  const size = sizePx !== undefined && sizePx <= SMALL_PX ? 'small' : 'large';
  const get = (coverId: string) => ask('catalog.cover', { id: coverId, size });
  const found = await get(assertId(id)).catch(async (error: unknown) => {
    if (!isNotFound(error)) throw error;
    const coverId = await coverOf(ask, id);
    if (coverId === null) throw new EnxameError('not_found', 'There is no cover of this id.');
    return get(coverId);
  });
  return new Response(Buffer.from(found.base64, 'base64'), {
    headers: { 'content-type': found.mime, 'cache-control': CACHE },
  });
}

async function coverOf(ask: RestCall['ask'], id: string): Promise<string | null> {
  const [[song], [album], artist] = await Promise.all([
    songsById(ask, [id]),
    albumsById(ask, [id]),
    ask('catalog.artist', { id }).catch((error: unknown) => {
      if (isNotFound(error)) return null;
      throw error;
    }),
  ]);
  return song?.coverId ?? album?.coverId ?? artist?.artist.coverId ?? null;
}

const isNotFound = (error: unknown) => isEnxameError(error) && error.code === 'not_found';
