import { api } from '@/lib/contracts/api';
import { route } from '../../_lib/route';

/** A picture never changes under its name. `private`: only for whoever is signed in. */
const CACHE = 'private, max-age=31536000, immutable';

export const GET = route(api.catalogue.cover, async ({ ask, params, query }) => {
  const cover = await ask('catalog.cover', { ...params, ...query });
  return new Response(Buffer.from(cover.base64, 'base64'), {
    headers: { 'content-type': cover.mime, 'cache-control': CACHE },
  });
});
