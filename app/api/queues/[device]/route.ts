import { api } from '@/lib/contracts/api';
import { EnxameError } from '@/lib/contracts/errors';
import { allTracks } from '../../_lib/lookups';
import { route } from '../../_lib/route';
import { withTracks } from '../with-tracks';

export const GET = route(api.queues.get, async ({ account, ask, params: { device } }) => {
  const { queue } = await ask('history.queue', { accountId: account.id, device });
  if (queue === null) throw new EnxameError('not_found', 'This device has no queue.');
  return withTracks(queue, await allTracks(ask, queue.trackIds));
});

export const PUT = route(api.queues.save, async ({ account, ask, params: { device }, body }) => {
  if (body.currentIndex >= Math.max(1, body.trackIds.length)) {
    throw new EnxameError('invalid_request', 'The current track is none of the queue.');
  }
  const changedAt = Date.now();
  await ask('history.saveQueue', { accountId: account.id, device, queue: { ...body, changedAt } });
  return { changedAt };
});
