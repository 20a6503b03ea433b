import { api } from '@/lib/contracts/api';
import { durableQueues } from '@/lib/contracts/messages';
import { route } from '../_lib/route';

/** Messages shown of each queue. */
const LIMIT = 100;

export const GET = route(api.admin.deadLetters, async ({ runtime }) => {
  const queues = await Promise.all(Object.values(durableQueues).map((queue) => runtime.bus.deadLetters(queue, LIMIT)));
  return {
    messages: queues.flatMap((queue) => queue.messages),
    total: queues.reduce((sum, queue) => sum + queue.total, 0),
  };
});
