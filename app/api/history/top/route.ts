import { readWindow } from '../../_lib/history';
import { readPage } from '../../_lib/query';
import { route } from '../../_lib/route';
import { askTracks } from '../../_lib/tracks';

/** What this listener played most in a window of time, with the tracks: `top` counts, `tracks` names. */
export const GET = route({ access: 'listener' }, async ({ account, ask, url }) => {
  const { tracks: top, total } = await ask('history.top', {
    accountId: account.id,
    window: readWindow(url),
    ...readPage(url),
  });
  return {
    top,
    total,
    tracks: await askTracks(
      ask,
      top.map(({ trackId }) => trackId),
    ),
  };
});
