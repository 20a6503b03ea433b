import { type Accepted, renamePlaylistRequest } from '@/lib/contracts/http';
import { readId } from '../../_lib/query';
import { json, route } from '../../_lib/route';
import { askTracks } from '../../_lib/tracks';

/** `after`: the message that the answer must include. */
export const GET = route({ access: 'listener' }, async ({ account, ask, params, url }) => {
  const after = url.searchParams.get('after');
  const playlist = await ask('playlists.get', {
    id: readId(params),
    accountId: account.id,
    ...(after === null ? {} : { after }),
  });
  const ids = playlist.entries.map((entry) => entry.trackId);
  return { ...playlist, tracks: await askTracks(ask, ids) };
});

export const PATCH = route({ access: 'listener', body: renamePlaylistRequest }, async ({ body, params, publish }) => {
  const playlistId = readId(params);
  const messageId = await publish('playlist.rename', { playlistId, name: body.name });
  return json({ messageId, playlistId } satisfies Accepted, { status: 202 });
});

export const DELETE = route({ access: 'listener' }, async ({ params, publish }) => {
  const playlistId = readId(params);
  const messageId = await publish('playlist.delete', { playlistId });
  return json({ messageId, playlistId } satisfies Accepted, { status: 202 });
});
