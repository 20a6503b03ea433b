import { api } from '@/lib/contracts/api';
import { newId } from '@/lib/contracts/ids';
import { peopleAmong } from '../_lib/lookups';
import { route } from '../_lib/route';

export const GET = route(api.playlists.list, async ({ account, ask, runtime }) => {
  const { playlists } = await ask('playlists.list', { accountId: account.id });
  const owners = playlists.map((playlist) => playlist.ownerId);
  return { playlists, people: await peopleAmong(runtime, owners) };
});

export const POST = route(api.playlists.create, async ({ body, publish }) => {
  const { playlistId = newId(), rules, ...rest } = body;
  const made = { playlistId, ...rest, ...(rules === undefined ? {} : { rules }) };
  return { messageId: await publish('playlist.create', made), playlistId };
});
