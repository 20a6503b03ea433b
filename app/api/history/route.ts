import { api } from '@/lib/contracts/api';
import { askTracks } from '../_lib/lookups';
import { route } from '../_lib/route';

export const GET = route(api.history.recent, async ({ account, ask, query }) => {
  const recent = await ask('history.recent', { accountId: account.id, ...query });
  return {
    ...recent,
    tracks: await askTracks(
      ask,
      recent.plays.map((play) => play.trackId),
    ),
  };
});
