import { api } from '@/lib/contracts/api';
import { route } from '../../../_lib/route';

export const POST = route(api.playlists.reorder, async ({ body, params, publish }) => {
  const playlistId = params.id;
  return { messageId: await publish('playlist.reorder', { playlistId, ...body }), playlistId };
});
