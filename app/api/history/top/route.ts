import { askTracks } from '@/app/api/_lib/lookups';
import { api } from '@/lib/contracts/api';
import { route } from '../../_lib/route';

export const GET = route(api.history.top, async ({ account, ask, query }) => {
  const { tracks: top, total } = await ask('history.top', { accountId: account.id, ...query });
  return {
    top,
    total,
    tracks: await askTracks(
      ask,
      top.map(({ trackId }) => trackId),
    ),
  };
});
