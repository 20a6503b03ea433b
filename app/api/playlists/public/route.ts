import { peopleAmong } from '../../_lib/playlists';
import { readPage } from '../../_lib/query';
import { route } from '../../_lib/route';

/** Everybody's public ones, by `offset` and `limit`. */
export const GET = route({ access: 'listener' }, async ({ account, ask, runtime, url }) => {
  const found = await ask('playlists.public', { accountId: account.id, ...readPage(url) });
  const owners = found.playlists.map((playlist) => playlist.ownerId);
  return { ...found, people: await peopleAmong(runtime, owners) };
});
