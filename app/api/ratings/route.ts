import { api } from '@/lib/contracts/api';
import { route } from '../_lib/route';

export const PUT = route(api.marks.rate, async ({ body, publish }) => ({
  messageId: await publish('rating.set', body),
}));
