import { type Accepted, addEntriesRequest, removeEntriesRequest } from '@/lib/contracts/http';
import { newId } from '@/lib/contracts/ids';
import { readId } from '../../../_lib/query';
import { json, route } from '../../../_lib/route';

export const POST = route({ access: 'listener', body: addEntriesRequest }, async ({ body, params, publish }) => {
  const playlistId = readId(params);
  const entries = body.trackIds.map((trackId) => ({ entryId: newId(), trackId }));
  const messageId = await publish('playlist.add', { playlistId, revision: body.revision, entries });
  return json({ messageId, playlistId } satisfies Accepted, { status: 202 });
});

export const DELETE = route({ access: 'listener', body: removeEntriesRequest }, async ({ body, params, publish }) => {
  const playlistId = readId(params);
  const messageId = await publish('playlist.remove', { playlistId, ...body });
  return json({ messageId, playlistId } satisfies Accepted, { status: 202 });
});
