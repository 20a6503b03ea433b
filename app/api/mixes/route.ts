import { allTracks } from '@/app/api/_lib/lookups';
import { api } from '@/lib/contracts/api';
import { route } from '../_lib/route';

export const POST = route(api.mixes.make, async ({ account, ask, body }) => {
  const { trackIds } = await ask('catalog.mix', { accountId: account.id, ...body });
  return { tracks: await allTracks(ask, trackIds) };
});
