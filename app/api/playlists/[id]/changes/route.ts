import { peopleAmong } from '@/app/api/_lib/lookups';
import { api } from '@/lib/contracts/api';
import { route } from '../../../_lib/route';

export const GET = route(api.playlists.changes, async ({ account, ask, params, runtime }) => {
  const { changes } = await ask('playlists.changes', { id: params.id, accountId: account.id });
  const actors = changes.map((change) => change.actorId);
  return { changes, people: await peopleAmong(runtime, actors) };
});
