import { api } from '@/lib/contracts/api';
import { route } from '../../_lib/route';
import { askTracks } from '../../_lib/tracks';

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
