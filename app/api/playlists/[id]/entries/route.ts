import { addEntriesRequest, removeEntriesRequest } from '@/lib/contracts/http';
import { newId } from '@/lib/contracts/ids';
import { accept } from '../../../_lib/playlists';
import { readId } from '../../../_lib/query';
import { route } from '../../../_lib/route';

export const POST = route({ access: 'listener', body: addEntriesRequest }, async ({ body, params, publish }) => {
  const playlistId = readId(params);
  const entries = body.trackIds.map((trackId, n) => ({ entryId: body.entryIds?.[n] ?? newId(), trackId }));
  return accept(await publish('playlist.add', { playlistId, revision: body.revision, entries }), playlistId);
});

export const DELETE = route({ access: 'listener', body: removeEntriesRequest }, async ({ body, params, publish }) => {
  const playlistId = readId(params);
  return accept(await publish('playlist.remove', { playlistId, ...body }), playlistId);
});
