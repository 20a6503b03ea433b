import { createPlaylistRequest } from '@/lib/contracts/http';
import { newId } from '@/lib/contracts/ids';
import { accept, peopleAmong } from '../_lib/playlists';
import { route } from '../_lib/route';

/** One's own and those that others share with one. */
export const GET = route({ access: 'listener' }, async ({ account, ask, runtime }) => {
  const { playlists } = await ask('playlists.list', { accountId: account.id });
  const owners = playlists.map((playlist) => playlist.ownerId);
  return { playlists, people: await peopleAmong(runtime, owners) };
});

export const POST = route({ access: 'listener', body: createPlaylistRequest }, async ({ body, publish }) => {
  const { playlistId = newId(), ...rest } = body;
  return accept(await publish('playlist.create', { playlistId, ...rest }), playlistId);
});
