import { askTracks, peopleAmong } from '@/app/api/_lib/lookups';
import { api } from '@/lib/contracts/api';
import { route } from '../../_lib/route';

export const GET = route(api.playlists.get, async ({ account, ask, params, query, runtime }) => {
  const playlist = await ask('playlists.get', { ...params, ...query, accountId: account.id });
  const ids = playlist.entries.map((entry) => entry.trackId);
  const [tracks, people] = await Promise.all([
    askTracks(ask, ids),
    peopleAmong(runtime, [playlist.ownerId, ...playlist.members]),
  ]);
  return { ...playlist, tracks, people };
});

export const PATCH = route(api.playlists.change, async ({ body, params, publish }) => {
  const playlistId = params.id;
  const give = () => {
    if ('name' in body) return publish('playlist.rename', { playlistId, name: body.name });
    if ('rules' in body) return publish('playlist.define', { playlistId, rules: body.rules });
    return publish('playlist.describe', { playlistId, description: body.description });
  };
  return { messageId: await give(), playlistId };
});

export const DELETE = route(api.playlists.delete, async ({ params, publish }) => {
  const playlistId = params.id;
  return { messageId: await publish('playlist.delete', { playlistId }), playlistId };
});
