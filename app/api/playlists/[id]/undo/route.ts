import { undoRequest } from '@/lib/contracts/http';
import { accept } from '../../../_lib/playlists';
import { readId } from '../../../_lib/query';
import { route } from '../../../_lib/route';

/** Takes back what one command did; the answer's message can be taken back in turn. */
export const POST = route({ access: 'listener', body: undoRequest }, async ({ body, params, publish }) => {
  const playlistId = readId(params);
  return accept(await publish('playlist.undo', { playlistId, messageId: body.messageId }), playlistId);
});
