import { readId } from '../../_lib/query';
import { route } from '../../_lib/route';

/** A picture never changes under its name. `private`: only for whoever is signed in. */
const CACHE = 'private, max-age=31536000, immutable';

export const GET = route({ access: 'listener' }, async ({ ask, params, url }) => {
  const size = url.searchParams.get('size') === 'large' ? 'large' : 'small';
  const cover = await ask('catalog.cover', { id: readId(params), size });
  return new Response(Buffer.from(cover.base64, 'base64'), {
    headers: { 'content-type': cover.mime, 'cache-control': CACHE },
  });
});
