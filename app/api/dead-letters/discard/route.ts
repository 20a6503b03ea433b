import { api } from '@/lib/contracts/api';
import { route } from '../../_lib/route';

export const POST = route(api.admin.discard, async ({ body, runtime }) => ({
  messages: await runtime.bus.discard(body.queue, body.ids ?? null),
}));
