import { askTracks } from '@/app/api/_lib/lookups';
import { api } from '@/lib/contracts/api';
import { route } from '../../_lib/route';

export const GET = route(api.home.shelf, async ({ account, ask, params, query }) => {
  const { heard, total } = await ask('history.shelf', { accountId: account.id, ...params, ...query });
  const tracks = await askTracks(
    ask,
    heard.map(({ trackId }) => trackId),
  );
  return { heard, total, tracks: tracks.filter((track) => !track.missing && !track.withdrawn) };
});
