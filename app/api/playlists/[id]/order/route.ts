import { reorderEntriesRequest } from '@/lib/contracts/http';
import { accept } from '../../../_lib/playlists';
import { readId } from '../../../_lib/query';
import { route } from '../../../_lib/route';

/** Moves entries, in the order given, to just before another one, or to the end. */
export const POST = route({ access: 'listener', body: reorderEntriesRequest }, async ({ body, params, publish }) => {
  const playlistId = readId(params);
  return accept(await publish('playlist.reorder', { playlistId, ...body }), playlistId);
});
