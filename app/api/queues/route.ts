import { api } from '@/lib/contracts/api';
import { askTracks } from '../_lib/lookups';
import { route } from '../_lib/route';

export const GET = route(api.queues.list, async ({ account, ask }) => {
  const { queues } = await ask('history.queues', { accountId: account.id });
  const tracks = await askTracks(
    ask,
    queues.map(({ trackId }) => trackId),
  );
  const byId = new Map(tracks.map((track) => [track.id, track]));
  return { queues: queues.map((queue) => ({ ...queue, track: byId.get(queue.trackId) ?? null })) };
});
