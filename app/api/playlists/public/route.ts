import { peopleAmong } from '@/app/api/_lib/lookups';
import { api } from '@/lib/contracts/api';
import { route } from '../../_lib/route';

export const GET = route(api.playlists.public, async ({ account, ask, query, runtime }) => {
  const found = await ask('playlists.public', { accountId: account.id, ...query });
  const owners = found.playlists.map((playlist) => playlist.ownerId);
  return { ...found, people: await peopleAmong(runtime, owners) };
});
