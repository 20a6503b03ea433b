import { readPage } from '../_lib/query';
import { route } from '../_lib/route';
import { askTracks } from '../_lib/tracks';

/** What this listener played, newest first, with the tracks. */
export const GET = route({ access: 'listener' }, async ({ account, ask, url }) => {
  const recent = await ask('history.recent', { accountId: account.id, ...readPage(url) });
  return {
    ...recent,
    tracks: await askTracks(
      ask,
      recent.plays.map((play) => play.trackId),
    ),
  };
});
