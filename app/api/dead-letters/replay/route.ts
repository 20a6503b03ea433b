import { api } from '@/lib/contracts/api';
import { route } from '../../_lib/route';

export const POST = route(api.admin.replay, async ({ body, runtime }) => ({
  messages: await runtime.bus.replay(body.queue, body.ids ?? null),
}));
