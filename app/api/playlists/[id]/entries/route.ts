import { api } from '@/lib/contracts/api';
import { newId } from '@/lib/contracts/ids';
import { route } from '../../../_lib/route';

export const POST = route(api.playlists.addEntries, async ({ body, params, publish }) => {
  const playlistId = params.id;
  const entries = body.trackIds.map((trackId, n) => ({ entryId: body.entryIds?.[n] ?? newId(), trackId }));
  return { messageId: await publish('playlist.add', { playlistId, revision: body.revision, entries }), playlistId };
});

export const DELETE = route(api.playlists.removeEntries, async ({ body, params, publish }) => {
  const playlistId = params.id;
  return { messageId: await publish('playlist.remove', { playlistId, ...body }), playlistId };
});
