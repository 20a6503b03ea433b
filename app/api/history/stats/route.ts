import { api } from '@/lib/contracts/api';
import { route } from '../../_lib/route';

export const GET = route(api.history.statistics, ({ account, ask, query }) =>
  ask('history.stats', { accountId: account.id, ...query }),
);
