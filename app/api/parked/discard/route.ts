import { parkedRequest } from '@/lib/contracts/http';
import { route } from '../../_lib/route';

export const POST = route({ access: 'admin', body: parkedRequest }, async ({ body, runtime }) => ({
  messages: await runtime.bus.discard(body.queue, body.ids ?? null),
}));
