import { changePlaylistRequest } from '@/lib/contracts/http';
import { accept, peopleAmong } from '../../_lib/playlists';
import { readId } from '../../_lib/query';
import { route } from '../../_lib/route';
import { askTracks } from '../../_lib/tracks';

/** `after`: the message that the answer must include. */
export const GET = route({ access: 'listener' }, async ({ account, ask, params, runtime, url }) => {
  const after = url.searchParams.get('after');
  const playlist = await ask('playlists.get', {
    id: readId(params),
    accountId: account.id,
    ...(after === null ? {} : { after }),
  });
  const ids = playlist.entries.map((entry) => entry.trackId);
  const [tracks, people] = await Promise.all([
    askTracks(ask, ids),
    peopleAmong(runtime, [playlist.ownerId, ...playlist.members]),
  ]);
  return { ...playlist, tracks, people };
});

export const PATCH = route({ access: 'listener', body: changePlaylistRequest }, async ({ body, params, publish }) => {
  const playlistId = readId(params);
  return accept(
    'name' in body
      ? await publish('playlist.rename', { playlistId, name: body.name })
      : await publish('playlist.describe', { playlistId, description: body.description }),
    playlistId,
  );
});

export const DELETE = route({ access: 'listener' }, async ({ params, publish }) => {
  const playlistId = readId(params);
  return accept(await publish('playlist.delete', { playlistId }), playlistId);
});
