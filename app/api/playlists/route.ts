import { type Accepted, createPlaylistRequest } from '@/lib/contracts/http';
import { newId } from '@/lib/contracts/ids';
import { json, route } from '../_lib/route';

export const GET = route({ access: 'listener' }, ({ account, ask }) =>
  ask('playlists.list', { accountId: account.id }),
);

export const POST = route({ access: 'listener', body: createPlaylistRequest }, async ({ body, publish }) => {
  const { playlistId = newId(), ...rest } = body;
  const messageId = await publish('playlist.create', { playlistId, ...rest });
  return json({ messageId, playlistId } satisfies Accepted, { status: 202 });
});
