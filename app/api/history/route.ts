import { api } from '@/lib/contracts/api';
import { route } from '../_lib/route';
import { askTracks } from '../_lib/tracks';

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
