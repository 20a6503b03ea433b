import { api } from '@/lib/contracts/api';
import { route } from '../../_lib/route';

export const POST = route(api.playback.release, ({ account, ask, body }) =>
  ask('catalog.release', { ...body, accountId: account.id }),
);
