import { durableQueues } from '@/lib/contracts/messages';
import { route } from '../_lib/route';

/** Messages shown of each queue. */
const LIMIT = 100;

/** What services could not handle, put aside with the reason. */
export const GET = route({ access: 'admin' }, async ({ runtime }) => {
  const queues = await Promise.all(Object.values(durableQueues).map((queue) => runtime.bus.deadLetters(queue, LIMIT)));
  return {
    messages: queues.flatMap((queue) => queue.messages),
    total: queues.reduce((sum, queue) => sum + queue.total, 0),
  };
});
